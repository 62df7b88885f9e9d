package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Time namespaces, labels, a root without a pivot: what is asked of the host first, and what is done then. */
class HostNeedsTest {
    /** In this order, each a part of one step. */
    private static void inOrder(List<String> steps, String... parts) {
        int at = 0;
        for (String part : parts) {
            while (at < steps.size() && !steps.get(at).contains(part)) {
                at++;
            }
            assertThat(at).as("\"%s\" in %s", part, String.join("\n", steps)).isLessThan(steps.size());
        }
    }

    @Test
    void theHostIsAskedBeforeAnythingIsMade() {
        List<String> outer = new Starts()
                .namespaces("mount", "pid", "time")
                .process("apparmorProfile", "\"p\"")
                .process("selinuxLabel", "\"l\"")
                .outer();
        inOrder(
                outer,
                "/proc is not a proc file system",
                "time namespaces aren't enabled in the kernel",
                "AppArmor is not enabled on this host",
                "selinux is disabled or not supported",
                "make the state directory");
    }

    @Test
    void aTimeNamespaceIsMadeSetAndEnteredByInitItself() {
        List<String> init = new Starts()
                .namespaces("mount", "pid", "time")
                .linux("timeOffsets", "{\"monotonic\": {\"secs\": -5, \"nanosecs\": 7}, \"boottime\": {\"secs\": 9}}")
                .init();
        inOrder(
                init,
                "unshare(CLONE_NEWTIME|CLONE_NEWNS)",
                "\"self/timens_offsets\"",
                "monotonic -5 7\\u{a}boottime 9 0\\u{a}",
                "\"self/ns/time_for_children\"",
                "enter the time namespace: setns(R, CLONE_NEWTIME)",
                "mount the root file system");
    }

    @Test
    void aJoinedTimeNamespaceHasItsOffsets() {
        assertThat(new Starts().namespaces("mount", "time=/proc/7/ns/time").init())
                .anyMatch(step -> step.contains("setns(R, CLONE_NEWTIME)"))
                .noneMatch(step -> step.contains("time_for_children"));
        assertThatThrownBy(new Starts()
                        .namespaces("mount", "time=/proc/7/ns/time")
                        .linux("timeOffsets", "{\"boottime\": {\"secs\": 1}}")::plan)
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessageContaining("both namespace path and time offsets specified");
        assertThatThrownBy(new Starts().linux("timeOffsets", "{\"boottime\": {\"secs\": 1}}")::plan)
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessage("time namespace offsets specified, but time namespace isn't enabled in the config");
        assertThatThrownBy(
                        new Starts().namespaces("mount", "time").linux("timeOffsets", "{\"realtime\": {\"secs\": 1}}")
                                ::plan)
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessageContaining("realtime is no clock of a time namespace");
    }

    /**
     * CVE-2019-16884 and CVE-2025-52881: what an image or a volume has at /proc cannot get the write. It goes beneath the
     * host's own /proc, shown to be one before, over no mount and no magic link.
     */
    @Test
    void cve201916884() {
        List<String> init = new Starts()
                .process("apparmorProfile", "\"strict\"")
                .process("selinuxLabel", "\"system_u:system_r:container_t:s0:c1,c2\"")
                .init();
        List<String> opened =
                init.stream().filter(step -> step.contains("/attr/")).toList();
        assertThat(opened)
                .hasSize(5)
                .allMatch(step -> step.contains("openat2(R, \"thread-self/attr/")
                        && step.contains("RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS|RESOLVE_BENEATH"));
        inOrder(
                init,
                "thread-self/attr/keycreate",
                "join a new session keyring",
                "leave the SELinux label of keys to the policy: write(R, \"\\u{a}\", 1)",
                "pivot_root",
                "thread-self/attr/apparmor/exec",
                "thread-self/attr/exec",
                "write(R, \"exec strict\", 11)",
                "thread-self/attr/exec",
                "write(R, \"system_u:system_r:container_t:s0:c1,c2\", 38)",
                "keep only the gate and the socket",
                "execve(");
    }

    @Test
    void theMountLabelIsOfWhatIsMadeForTheContainer() {
        List<String> init = new Starts()
                .linux("mountLabel", "\"a:b:c:s0:c1,c2\"")
                .linux("maskedPaths", "[\"/x\"]")
                .top("mounts", """
                        [{"destination": "/proc", "type": "proc", "source": "proc"},
                         {"destination": "/t", "type": "tmpfs", "source": "t", "options": ["size=1m"]},
                         {"destination": "/q", "type": "mqueue", "source": "mqueue"}]""")
                .init();
        assertThat(init)
                .anyMatch(step -> step.startsWith("mount tmpfs on /t: mount(")
                        && step.contains("size=1m,context=\\\"a:b:c:s0:c1,c2\\\""))
                .anyMatch(step -> step.startsWith("mount proc on /proc: mount(") && step.endsWith("NULL)"))
                .anyMatch(step -> step.startsWith("label /q: setxattr("))
                .anyMatch(step -> step.startsWith("make the empty directory that masks: fsconfig(")
                        && step.contains("\"context\""));
    }

    @Test
    void withoutPivotTheHostsProcAndSysAreTakenAwayFirst() {
        List<String> init = new Starts().noPivot().init();
        inOrder(
                init,
                "leave the host's /proc: umount2(\"/proc\", MNT_DETACH)",
                "cover the host's /proc",
                "leave the host's /sys: umount2(\"/sys\", MNT_DETACH)",
                "mount(\".\", \"/\", NULL, MS_MOVE, NULL)",
                "chroot(\".\")",
                "chdir(\"/\")");
        assertThat(init).noneMatch(step -> step.contains("pivot_root"));
    }

    @Test
    void aPlanThatNeedsNothingAsksNothing() {
        assertThat(new Starts().outer())
                .noneMatch(step ->
                        step.contains("AppArmor") || step.contains("selinux") || step.contains("time namespaces"));
        assertThat(new Starts().init()).noneMatch(step -> step.contains("attr/") || step.contains("time_for"));
    }
}
