package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.runtime.ConfigReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitFilesV2Test {
    private static List<GroupSetting> settings(String resources) {
        try {
            return LimitFilesV2.of(ConfigReader.readResources(resources.getBytes(StandardCharsets.UTF_8)));
        } catch (DocumentException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> files(String resources) {
        return settings(resources).stream()
                .map(each -> each.file() + " = " + each.value())
                .toList();
    }

    /** What runc 1.3.2 and later write: 2000 is of its issue 4896, 22000 of youki's tests of the same curve. */
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1,1",
        "2,1",
        "1024,100",
        "2000,170",
        "22000,1204",
        "262143,10000",
        "262144,10000",
        "300000,10000"
    })
    void sharesBecomeAWeight(long shares, long weight) {
        assertThat(LimitFilesV2.cpuWeight(shares)).isEqualTo(weight);
    }

    @Test
    void moreSharesAreNeverLessWeight() {
        long last = 0;
        for (long shares = 2; shares <= 1 << 18; shares++) {
            long weight = LimitFilesV2.cpuWeight(shares);
            assertThat(weight).isBetween(last, 10_000L);
            last = weight;
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"memory": {"limit": 1000, "swap": 3000}}  | memory.swap.max = 2000; memory.max = 1000
            {"memory": {"limit": 1000, "swap": 1000}}  | memory.swap.max = 0; memory.max = 1000
            {"memory": {"limit": 1000, "swap": -1}}    | memory.swap.max = max; memory.max = 1000
            {"memory": {"limit": 1000}}                | memory.max = 1000
            {"memory": {"limit": -1}}                  | memory.swap.max = max; memory.max = max
            {"memory": {"limit": -1, "swap": 5}}       | memory.swap.max = 5; memory.max = max
            {"memory": {"reservation": 7}}             | memory.low = 7
            {"memory": {"reservation": -1}}            | memory.low = max
            {"cpu": {"quota": 5000}}                   | cpu.max = 5000 100000
            {"cpu": {"period": 5000}}                  | cpu.max = max 5000
            {"cpu": {"quota": -1, "period": 5000}}     | cpu.max = max 5000
            {"cpu": {"quota": 9, "period": 5000, "burst": 3}} | cpu.max.burst = 3; cpu.max = 9 5000; cpu.max.burst = 3
            {"cpu": {"idle": 1, "shares": 1024}}       | cpu.idle = 1; cpu.weight = 100
            {"cpu": {"cpus": "0-1", "mems": "0"}}      | cpuset.cpus = 0-1; cpuset.mems = 0
            {"pids": {"limit": 9}}                     | pids.max = 9
            {"pids": {"limit": -1}}                    | pids.max = max
            {"blockIO": {"weight": 500}}               | io.bfq.weight = 500
            {"blockIO": {"weightDevice": [{"major": 8, "minor": 1, "weight": 20}]}} | io.bfq.weight = 8:1 20
            {"blockIO": {"throttleReadBpsDevice": [{"major": 8, "minor": 1, "rate": 5}]}} | io.max = 8:1 rbps=5
            {"blockIO": {"throttleWriteBpsDevice": [{"major": 8, "minor": 1, "rate": 5}]}} | io.max = 8:1 wbps=5
            {"blockIO": {"throttleReadIOPSDevice": [{"major": 8, "minor": 1, "rate": 5}]}} | io.max = 8:1 riops=5
            {"blockIO": {"throttleWriteIOPSDevice": [{"major": 8, "minor": 1, "rate": 5}]}} | io.max = 8:1 wiops=5
            {"hugepageLimits": [{"pageSize": "2MB", "limit": 4}]} | hugetlb.2MB.max = 4; hugetlb.2MB.rsvd.max = 4
            {"rdma": {"mlx": {"hcaHandles": 3, "hcaObjects": 4}}} | rdma.max = mlx hca_handle=3 hca_object=4
            {"unified": {"memory.high": "77"}}         | memory.high = 77
            """)
    void each(String resources, String expected) {
        assertThat(String.join("; ", files(resources))).isEqualTo(expected);
    }

    @Test
    void linesOfAFileByItsOwnNameAreWrittenOneByOne() {
        assertThat(files("{\"unified\": {\"io.max\": \"8:0 rbps=1\\n8:1 wbps=2\"}}"))
                .containsExactly("io.max = 8:0 rbps=1", "io.max = 8:1 wbps=2");
    }

    @Test
    void aWeightForAnySchedulerIsConverted() {
        GroupSetting setting = settings("{\"blockIO\": {\"weight\": 1000}}").getFirst();
        assertThat(setting.otherwise()).contains("io.weight");
        assertThat(setting.otherValue()).isEqualTo("10000");
        assertThat(LimitFilesV2.ioWeight(10)).isEqualTo(1);
        assertThat(LimitFilesV2.ioWeight(500)).isEqualTo(4950);
    }

    /** runc passes them over. */
    @Test
    void whatVersion2HasNothingForIsPassedOver() {
        assertThat(files("""
                        {"memory": {"swappiness": 5, "kernel": 5, "disableOOMKiller": true},
                         "cpu": {"realtimePeriod": 5, "realtimeRuntime": 5},
                         "network": {"classID": 5, "priorities": [{"name": "lo", "priority": 5}]},
                         "blockIO": {"leafWeight": 50}}""")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"memory": {"swap": 5}}              | unable to set swap limit without memory limit
            {"memory": {"limit": -2, "swap": 5}} | invalid memory value: -2
            {"memory": {"limit": 9, "swap": 5}}  | memory+swap limit should be >= memory limit
            {"unified": {"a/b.c": "1"}}          | unified resource "a/b.c" must be a file name (no slashes)
            {"unified": {"..": "1"}}             | unified resource ".." must be in the form CONTROLLER.PARAMETER
            {"unified": {"memory": "1"}}         | unified resource "memory" must be in the form CONTROLLER.PARAMETER
            """)
    void isRefused(String resources, String sentence) {
        assertThatThrownBy(() -> settings(resources)).hasMessage(sentence);
    }
}
