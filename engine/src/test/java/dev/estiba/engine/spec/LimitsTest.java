package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.Resources;
import dev.estiba.api.Ulimit;
import dev.estiba.oci.runtime.Cpu;
import dev.estiba.oci.runtime.Memory;
import dev.estiba.oci.runtime.Rlimit;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LimitsTest {
    private static final long MIB = 1 << 20;
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private static Resources resources(UnaryOperator<Resources.Builder> resources) {
        return resources.apply(Resources.builder()).build();
    }

    private static Arguments row(UnaryOperator<Resources.Builder> resources, String message) {
        return Arguments.of(resources, message);
    }

    static Stream<Arguments> refusals() {
        String nano = "range of CPUs is from 0.01 to " + PROCESSORS + ".00, as there are only " + PROCESSORS
                + " CPUs available";
        String period = "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)";
        return Stream.of(
                row(r -> r.memory(6 * MIB - 1), "Minimum memory limit allowed is 6MB"),
                row(r -> r.memory(-5), "Minimum memory limit allowed is 6MB"),
                row(
                        r -> r.memorySwap(64 * MIB),
                        "You should always set the Memory limit when using Memoryswap limit, see usage"),
                row(
                        r -> r.memory(64 * MIB).memorySwap(64 * MIB - 1),
                        "Minimum memoryswap limit should be larger than memory limit, see usage"),
                row(r -> r.memoryReservation(5 * MIB), "Minimum memory reservation allowed is 6MB"),
                row(
                        r -> r.memory(64 * MIB).memoryReservation(65 * MIB),
                        "Minimum memory limit can not be less than memory reservation limit, see usage"),
                row(
                        r -> r.nanoCpus(1_000_000_000).cpuPeriod(1000),
                        "Conflicting options: Nano CPUs and CPU Period cannot both be set"),
                row(
                        r -> r.nanoCpus(1_000_000_000).cpuQuota(1000),
                        "Conflicting options: Nano CPUs and CPU Quota cannot both be set"),
                row(r -> r.nanoCpus(-1), nano),
                row(r -> r.nanoCpus(PROCESSORS * 1_000_000_000L + 1), nano),
                row(r -> r.cpuPeriod(999), period),
                row(r -> r.cpuPeriod(1_000_001), period),
                row(r -> r.cpuPeriod(-1), period),
                row(r -> r.cpuQuota(999), "CPU cfs quota can not be less than 1ms (i.e. 1000)"),
                row(r -> r.cpuShares(-1), "shares: invalid argument"),
                row(r -> r.memorySwappiness(101), "Invalid value: 101, valid memory swappiness range is 0-100"),
                row(r -> r.memorySwappiness(-2), "Invalid value: -2, valid memory swappiness range is 0-100"),
                row(
                        r -> r.cpuRealtimePeriod(1000).cpuRealtimeRuntime(1001),
                        "cpu real-time runtime cannot be higher than cpu real-time period"),
                row(r -> r.blkioWeight(9), "Range of blkio weight is from 10 to 1000"),
                row(r -> r.blkioWeight(1001), "Range of blkio weight is from 10 to 1000"),
                row(r -> r.ulimits(List.of(new Ulimit("files", 1, 1))), "invalid ulimit type: files"),
                row(
                        r -> r.ulimits(List.of(new Ulimit("nofile", 1, 2))),
                        "ulimit soft limit must be less than or equal to hard limit: 2 > 1"),
                row(
                        r -> r.ulimits(List.of(new Ulimit("nofile", 1, -1))),
                        "ulimit soft limit must be less than or equal to hard limit: -1 > 1"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatMakesNoSenseIsRefusedInDockersWords(UnaryOperator<Resources.Builder> resources, String message) {
        Requests.refused(() -> Limits.check(Requests.limited(resources)), 400, message);
    }

    @Test
    void anOomScoreHasItsRange() throws ApiException {
        Limits.check(Requests.host(host -> host.oomScoreAdj(-1000)));
        Limits.check(Requests.host(host -> host.oomScoreAdj(1000)));
        for (int wrong : new int[] {-1001, 1001}) {
            Requests.refused(
                    () -> Limits.check(Requests.host(host -> host.oomScoreAdj(wrong))),
                    400,
                    "Invalid value " + wrong + ", range for oom score adj is [-1000, 1000]");
        }
    }

    @Test
    void whatIsJustAllowedIsAllowed() throws ApiException {
        Limits.check(Requests.limited(r -> r.memory(6 * MIB).memorySwap(6 * MIB).memoryReservation(6 * MIB)));
        Limits.check(Requests.limited(r -> r.memorySwap(-1)));
        Limits.check(Requests.limited(r -> r.nanoCpus(PROCESSORS * 1_000_000_000L)));
        Limits.check(Requests.limited(r -> r.cpuPeriod(1000).cpuQuota(1000).blkioWeight(10)));
        Limits.check(Requests.limited(r -> r.cpuPeriod(1_000_000).cpuQuota(-1).blkioWeight(1000)));
        Limits.check(Requests.limited(r -> r.memorySwappiness(-1)));
        Limits.check(Requests.limited(r -> r.memorySwappiness(100)));
        Limits.check(Requests.limited(r -> r.ulimits(List.of(new Ulimit("core", -1, 5), new Ulimit("cpu", 5, 5)))));
    }

    @Test
    void memoryBringsAsMuchSwapUnlessSomethingIsSaidOfIt() {
        Memory plain = Limits.memory(resources(r -> r.memory(64 * MIB)));
        assertThat(plain.limit()).hasValue(64 * MIB);
        assertThat(plain.swap()).hasValue(128 * MIB);
        assertThat(Limits.memory(resources(r -> r.memory(64 * MIB).memorySwap(-1)))
                        .swap())
                .hasValue(-1);
        Memory none = Limits.memory(resources(r -> r));
        assertThat(none.limit()).isEmpty();
        assertThat(none.swap()).isEmpty();
    }

    /** A limit near the largest number: doubling it must not come out negative. */
    @Test
    void swapDoesNotOverflow() {
        assertThat(Limits.memory(resources(r -> r.memory(Long.MAX_VALUE - 1)))
                        .swap()
                        .orElseThrow())
                .isNotNegative();
    }

    @Test
    void processorsBecomeAQuota() {
        Cpu cpu = Limits.cpu(
                resources(r -> r.nanoCpus(1_500_000_000).cpusetCpus("0-1").cpuShares(5)));
        assertThat(cpu.period()).hasValue(100_000);
        assertThat(cpu.quota()).hasValue(150_000);
        assertThat(cpu.cpus()).contains("0-1");
        assertThat(cpu.shares()).hasValue(5);
    }

    @Test
    void noLimitOfProcessesIsNone() {
        assertThat(Limits.pids(resources(r -> r)).limit()).isEmpty();
        assertThat(Limits.pids(resources(r -> r.pidsLimit(0))).limit()).isEmpty();
        assertThat(Limits.pids(resources(r -> r.pidsLimit(-1))).limit()).isEqualTo(OptionalLong.of(-1));
        assertThat(Limits.pids(resources(r -> r.pidsLimit(7))).limit()).hasValue(7);
    }

    @Test
    void ulimitsHaveTheKernelsNames() throws ApiException {
        assertThat(Limits.rlimits(List.of(new Ulimit("nofile", 20, 10), new Ulimit("core", -1, -1))))
                .containsExactly(new Rlimit("RLIMIT_NOFILE", 10, 20), new Rlimit("RLIMIT_CORE", -1, -1));
    }
}
