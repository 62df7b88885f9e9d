package dev.estiba.runtime.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.Step;
import dev.estiba.runtime.planner.Request.Tag;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On which processors an exec's process is, and from when on; and what it says of itself while it still has the host's /proc. */
class ExecAffinityTest {
    private static final String CONFIG = """
            {"ociVersion": "1.2.0", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["x"], "env": ["HOME=/"]},
             "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}]}}
            """;

    private static List<String> sentences(Plan plan, Actor actor) {
        return plan.part(actor).steps().stream().map(Step::sentence).toList();
    }

    private static Plan plan(String affinity) {
        return Gathered.ofContainer("exec", "--process", "-", "c1")
                .add(Tag.CONFIG, CONFIG)
                .add(
                        Tag.PROCESS,
                        "{\"cwd\": \"/\", \"args\": [\"/bin/x\"], \"env\": [\"HOME=/\"], \"execCPUAffinity\": "
                                + affinity + "}")
                .plan();
    }

    @Test
    void initialProcessorsAreTakenBeforeTheGroups() {
        Plan plan = plan("{\"initial\": \"0\", \"final\": \"1-2\"}");
        assertThat(sentences(plan, Actor.JOINER))
                .containsSubsequence(
                        "error setting initial CPU affinity to 0", "join cgroup /sys/fs/cgroup/freezer/t/c1");
        assertThat(sentences(plan, Actor.INIT))
                .contains("error setting final CPU affinity to 1-2")
                .doesNotContain("use every processor that the cpuset has");
    }

    @Test
    void withoutFinalOnesEveryProcessorOfTheCpusetIsUsed() {
        assertThat(sentences(plan("{\"initial\": \"0\"}"), Actor.INIT))
                .contains("use every processor that the cpuset has");
        assertThat(Gathered.failure(plan("{\"final\": \"0-\"}")))
                .isEqualTo("exec failed: process.execCPUAffinity.final: \"0-\" is no list of processors such as 0-3,7");
    }

    /** Its successor is in the container's pid namespace and has no descriptor of the host's /proc. */
    @Test
    void theJoinerSaysWhatItsSuccessorIsToBe() {
        Plan plan = Gathered.ofContainer("exec", "--apparmor", "strict", "--process-label", "a:b:c", "c1", "/bin/x")
                .add(Tag.CONFIG, CONFIG)
                .plan();
        assertThat(sentences(plan, Actor.OUTER)).anyMatch(each -> each.contains("AppArmor is not enabled"));
        assertThat(sentences(plan, Actor.JOINER))
                .containsSubsequence(
                        "apparmor failed to apply profile strict",
                        "set the SELinux label a:b:c",
                        "join the container's namespaces",
                        "set the SELinux label of keys to a:b:c",
                        "join the container's session keyring",
                        "start the process in the container's pid namespace");
    }
}
