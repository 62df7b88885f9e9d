package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.runtime.plan.Actor;
import java.util.List;
import org.junit.jupiter.api.Test;

class CgroupsTest {
    private static final String SELF = """
            5:cpu,cpuacct:/user
            4:memory:/pod/own
            3:pids:/
            2:freezer:/
            1:name=systemd:/session
            0::/unified
            """;

    private static CgroupLayout hybrid() {
        return CgroupLayout.of(
                0x01021994,
                List.of(
                        "dmemory",
                        "dpids",
                        "dfreezer",
                        "dsystemd",
                        "dcpu,cpuacct",
                        "lcpu",
                        "lcpuacct",
                        "dunified",
                        "dempty"),
                SELF);
    }

    @Test
    void knowsWhatIsAHierarchy() {
        CgroupLayout layout = hybrid();
        assertThat(layout.unified()).isFalse();
        assertThat(layout.hierarchies())
                .extracting(CgroupLayout.Hierarchy::directory)
                .containsExactly("cpu,cpuacct", "freezer", "memory", "pids", "systemd");
        assertThat(layout.links()).containsExactly("cpu", "cpuacct");
    }

    @Test
    void knowsVersion2() {
        assertThat(CgroupLayout.of(0x63677270, List.of(), "0::/\n").unified()).isTrue();
    }

    /** The directory and /proc/self/cgroup may name the controllers in another order. */
    @Test
    void knowsControllersInAnyOrder() {
        CgroupLayout layout = CgroupLayout.of(0, List.of("dcpuacct,cpu"), "1:cpu,cpuacct:/x\n");
        assertThat(layout.hierarchies()).hasSize(1);
        assertThat(layout.hierarchies().getFirst().has("cpu")).isTrue();
        assertThat(layout.hierarchies().getFirst().has("cpuacct")).isTrue();
        assertThat(layout.hierarchies().getFirst().has("pids")).isFalse();
    }

    @Test
    void survivesAnyText() {
        CgroupLayout layout =
                CgroupLayout.of(0, List.of("dmemory", "d", "l"), "\n:\n::\n1:\nx:memory\n9:memory:/a:b\n");
        assertThat(layout.hierarchies())
                .extracting(CgroupLayout.Hierarchy::directory)
                .contains("memory");
        assertThat(layout.own()).containsEntry("memory", "/a:b");
    }

    @Test
    void anAbsolutePathIsFromTheTop() {
        assertThat(new Starts()
                        .cgroups(hybrid())
                        .linux("cgroupsPath", "\"/kube/pod/c\"")
                        .groups())
                .containsExactly(
                        "/sys/fs/cgroup/cpu,cpuacct/kube/pod/c",
                        "/sys/fs/cgroup/freezer/kube/pod/c",
                        "/sys/fs/cgroup/memory/kube/pod/c",
                        "/sys/fs/cgroup/pids/kube/pod/c",
                        "/sys/fs/cgroup/systemd/kube/pod/c");
    }

    @Test
    void aRelativePathIsFromTheCallersOwn() {
        assertThat(new Starts().cgroups(hybrid()).linux("cgroupsPath", "\"c\"").groups())
                .contains(
                        "/sys/fs/cgroup/memory/pod/own/c", "/sys/fs/cgroup/pids/c", "/sys/fs/cgroup/systemd/session/c");
        assertThat(new Starts().cgroups(hybrid()).groups())
                .contains("/sys/fs/cgroup/memory/pod/own/c1", "/sys/fs/cgroup/cpu,cpuacct/user/c1");
    }

    @Test
    void noPathLeavesTheHierarchy() {
        assertThat(new Starts()
                        .cgroups(hybrid())
                        .linux("cgroupsPath", "\"/../../x/../y\"")
                        .groups())
                .contains("/sys/fs/cgroup/memory/y");
        assertThat(new Starts()
                        .cgroups(hybrid())
                        .linux("cgroupsPath", "\"../../../../etc\"")
                        .groups())
                .allMatch(path -> path.startsWith("/sys/fs/cgroup/") && path.endsWith("/etc"));
    }

    @Test
    void makesParentsChecksAndTakesBack() {
        Starts start = new Starts()
                .cgroups(CgroupLayout.of(0, List.of("dpids"), "1:pids:/\n"))
                .linux("cgroupsPath", "\"/a/b/c\"")
                .linux("resources", "{\"pids\": {\"limit\": 5}}");
        assertThat(start.outer())
                .anyMatch(step -> step.contains("mkdirat(R, \"pids/a\", 0755); goes on after EEXIST"))
                .anyMatch(step -> step.contains("mkdirat(R, \"pids/a/b\", 0755); goes on after EEXIST"))
                .anyMatch(step -> step.contains("mkdirat(R, \"pids/a/b/c\", 0755) → R"))
                .anyMatch(step ->
                        step.startsWith("/sys/fs/cgroup/pids/a/b/c is not in a cgroup file system: check R = 2613483"))
                .anyMatch(step -> step.endsWith("write(R, \"5\", 1)"));
        assertThat(start.steps(Actor.UNDO))
                .anyMatch(step ->
                        step.startsWith("remove cgroup /sys/fs/cgroup/pids/a/b/c: remove cgroup \"pids/a/b/c\""));
        assertThat(start.init())
                .anyMatch(step -> step.startsWith("join cgroup /sys/fs/cgroup/pids/a/b/c: write(R, \"0\", 1)"));
    }

    @Test
    void writesEachLimitToItsFile() {
        List<String> steps = new Starts()
                .cgroups(CgroupLayout.of(0, List.of("dmemory", "dcpu,cpuacct", "dpids"), SELF))
                .linux("cgroupsPath", "\"/c\"")
                .linux("resources", """
                        {"memory": {"limit": 1048576, "swap": 2097152, "reservation": 4096, "swappiness": 10},
                         "cpu": {"shares": 512, "quota": 5000, "period": 10000}, "pids": {"limit": -1}}""")
                .outer();
        for (String wanted : List.of(
                "write 1048576 to /sys/fs/cgroup/memory/c/memory.limit_in_bytes",
                "write 2097152 to /sys/fs/cgroup/memory/c/memory.memsw.limit_in_bytes",
                "write 4096 to /sys/fs/cgroup/memory/c/memory.soft_limit_in_bytes",
                "write 10 to /sys/fs/cgroup/memory/c/memory.swappiness",
                "write 512 to /sys/fs/cgroup/cpu,cpuacct/c/cpu.shares",
                "write 5000 to /sys/fs/cgroup/cpu,cpuacct/c/cpu.cfs_quota_us",
                "write 10000 to /sys/fs/cgroup/cpu,cpuacct/c/cpu.cfs_period_us",
                "write max to /sys/fs/cgroup/pids/c/pids.max")) {
            assertThat(steps).as(wanted).anyMatch(step -> step.startsWith(wanted + ":"));
        }
    }
}
