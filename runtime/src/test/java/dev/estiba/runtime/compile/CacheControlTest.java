package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.runtime.plan.Actor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** linux.intelRdt by its steps: no processor here has what it needs. */
class CacheControlTest {
    private static List<String> of(String json, Actor actor) {
        return new Starts()
                .mode(StartRequest.Mode.FOREGROUND).linux("intelRdt", json.replace('\'', '"')).steps(actor).stream()
                        .filter(step -> step.contains("resctrl")
                                || step.contains("RDT")
                                || step.contains("schema")
                                || step.contains("class of service")
                                || step.contains("mon_groups")
                                || step.contains("clos dir")
                                || step.contains("tasks"))
                        .toList();
    }

    @Test
    void aClassOfItsOwnIsMadeFilledAndRemoved() {
        List<String> outer =
                of("{'l3CacheSchema': 'L3:0=f', 'memBwSchema': 'MB:0=50', 'schemata': ['L2:0=3']}", Actor.OUTER);
        assertThat(outer.stream().map(step -> step.replaceFirst(": (open|write|mkdir|unlink|check).*", "")))
                .containsSubsequence(
                        "intelRdt.l3CacheSchema is specified in config, but Intel RDT/CAT is not enabled",
                        "ask for Intel RDT/CAT",
                        "ask for Intel RDT/MBA",
                        "intelRdt.memBwSchema is specified in config, but Intel RDT/MBA is not enabled",
                        "open /sys/fs/resctrl",
                        "make the class of service c1",
                        "set the schema L3:0=f of c1",
                        "set the schema MB:0=50 of c1",
                        "set the schema L2:0=3 of c1",
                        "put init into c1 (tasks)",
                        "remove /sys/fs/resctrl/c1");
        assertThat(outer).anyMatch(step -> step.contains("write(R, \"MB:0=50\\u{a}\", 8)"));
        assertThat(of("{'schemata': ['L2:0=3']}", Actor.UNDO))
                .anyMatch(step -> step.startsWith("remove the class of service c1: unlinkat("));
    }

    @Test
    void aNamedClassIsJoinedAndStays() {
        List<String> outer = of("{'closID': 'gold', 'enableMonitoring': true}", Actor.OUTER);
        assertThat(outer)
                .noneMatch(step -> step.contains("make the class of service"))
                .anyMatch(step -> step.startsWith("clos dir not accessible"))
                .anyMatch(step -> step.startsWith("make the monitoring group mon_groups/c1"))
                .anyMatch(step -> step.startsWith("remove /sys/fs/resctrl/gold/mon_groups/c1"))
                .noneMatch(step -> step.startsWith("remove /sys/fs/resctrl/gold:"));
    }

    @Test
    void theKernelIsAskedBeforeTheContainerIsRecorded() {
        List<String> outer =
                new Starts().linux("intelRdt", "{\"closID\": \"gold\"}").outer();
        assertThat(outer.stream().map(step -> step.split(": ")[0]))
                .containsSubsequence(
                        "ask whether the kernel controls caches",
                        "linux.intelRdt is specified in config, but Intel RDT is not enabled",
                        "lock the state directory");
        assertThat(new Starts().outer()).noneMatch(step -> step.contains("resctrl"));
    }
}
