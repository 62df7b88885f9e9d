package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitFilesV1Test {
    private static final CgroupLayout ALL = CgroupLayout.of(
            0x01021994,
            List.of("dblkio", "dcpu", "dhugetlb", "dmemory", "dnet_cls,net_prio", "drdma"),
            "6:blkio:/\n5:cpu:/\n4:hugetlb:/\n3:memory:/\n2:net_cls,net_prio:/\n1:rdma:/\n");

    private static List<String> outer(String resources) {
        return new Starts()
                .cgroups(ALL)
                .linux("cgroupsPath", "\"/c\"")
                .linux("resources", resources)
                .outer();
    }

    /** What is written into files of the groups, in order: the file, and the value. */
    private static List<String> writes(String resources) {
        return outer(resources).stream()
                .filter(step -> step.matches("write .* to /sys/fs/cgroup/.*: write\\(.*"))
                .map(step -> step.replaceAll("^write (.*) to /sys/fs/cgroup/[^/]+/c/(\\S+): write.*$", "$2 $1"))
                .toList();
    }

    @Test
    void blockDevicesHaveWeightsAndRates() {
        assertThat(writes("""
                        {"blockIO": {"weight": 500, "leafWeight": 300,
                          "weightDevice": [{"major": 8, "minor": 0, "weight": 200, "leafWeight": 100}],
                          "throttleReadBpsDevice": [{"major": 8, "minor": 0, "rate": 1}],
                          "throttleWriteBpsDevice": [{"major": 8, "minor": 1, "rate": 2}],
                          "throttleReadIOPSDevice": [{"major": 8, "minor": 2, "rate": 3}],
                          "throttleWriteIOPSDevice": [{"major": 8, "minor": 3, "rate": 18446744073709551615}]}}"""))
                .containsExactly(
                        "blkio.weight 500",
                        "blkio.bfq.weight 500",
                        "blkio.leaf_weight 300",
                        "blkio.weight_device 8:0 200",
                        "blkio.bfq.weight_device 8:0 200",
                        "blkio.leaf_weight_device 8:0 100",
                        "blkio.throttle.read_bps_device 8:0 1",
                        "blkio.throttle.write_bps_device 8:1 2",
                        "blkio.throttle.read_iops_device 8:2 3",
                        "blkio.throttle.write_iops_device 8:3 18446744073709551615");
    }

    @Test
    void aWeightGoesToBfqWhereTheKernelHasNoOther() {
        assertThat(outer("{\"blockIO\": {\"weight\": 500}}"))
                .anyMatch(
                        step -> step.startsWith("open /sys/fs/cgroup/blkio/c/blkio.weight: openat(R, \"blkio.weight\"")
                                && step.contains("goes on after ENOENT"))
                .anyMatch(step -> step.contains("openat(R, \"blkio.bfq.weight\", O_WRONLY|O_CLOEXEC, 0)"));
    }

    @Test
    void hugePagesNetworksAndRdma() {
        assertThat(writes("""
                        {"hugepageLimits": [{"pageSize": "2MB", "limit": 9}],
                         "network": {"classID": 1048577, "priorities": [{"name": "lo", "priority": 3}]},
                         "rdma": {"mlx5_1": {"hcaHandles": 3, "hcaObjects": 10000}, "mlx4_0": {"hcaObjects": 1}}}"""))
                .containsExactly(
                        "hugetlb.2MB.limit_in_bytes 9",
                        "hugetlb.2MB.rsvd.limit_in_bytes 9",
                        "net_cls.classid 1048577",
                        "net_prio.ifpriomap lo 3",
                        "rdma.max mlx5_1 hca_handle=3 hca_object=10000",
                        "rdma.max mlx4_0 hca_object=1");
    }

    @Test
    void whatBoundsEachOtherIsWrittenAgain() {
        assertThat(writes("""
                        {"cpu": {"shares": 2, "quota": 5000, "period": 20000, "burst": 1000, "idle": 1,
                         "realtimePeriod": 900000, "realtimeRuntime": 1000}}"""))
                .containsExactly(
                        "cpu.rt_period_us 900000",
                        "cpu.rt_runtime_us 1000",
                        "cpu.rt_period_us 900000",
                        "cpu.shares 2",
                        "cpu.cfs_period_us 20000",
                        "cpu.cfs_burst_us 1000",
                        "cpu.cfs_quota_us 5000",
                        "cpu.cfs_period_us 20000",
                        "cpu.cfs_burst_us 1000",
                        "cpu.idle 1");
        assertThat(writes("{\"memory\": {\"limit\": 1000, \"swap\": 2000}}"))
                .containsExactly(
                        "memory.limit_in_bytes 1000", "memory.memsw.limit_in_bytes 2000", "memory.limit_in_bytes 1000");
        assertThat(writes("{\"memory\": {\"limit\": 1000}}")).containsExactly("memory.limit_in_bytes 1000");
    }

    @Test
    void memoryWithoutALimitLiftsThatOfSwapToo() {
        assertThat(writes("{\"memory\": {\"limit\": -1}}"))
                .containsExactly("memory.limit_in_bytes -1", "memory.memsw.limit_in_bytes -1");
    }

    /** runc passes them over since no kernel honours them. */
    @Test
    void limitsOfKernelMemoryAreNotWritten() {
        assertThat(writes("{\"memory\": {\"kernel\": 1000, \"kernelTCP\": 1000, \"useHierarchy\": true}}"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"cpu": {"shares": 1}}                   | the minimum allowed cpu-shares is 2
            {"cpu": {"shares": 262145}}              | the maximum allowed cpu-shares is 262144
            {"memory": {"swappiness": 101}}          | invalid memory swappiness value: 101 (valid range is 0-100)
            {"unified": {"memory.high": "1"}}        | invalid configuration: cannot use unified on cgroup v1
            {"hugepageLimits": [{"pageSize": "/", "limit": 1}]} | linux.resources.hugepageLimits: / is no page size such as 2MB
            """)
    void isRefused(String resources, String sentence) {
        assertThatThrownBy(() -> outer(resources)).hasMessage(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"rdma": {"x": {"hcaObjects": 1}}}              | rdma
            {"network": {"classID": 1}}                     | net_cls
            {"network": {"priorities": [{"name": "lo", "priority": 1}]}} | net_prio
            {"hugepageLimits": [{"pageSize": "2MB", "limit": 1}]} | hugetlb
            {"memory": {"limit": 1}}                        | memory
            {"cpu": {"shares": 9}}                          | cpu
            {"cpu": {"mems": "0"}}                          | cpuset
            {"pids": {"limit": 9}}                          | pids
            {"devices": [{"allow": false, "access": "rwm"}]} | devices
            """)
    void aLimitThatNobodyWouldKeepIsRefused(String resources, String controller) {
        Starts start = new Starts()
                .cgroups(CgroupLayout.of(0, List.of("dfreezer"), "1:freezer:/\n"))
                .linux("resources", resources);
        assertThatThrownBy(start::outer)
                .hasMessage("cannot set " + controller
                        + " limit: container could not join or create cgroup: no cgroup hierarchy of the controller "
                        + controller + " is mounted beneath /sys/fs/cgroup/");
    }

    @Test
    void whatLimitsNothingNeedsNoController() {
        assertThat(new Starts()
                        .cgroups(CgroupLayout.of(0, List.of("dfreezer"), "1:freezer:/\n"))
                        .linux("resources", """
                                {"memory": {"limit": 0, "kernel": 5, "disableOomKiller": false}, "cpu": {"shares": 0},
                                 "pids": {"limit": 0}, "network": {"classID": 0}, "blockIO": {"weight": 0}}""")
                        .outer())
                .isNotEmpty();
    }
}
