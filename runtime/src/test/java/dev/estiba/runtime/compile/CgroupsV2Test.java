package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.runtime.plan.Actor;
import java.util.List;
import org.junit.jupiter.api.Test;

class CgroupsV2Test {
    private static CgroupLayout host(String controllers) {
        return CgroupLayout.of(0x63677270, List.of("c" + controllers + "\n"), "0::/user.slice/session.scope\n");
    }

    private static Starts start(String path) {
        return new Starts().cgroups(host("cpuset cpu io memory pids")).linux("cgroupsPath", "\"" + path + "\"");
    }

    private static int index(List<String> steps, String begin) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).startsWith(begin)) {
                return i;
            }
        }
        throw new AssertionError(begin + " is none of " + steps);
    }

    @Test
    void knowsTheControllersOfTheHost() {
        assertThat(host("cpuset cpu io").controllers()).containsExactly("cpuset", "cpu", "io");
        assertThat(host("").controllers()).isEmpty();
        assertThat(host("cpu").unified()).isTrue();
    }

    @Test
    void anAbsolutePathIsFromTheTop() {
        assertThat(start("/kube/pod/c").groups()).containsExactly("/sys/fs/cgroup/kube/pod/c");
        assertThat(start("/../../x/../y").groups()).containsExactly("/sys/fs/cgroup/y");
    }

    /** The caller's own group has the caller in it. */
    @Test
    void aRelativePathIsBesideTheCallersOwn() {
        assertThat(start("c").groups()).containsExactly("/sys/fs/cgroup/user.slice/c");
        assertThat(start("../../c").groups()).containsExactly("/sys/fs/cgroup/user.slice/c");
        assertThat(new Starts().cgroups(host("cpu")).groups()).containsExactly("/sys/fs/cgroup/user.slice/c1");
    }

    @Test
    void theTopIsNobodysGroup() {
        assertThatThrownBy(() -> start("/").groups()).hasMessageContaining("is the root of the hierarchy");
    }

    @Test
    void theGroupIsLimitedBeforeInitIsStartedInIt() {
        List<String> steps =
                start("/a/b/c").linux("resources", "{\"pids\": {\"limit\": 5}}").outer();
        assertThat(List.of(
                        index(steps, "make cgroup /sys/fs/cgroup/a/b/c"),
                        index(steps, "make cgroup /sys/fs/cgroup/a:"),
                        index(steps, "make cgroup /sys/fs/cgroup/a/b:"),
                        index(steps, "open cgroup /sys/fs/cgroup/a/b/c"),
                        index(steps, "ask what controllers it has"),
                        index(steps, "hand controllers down from /sys/fs/cgroup/:"),
                        index(steps, "hand controllers down from /sys/fs/cgroup/a/b/:"),
                        index(steps, "write 5 to /sys/fs/cgroup/a/b/c/pids.max"),
                        index(steps, "attach the device program to /sys/fs/cgroup/a/b/c"),
                        index(steps, "start the container's init")))
                .isSorted();
        assertThat(steps.get(index(steps, "start the container's init"))).contains("in cgroup R");
        assertThat(start("/a/b/c").init()).noneMatch(step -> step.contains("cgroup"));
        assertThat(start("/a/b/c").steps(Actor.UNDO))
                .anyMatch(step -> step.startsWith("remove cgroup /sys/fs/cgroup/a/b/c: remove cgroup \"a/b/c\""));
    }

    @Test
    void allControllersAreHandedDownAndEachByItselfIfTheyAreNot() {
        List<String> steps = start("/a/c").outer();
        assertThat(steps)
                .anyMatch(step -> step.contains("write(R, \"+cpuset +cpu +io +memory +pids\", 30)"))
                .anyMatch(step -> step.startsWith(
                        "hand controllers down from /sys/fs/cgroup/: memory: write(R, \"+memory\", 7)"));
    }

    @Test
    void aGroupWithoutControllersIsNotAskedForAny() {
        assertThat(new Starts().cgroups(host("")).outer()).noneMatch(step -> step.startsWith("hand controllers"));
    }

    /** "domain invalid" and threaded groups, which only the slow way meets. */
    @Test
    void limitsOfProcessesNeedAGroupOfProcesses() {
        assertThat(start("/a/c")
                        .linux("resources", "{\"memory\": {\"limit\": 5}}")
                        .outer())
                .anyMatch(
                        step -> step.startsWith(
                                "cannot enter cgroupv2 \"/sys/fs/cgroup/a/c\" with domain controllers -- it is in an invalid state"));
        assertThat(start("/a/c").outer()).anyMatch(step -> step.startsWith("make /sys/fs/cgroup/a/c a threaded group"));
    }

    @Test
    void aControllerThatTheHostLacksIsNamed() {
        assertThatThrownBy(() -> new Starts()
                        .cgroups(host("cpu pids"))
                        .linux("resources", "{\"memory\": {\"limit\": 5}}")
                        .outer())
                .hasMessage("cannot set memory limit: the controller memory is not in"
                        + " /sys/fs/cgroup/cgroup.controllers, which has: cpu pids");
        assertThatThrownBy(() -> new Starts()
                        .cgroups(host("cpu"))
                        .linux("resources", "{\"unified\": {\"memory.high\": \"5\"}}")
                        .outer())
                .hasMessage("unified resource \"memory.high\" can't be set: controller \"memory\" not available");
        assertThat(new Starts()
                        .cgroups(host(""))
                        .linux("resources", "{\"unified\": {\"cgroup.max.depth\": \"5\", \"io.pressure\": \"1\"}}")
                        .outer())
                .anyMatch(step -> step.endsWith("/cgroup.max.depth: write(R, \"5\", 1)"));
    }

    @Test
    void theWholeHierarchyIsMounted() {
        String mount =
                "{\"destination\": \"/sys/fs/cgroup\", \"type\": \"cgroup\", \"source\": \"cgroup\", \"options\": [\"ro\"]}";
        assertThat(start("/c").mount(mount).init())
                .anyMatch(step -> step.contains("mount(\"cgroup2\",") && step.contains("goes on after EPERM, EBUSY"))
                .anyMatch(step -> step.contains("open_tree(AT_FDCWD, \"/sys/fs/cgroup/\""));
        assertThat(start("/c").namespaces("mount", "cgroup").mount(mount).init())
                .anyMatch(step -> step.contains("open_tree(AT_FDCWD, \"/sys/fs/cgroup/c\""));
    }

    @Test
    void anEndedContainersGroupIsCountedKilledAndRemoved() {
        assertThat(start("/c").epilogue(Actor.OUTER))
                .anyMatch(step -> step.startsWith("open /sys/fs/cgroup/c/memory.events"));
        assertThat(start("/c").namespaces("mount").epilogue(Actor.EPILOGUE))
                .anyMatch(step -> step.startsWith("kill the processes of /sys/fs/cgroup/c"))
                .anyMatch(step -> step.startsWith("remove cgroup /sys/fs/cgroup/c"));
    }

    private static Starts ofUser() {
        return new Starts()
                .rootless()
                .mapped("0 1000 1", "0 1001 1")
                .namespaces("user", "mount", "pid", "cgroup")
                .cgroups(host("cpuset cpu io memory pids"));
    }

    private static final String WRITABLE =
            "{\"destination\": \"/sys/fs/cgroup\", \"type\": \"cgroup\", \"source\": \"cgroup\"}";

    @Test
    void whoMayMakeNoGroupIsToldInRuncsWords() {
        assertThat(ofUser().linux("resources", "{\"pids\": {\"limit\": 5}}").outer())
                .anyMatch(step -> step.startsWith("unable to start container process: unable to apply cgroup"
                                + " configuration: rootless needs no limits + no cgrouppath when no permission is granted"
                                + " for cgroups: mkdir /sys/fs/cgroup/user.slice/c1: mkdirat(")
                        && !step.contains("EACCES"));
        assertThat(ofUser().outer())
                .anyMatch(step ->
                        step.contains(": mkdir /sys/fs/cgroup/user.slice/c1: mkdirat(") && step.contains("EACCES"));
    }

    /** Groups above are somebody else's, which a user may not open to write to them. */
    @Test
    void aUserReadsNoTypeOfWhatIsAnothers() {
        assertThat(ofUser().outer())
                .anyMatch(step -> step.startsWith("ask of what type /sys/fs/cgroup/user.slice is: openat(")
                        && step.contains("EACCES"));
        assertThat(start("/a/b").outer())
                .noneMatch(step -> step.startsWith("ask of what type") && step.contains("EACCES"));
    }

    /** What is bound of all of /sys would else be to be seen, and to be written to (CVE-2023-25809). */
    @Test
    void whereThereMayBeNoGroupTheHostsAreCovered() {
        String cover = "cover what is there, since the container has no group of its own";
        assertThat(ofUser().mount(WRITABLE).init()).anyMatch(step -> step.contains(cover));
        assertThat(ofUser().mount(WRITABLE).linux("cgroupsPath", "\"/a\"").init())
                .noneMatch(step -> step.contains(cover));
        assertThat(start("/c").namespaces("mount", "cgroup").mount(WRITABLE).init())
                .noneMatch(step -> step.contains(cover));
    }

    /** config-linux.md, "Cgroup ownership": it is the process's user whose group it becomes. */
    @Test
    void theGroupBecomesTheProcesssUsers() {
        Starts five = new Starts()
                .cgroups(host("cpu"))
                .mapped("0 100000 1000", "0 100000 1000")
                .namespaces("user", "mount", "pid", "cgroup")
                .process("user", "{\"uid\": 5, \"gid\": 0}")
                .mount(WRITABLE);
        assertThat(five.outer()).anyMatch(step -> step.matches("give \\S+/c1 to the container's user: .*100005.*"));
        assertThat(start("/c").namespaces("mount", "cgroup").mount(WRITABLE).outer())
                .noneMatch(step -> step.startsWith("give"));
        assertThat(ofUser().mount(WRITABLE).outer()).noneMatch(step -> step.startsWith("give"));
    }

    @Test
    void anOrdinaryUserGivesNothingAway() {
        assertThat(ofUser().linux("uidMappings", "[" + Starts.mapping("0 100000 1000") + "]")
                        .mount(WRITABLE)
                        .outer())
                .anyMatch(step -> step.matches("give \\S+/c1 to the container's user: .*100000.*EPERM.*"));
    }
}
