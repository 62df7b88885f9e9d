package dev.estiba.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.PortBinding;
import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.network.PortRequest;
import dev.estiba.network.port.PortClaims.Range;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortWishesTest {
    private static CreateRequest request(Map<String, List<PortBinding>> bindings, boolean all, Set<String> exposed) {
        return new CreateRequest(
                ContainerConfig.builder().image("x").exposedPorts(exposed).build(),
                HostConfig.builder().portBindings(bindings).publishAllPorts(all).build(),
                new NetworkingConfig(Map.of()));
    }

    @Test
    void whatIsBoundIsPublishedWhereItIsSaid() throws Exception {
        assertThat(PortWishes.of(request(
                        Map.of("53/udp", List.of(new PortBinding("127.0.0.1", "5300-5302"))), false, Set.of("80/tcp"))))
                .containsExactly(new PortRequest(
                        Transport.UDP,
                        Optional.of(InetAddress.ofLiteral("127.0.0.1")),
                        new Range(5300, 5302),
                        53,
                        false));
    }

    @Test
    void allThatIsExposedAndNotBoundIsPublishedSomewhere() throws Exception {
        assertThat(PortWishes.of(request(
                        Map.of("80/tcp", List.of(new PortBinding("", "8080"))), true, Set.of("80/tcp", "90-91/tcp"))))
                .containsExactly(
                        PortRequest.of(8080, 80),
                        new PortRequest(Transport.TCP, Optional.empty(), Range.ephemeral(), 90, false),
                        new PortRequest(Transport.TCP, Optional.empty(), Range.ephemeral(), 91, false));
    }

    @ParameterizedTest
    @CsvSource({
        "x/tcp, '', 80, 'invalid port specification: \"x/tcp\"'",
        "80/icmp, '', 80, 'invalid port specification: \"80/icmp\"'",
        "0/tcp, '', 80, 'invalid port specification: \"0/tcp\"'",
        "80/tcp, '', 65536, 'invalid port specification: \"65536\"'",
        "80/tcp, '', 9-8, 'invalid port specification: \"9-8\"'",
        "80/tcp, here, 80, 'invalid IP address: here'",
    })
    void whatIsNoPortIsRefused(String port, String address, String hostPort, String message) {
        assertThatThrownBy(() -> PortWishes.of(
                        request(Map.of(port, List.of(new PortBinding(address, hostPort))), false, Set.of())))
                .hasMessage(message);
    }
}
