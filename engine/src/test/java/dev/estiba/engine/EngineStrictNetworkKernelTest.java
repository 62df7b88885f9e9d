package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.CreateResponse;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.engine.settings.ContainerDefaults;
import dev.estiba.engine.settings.EngineSettings;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.netlink.NetlinkSocket;
import dev.estiba.linux.netlink.NfTables;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --security strict} and bridges. */
@Tag("kernel")
class EngineStrictNetworkKernelTest {
    private static final int PORT = 7000;

    @TempDir
    Path directory;

    private BridgeRoom room;
    private ServerSocket server;

    @BeforeEach
    void open() throws Exception {
        room = BridgeRoom.open(directory, EngineRoom.rootfs(directory));
        server = NetworkNamespace.in(room.wire.host(), () -> new ServerSocket(PORT));
        Thread unused = Thread.ofPlatform().daemon().start(() -> {
            while (!server.isClosed()) {
                try (Socket caller = server.accept()) {
                    caller.getOutputStream().write("host\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // closed, or a caller that has gone
                }
            }
        });
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        server.close();
        room.close();
    }

    private CreateRequest strict(UnaryOperator<HostConfig.Builder> host) {
        return room.sleeping(each -> host.apply(each.securityOpt(List.of("security=strict"))));
    }

    private String asked(String container, String address) throws Exception {
        return room.exec(
                container, "sh", "-c", "busybox nc -w 2 " + address + " " + PORT + " < /dev/null 2>/dev/null; true");
    }

    private String gateway(String container, String network) throws IOException {
        return room.endpoint(container, network).gateway();
    }

    @Test
    void itReachesNoServiceOfTheHost() throws Exception {
        String plain = room.started("plain", room.sleeping(UnaryOperator.identity()));
        String strict = room.started("strict", strict(UnaryOperator.identity()));
        String gateway = gateway(strict, "bridge");
        assertThat(asked(plain, gateway)).isEqualTo("host\n");
        assertThat(asked(strict, gateway)).isEmpty();
        assertThat(room.daemon().inspectContainer(strict).hostConfig().securityOpt())
                .containsExactly("security=strict", "network=strict");
        // The next one goes on with it, and another network is none of the way out.
        room.another();
        assertThat(asked(strict, gateway)).isEmpty();
        room.network("mine");
        room.daemon().connectNetwork("mine", new NetworkConnectRequest("strict", EndpointSettings.NOTHING));
        assertThat(asked(strict, gateway(strict, "mine"))).isEmpty();
        assertThat(asked(plain, gateway)).isEqualTo("host\n");
        // Names are told all the same.
        room.daemon().connectNetwork("mine", new NetworkConnectRequest("plain", EndpointSettings.NOTHING));
        assertThat(room.exec(strict, "busybox", "nslookup", "plain"))
                .contains(room.endpoint(plain, "mine").ipAddress());
        room.kill(strict);
        room.daemon().startContainer(strict, StartOptions.DEFAULT);
        assertThat(asked(strict, gateway)).isEmpty();
        room.daemon().removeContainer(strict, new RemoveOptions(true, false, false));
        try (NetlinkSocket socket = NetlinkSocket.open(room.wire.host(), NetlinkSocket.Family.NETFILTER)) {
            assertThat(NfTables.tables(socket)).hasSize(1);
            assertThat(NfTables.chains(socket)).extracting(NfTables.Chain::name).doesNotContain("input");
        }
    }

    @Test
    void whatDoesNotHoldIsSaid() throws Exception {
        CreateResponse made = room.daemon()
                .createContainer(
                        Optional.of("asks"),
                        strict(host -> host.extraHosts(List.of("host.docker.internal:host-gateway"))));
        assertThat(made.warnings())
                .contains(
                        "security strict: it reaches the host's services at the addresses that host-gateway stands for,"
                                + " because of --add-host host.docker.internal:host-gateway");
        room.daemon().startContainer(made.id(), StartOptions.DEFAULT);
        assertThat(asked(made.id(), "host.docker.internal")).isEqualTo("host\n");
        assertThat(asked(made.id(), Wire.HOST)).isEmpty();
        room.daemon()
                .createNetwork(NetworkCreateRequest.builder()
                        .name("wired")
                        .driver("macvlan")
                        .options(Map.of("parent", "uplink"))
                        .build());
        CreateResponse wired =
                room.daemon().createContainer(Optional.of("wired"), strict(host -> host.networkMode("wired")));
        assertThat(wired.warnings())
                .contains(
                        "security strict: in the network wired nothing keeps it from the host's services or from others'"
                                + " addresses, because a network of the driver macvlan does not pass by the host's firewall");
    }

    @Test
    void aWholeDaemonIsStrict() throws Exception {
        room.daemon().configure(EngineSettings.USUAL.withSecurity("strict"));
        String own = room.started("own", room.sleeping(UnaryOperator.identity()));
        assertThat(asked(own, gateway(own, "bridge"))).isEmpty();
        assertThat(room.daemon().inspectContainer(own).hostConfig().securityOpt())
                .containsExactly("security=strict", "network=strict");
        assertThat(room.daemon().info().securityOptions()).contains("name=security,profile=strict");
        String open = room.started("open", room.sleeping(host -> host.securityOpt(List.of("security=standard"))));
        assertThat(asked(open, gateway(open, "bridge"))).isEqualTo("host\n");
        assertThat(room.daemon().inspectContainer(open).hostConfig().usernsMode())
                .isEmpty();
        assertThat(ContainerDefaults.USUAL.isStrict()).isFalse();
    }
}
