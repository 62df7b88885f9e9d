package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.runtime.plan.Actor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is done when a container's first process has ended. */
class EpilogueTest {
    /** Once before the status is told; then, for who was born meanwhile, until nobody is left to keep the groups. */
    @Test
    void whatHasNoPidNamespaceIsKilledUntilNobodyIsLeft() {
        CgroupLayout layout =
                new CgroupLayout(false, List.of(new CgroupLayout.Hierarchy("freezer")), List.of(), List.of(), Map.of());
        Starts jail = new Starts().namespaces().cgroups(layout);
        String kill = "kill the processes of /sys/fs/cgroup/freezer/c1";
        assertThat(jail.epilogue(Actor.OUTER))
                .filteredOn(step -> step.startsWith(kill))
                .hasSize(1);
        assertThat(String.join("\n", jail.epilogue(Actor.EPILOGUE)))
                .containsSubsequence(kill, "EBUSY if there are any", "remove cgroup /sys/fs/cgroup/freezer/c1");
        Starts container = new Starts().cgroups(layout);
        assertThat(container.epilogue(Actor.OUTER)).noneMatch(step -> step.startsWith(kill));
        assertThat(container.epilogue(Actor.EPILOGUE)).noneMatch(step -> step.startsWith(kill));
    }
}
