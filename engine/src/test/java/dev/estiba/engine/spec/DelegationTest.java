package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.HostConfig;
import dev.estiba.oci.runtime.Cpu;
import dev.estiba.oci.runtime.IdMapping;
import dev.estiba.oci.runtime.Memory;
import dev.estiba.oci.runtime.Pids;
import dev.estiba.oci.runtime.Resources;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which limits an ordinary user's containers have, and what is said of the others. */
class DelegationTest {
    private static final List<IdMapping> ALONE = List.of(new IdMapping(0, 1000, 1));
    private static final HostConfig LIMITED = Requests.limited(
            limits -> limits.memory(64 << 20).pidsLimit(9).nanoCpus(500_000_000).cpusetCpus("0"));

    private static HostFacts facts(boolean unified, Optional<Delegation> delegation) {
        return new HostFacts(Set.of(), "host", unified, Optional.of(new LentIds(ALONE, ALONE)), delegation);
    }

    private static Optional<Delegation> of(String... controllers) {
        return Optional.of(new Delegation("/user", Set.of(controllers)));
    }

    @Test
    void itIsTheGroupAboveItsOwn() {
        assertThat(Delegation.above("0::/user.slice/me/shell\n")).contains("/user.slice/me");
        assertThat(Delegation.above("1:name=systemd:/x\n0::/shell\n")).contains("");
        assertThat(Delegation.above("0::/\n")).contains("");
        assertThat(Delegation.above("4:memory:/a/b\n")).isEmpty();
    }

    @Test
    void whatIsDelegatedIsNotWarnedOf() {
        assertThat(Rootless.warnings(LIMITED, facts(true, of("memory", "pids", "cpu", "cpuset"))))
                .isEmpty();
        assertThat(Rootless.warnings(LIMITED, facts(true, of("memory", "pids"))))
                .containsExactly(
                        "Your kernel does not support CPU CFS scheduler. CPU period/quota discarded.",
                        "Your kernel does not support cpuset or the cgroup is not mounted. CPUset discarded.");
    }

    @Test
    void withoutDelegationEachLimitIsWarnedOfInDockersWords() {
        assertThat(Rootless.warnings(LIMITED, facts(true, Optional.empty())))
                .containsExactly(
                        "Your kernel does not support memory limit capabilities or the cgroup is not mounted."
                                + " Limitation discarded.",
                        "Your kernel does not support PIDs limit capabilities or the cgroup is not mounted."
                                + " PIDs limit discarded.",
                        "Your kernel does not support CPU CFS scheduler. CPU period/quota discarded.",
                        "Your kernel does not support cpuset or the cgroup is not mounted. CPUset discarded.");
        assertThat(Rootless.warnings(Requests.host(host -> host), facts(true, Optional.empty())))
                .isEmpty();
    }

    @Test
    void ofVersion1OneSentenceSaysItAll() {
        assertThat(Rootless.warnings(LIMITED, facts(false, Optional.empty())))
                .containsExactly("Resource limits are not supported and ignored on cgroups V1 rootless systems");
    }

    @Test
    void onlyPossibleLimitsAreKept() {
        Resources wanted = Resources.builder()
                .memory(Memory.builder().limit(5).build())
                .pids(new Pids(OptionalLong.of(7)))
                .cpu(Cpu.builder().shares(3).cpus("0").build())
                .build();
        Resources kept = new Delegation("/user", Set.of("pids", "cpuset")).keep(wanted);
        assertThat(kept.memory()).contains(Memory.builder().build());
        assertThat(kept.pids()).contains(new Pids(OptionalLong.of(7)));
        assertThat(kept.cpu()).contains(Cpu.builder().cpus("0").build());
    }
}
