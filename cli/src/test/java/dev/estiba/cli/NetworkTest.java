package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.EndpointSettings;
import dev.estiba.api.IpamConfig;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworkIpam;
import dev.estiba.api.NetworkIpamConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code network}, against an engine that makes none. */
class NetworkTest {
    private final FakeEngine engine = new FakeEngine();
    private FakeCaller caller = new FakeCaller();

    private int run(String... words) {
        caller = new FakeCaller(words);
        return new EstibaProgram(engine).run(caller);
    }

    private void add(String name) {
        engine.networks.add(NetworkInspect.builder()
                .name(name)
                .id(name + "0123456789abcdef")
                .driver("bridge")
                .labels(Map.of("colour", "blue"))
                .build());
    }

    @Test
    void whatIsSaidOfANewOneIsAskedFor() {
        assertThat(run(
                        ("network create --subnet 10.1.0.0/16 --subnet fd00:1::/64 --gateway 10.1.0.9 --ip-range 10.1.2.0/24"
                                        + " --aux-address router=10.1.0.1 --internal --label colour=blue"
                                        + " -o com.docker.network.driver.mtu=1400 --ipv6=false mine")
                                .split(" ")))
                .isZero();
        assertThat(caller.printed()).isEqualTo("id of mine\n");
        NetworkIpam ipam = new NetworkIpam(
                "default",
                Map.of(),
                List.of(
                        new NetworkIpamConfig("10.1.0.0/16", "10.1.2.0/24", "10.1.0.9", Map.of("router", "10.1.0.1")),
                        new NetworkIpamConfig("fd00:1::/64", "", "", Map.of())));
        assertThat(engine.networkBodies)
                .containsExactly(NetworkCreateRequest.builder()
                        .name("mine")
                        .driver("bridge")
                        .ipam(ipam)
                        .internal(true)
                        .enableIpv6(false)
                        .options(Map.of("com.docker.network.driver.mtu", "1400"))
                        .labels(Map.of("colour", "blue"))
                        .build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--gateway 10.1.0.1|every ip-range or gateway must have a corresponding subnet",
                "--subnet 10.1.0.0/16 --gateway 10.2.0.1|no matching subnet for gateway 10.2.0.1",
                "--subnet 10.1.0.0/16 --ip-range 10.2.0.0/24|no matching subnet for range 10.2.0.0/24",
                "--subnet 10.1.0.0/16 --aux-address a=10.2.0.1|no matching subnet for aux-address 10.2.0.1",
                "--subnet 10.1.0.0/16 --subnet 10.1.2.0/24|multiple overlapping subnet configuration is not supported",
                "--subnet 10.1.0.0|invalid CIDR address: 10.1.0.0",
                "--subnet 10.1.0.0/33|invalid CIDR address: 10.1.0.0/33",
            })
    void subnetsThatDoNotFitAreRefused(String flags, String complaint) {
        assertThat(run(("network create " + flags + " mine").split(" "))).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo(complaint + "\n");
        assertThat(engine.networkBodies).isEmpty();
    }

    @Test
    void theyAreListedInTheOrderOfTheirNames() {
        add("two");
        add("one");
        assertThat(run("network", "ls")).isZero();
        assertThat(caller.printed()).isEqualTo("""
                NETWORK ID     NAME      DRIVER    SCOPE
                one012345678   one       bridge    local
                two012345678   two       bridge    local
                """);
        assertThat(run("network", "ls", "-q", "--no-trunc")).isZero();
        assertThat(caller.printed()).isEqualTo("one0123456789abcdef\ntwo0123456789abcdef\n");
        assertThat(run("network", "ls", "--format", "{{.Name}} {{.Labels}}")).isZero();
        assertThat(caller.printed()).isEqualTo("one colour=blue\ntwo colour=blue\n");
    }

    @Test
    void inspectFindsThemUnderBothWords() {
        add("one");
        for (String words : List.of("network inspect", "inspect", "inspect --type network")) {
            assertThat(run((words + " -f {{.Driver}} one").split(" "))).isZero();
            assertThat(caller.printed()).isEqualTo("bridge\n");
        }
        assertThat(run("network", "inspect", "nope")).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("estiba: network nope not found\n");
    }

    @Test
    void theyAreRemoved() {
        add("one");
        assertThat(run("network", "rm", "one", "two")).isEqualTo(1);
        assertThat(caller.printed()).isEqualTo("one\n");
        assertThat(caller.complained()).isEqualTo("estiba: network two not found\n");
        assertThat(run("network", "rm", "-f", "two")).isZero();
        add("three");
        assertThat(run("network", "prune", "-f")).isZero();
        assertThat(caller.printed()).isEqualTo("Deleted Networks:\nthree\n\n");
    }

    @Test
    void aContainerIsJoinedAndTakenOut() {
        assertThat(run("network connect --ip 10.1.0.2 --alias web --gw-priority 3 mine one".split(" ")))
                .isZero();
        assertThat(run("network disconnect -f mine one".split(" "))).isZero();
        assertThat(engine.calls).containsExactly("connect one to mine", "disconnect one from mine by force");
        assertThat(engine.connections)
                .containsExactly(new NetworkConnectRequest(
                        "one",
                        EndpointSettings.builder()
                                .aliases(List.of("web"))
                                .gwPriority(3)
                                .ipamConfig(new IpamConfig("10.1.0.2", "", List.of()))
                                .build()));
    }
}
