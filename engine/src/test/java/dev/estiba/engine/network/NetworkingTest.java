package dev.estiba.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.PortBinding;
import dev.estiba.engine.event.Events;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an engine that does not stay says of networks. */
class NetworkingTest {
    @TempDir
    Path directory;

    private Networking networking() {
        return Networking.of(directory, Optional.empty(), new Events(directory));
    }

    private static CreateRequest request(UnaryOperator<HostConfig.Builder> host) {
        return new CreateRequest(
                ContainerConfig.builder().image("x").build(),
                host.apply(HostConfig.builder()).build(),
                new NetworkingConfig(Map.of()));
    }

    private static Stream<Arguments> refused() {
        return Stream.of(
                refused(
                        host -> host.networkMode("bridge"),
                        501,
                        "bridge networks need the daemon: use --network none or host"),
                refused(host -> host.networkMode("mine"), 404, "network mine not found"),
                refused(
                        host -> host.portBindings(Map.of("80/tcp", List.of(new PortBinding("", "80")))),
                        501,
                        "published ports need the daemon (-p, -P)"),
                refused(
                        host -> host.networkMode("container:x").dns(List.of("1.1.1.1")),
                        400,
                        "conflicting options: dns and the network mode"));
    }

    private static Arguments refused(UnaryOperator<HostConfig.Builder> host, int status, String message) {
        return Arguments.of(host, status, message);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatNeedsTheDaemonIsRefused(UnaryOperator<HostConfig.Builder> host, int status, String message) {
        assertThatThrownBy(() -> networking().check(request(host))).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.message()).isEqualTo(message);
            assertThat(e.status()).isEqualTo(status);
        });
    }

    @Test
    void whatNeedsNoBridgeIsNot() throws Exception {
        for (String mode : List.of("", "default", "none", "host", "container:x")) {
            networking().check(request(host -> host.networkMode(mode)));
        }
    }
}
