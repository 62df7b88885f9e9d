package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.Attachment;
import dev.estiba.api.ConfigReference;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkDisconnectRequest;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworkIpam;
import dev.estiba.api.NetworkIpamConfig;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What containers want of their networks beside being in them, and networks that lend their settings. */
@Tag("kernel")
class EngineNetworkWishesKernelTest {
    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private EngineRoom room;
    private Wire wire;
    private Engine daemon;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, rootfs);
        wire = Wire.make();
        daemon = room.staying(wire.host());
        daemon.createNetwork(NetworkCreateRequest.builder().name("mine").build());
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        try {
            for (String id : EngineRoom.entries(room.paths().dataRoot().resolve("containers"))) {
                daemon.removeContainer(id, new RemoveOptions(true, false, false));
            }
            room.close();
        } finally {
            daemon.release();
            wire.close();
        }
    }

    private CreateRequest request(UnaryOperator<HostConfig.Builder> host, String... command) {
        return room.request(UnaryOperator.identity(), builder -> host.apply(builder.networkMode("mine")), command);
    }

    private static CreateRequest wishing(CreateRequest request, EndpointSettings settings) {
        return new CreateRequest(
                request.config(), request.hostConfig(), new NetworkingConfig(Map.of("mine", settings)));
    }

    /** As dockerd's, whose default network is always there. */
    @Test
    void theHostIsCalledByTheDefaultNetworksAddress() throws Exception {
        String hosts = EngineRoom.on(
                        daemon,
                        request(
                                host -> host.autoRemove(true).extraHosts(List.of("here:host-gateway")),
                                "cat",
                                "/etc/hosts"))
                .out();
        NetworkInspect bridge = daemon.inspectNetwork("bridge");
        for (NetworkIpamConfig pool : bridge.ipam().config()) {
            assertThat(hosts).contains(pool.gateway() + "\there\n");
        }
        assertThat(bridge.ipam().config()).isNotEmpty();
    }

    /** Docker's command writes all of it in small letters. */
    @Test
    void settingsOfItsDeviceAreTaken() throws Exception {
        EndpointSettings settings = EndpointSettings.builder()
                .driverOpts(Map.of(
                        "com.docker.network.endpoint.ifname",
                        "wire0",
                        "com.docker.network.endpoint.sysctls",
                        "net.ipv4.conf.ifname.log_martians=1"))
                .build();
        String path = "/proc/sys/net/ipv4/conf/wire0/log_martians";
        assertThat(EngineRoom.on(daemon, wishing(request(host -> host.autoRemove(true), "cat", path), settings))
                        .out())
                .isEqualTo("1\n");
        assertThatThrownBy(() -> daemon.createContainer(
                        Optional.empty(), wishing(request(host -> host, "true"), with("eth0.x"))))
                .hasMessageStartingWith("invalid config for network mine: invalid endpoint settings:\n"
                        + "unrecognised network interface sysctl 'net.ipv4.conf.eth0.x=1'");
        String id = daemon.createContainer(
                        Optional.empty(), wishing(request(host -> host, "true"), with("IFNAME.nosuch")))
                .id();
        assertThatThrownBy(() -> daemon.startContainer(id, StartOptions.DEFAULT))
                .hasMessageContaining("/proc/sys/net/ipv4/conf/eth0/nosuch is not a sysctl file");
    }

    private static EndpointSettings with(String rest) {
        return EndpointSettings.builder()
                .driverOpts(Map.of("com.docker.network.endpoint.sysctls", "net.ipv4.conf." + rest + "=1"))
                .build();
    }

    private String exec(String id, String... command) throws Exception {
        ExecCreateRequest request = ExecCreateRequest.builder()
                .attachStdout(true)
                .attachStderr(true)
                .cmd(List.of(command))
                .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Attachment attachment = daemon.startExec(
                daemon.createExec(id, request), new ExecStartRequest(false, false, Optional.empty()))) {
            EngineRoom.drain(attachment, out, out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whoIsTakenOutOfNoneJoinsNetworks() throws Exception {
        String id = daemon.createContainer(Optional.of("alone"), room.request("sleep", "1000"))
                .id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        NetworkConnectRequest joining = new NetworkConnectRequest("alone", EndpointSettings.NOTHING);
        assertThatThrownBy(() -> daemon.connectNetwork("mine", joining)).hasMessageContaining("in private (none) mode");
        daemon.disconnectNetwork("none", new NetworkDisconnectRequest("alone", false));
        assertThat(daemon.inspectContainer(id).networkSettings().networks()).isEmpty();
        daemon.connectNetwork("mine", joining);
        assertThat(daemon.inspectContainer(id).networkSettings().networks()).containsOnlyKeys("mine");
        assertThat(exec(id, "busybox", "ip", "-4", "-o", "addr")).contains("eth0");
        // The next daemon, and its next start, know that too.
        daemon.release();
        daemon = room.staying(wire.host());
        daemon.killContainer(id, "KILL");
        WaitResponse unused =
                daemon.waitContainer(id, WaitCondition.NOT_RUNNING).get(EngineRoom.PATIENCE, TimeUnit.SECONDS);
        daemon.startContainer(id, StartOptions.DEFAULT);
        assertThat(exec(id, "busybox", "ip", "-4", "-o", "addr")).contains("eth0");
    }

    @Test
    void aNetworkBorrowsSettings() throws Exception {
        NetworkIpamConfig pool = new NetworkIpamConfig("10.74.0.0/24", "", "", Map.of());
        daemon.createNetwork(NetworkCreateRequest.builder()
                .name("lender")
                .configOnly(true)
                .ipam(new NetworkIpam("default", Map.of(), List.of(pool)))
                .labels(Map.of("colour", "blue"))
                .build());
        daemon.createNetwork(NetworkCreateRequest.builder()
                .name("borrower")
                .configFrom(new ConfigReference("lender"))
                .build());
        NetworkInspect borrower = daemon.inspectNetwork("borrower");
        assertThat(borrower.ipam().config().getFirst().gateway()).isEqualTo("10.74.0.1");
        assertThat(borrower.configFrom().network()).isEqualTo("lender");
        assertThat(borrower.labels()).isEqualTo(Map.of("colour", "blue"));
        assertThatThrownBy(() -> daemon.removeNetwork("lender"))
                .isInstanceOf(ApiException.class)
                .hasMessage("error while removing network: configuration network \"lender\" is in use");
        assertThat(daemon.pruneNetworks(Map.of()).networksDeleted()).containsExactlyInAnyOrder("borrower", "mine");
        daemon.removeNetwork("lender");
    }

    @Test
    void onlyAnInternalNetworkIsIsolated() throws IOException {
        Map<String, String> options = Map.of("com.docker.network.bridge.gateway_mode_ipv4", "isolated");
        NetworkCreateRequest wanted = NetworkCreateRequest.builder()
                .name("apart")
                .options(options)
                .enableIpv6(false)
                .build();
        assertThatThrownBy(() -> daemon.createNetwork(wanted))
                .hasMessage("gateway mode 'isolated' can only be used for an internal network");
        daemon.createNetwork(wanted.toBuilder().internal(true).build());
        daemon.removeNetwork("apart");
    }
}
