package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.Attachment;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.IpamConfig;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkDisconnectRequest;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworkIpam;
import dev.estiba.api.NetworkIpamConfig;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.PortBinding;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bridges, published ports and users' networks of an engine that stays, in a network namespace that is the test's own. */
@Tag("kernel")
class EngineNetworkKernelTest {
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
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        try {
            for (String id : EngineRoom.entries(room.paths().dataRoot().resolve("containers"))) {
                removed(id);
            }
            room.close();
            EngineRoom.until(() -> ports().isEmpty());
        } finally {
            daemon.release();
            wire.close();
        }
    }

    /** One that was to go by itself may have gone meanwhile. */
    private void removed(String id) throws IOException {
        try {
            daemon.removeContainer(id, new RemoveOptions(true, false, false));
        } catch (ApiException e) {
            assertThat(e.status()).as(e.message()).isEqualTo(ApiException.NOT_FOUND);
        }
    }

    /** The host's ends of containers' pairs. */
    private List<String> ports() {
        try {
            return Wire.devices(wire.host()).stream()
                    .filter(name -> name.startsWith("estv"))
                    .toList();
        } catch (IOException e) {
            return List.of("unreadable: " + e);
        }
    }

    private CreateRequest request(UnaryOperator<HostConfig.Builder> host, String... command) {
        return room.request(UnaryOperator.identity(), builder -> host.apply(builder.networkMode("default")), command);
    }

    /** A server of HTTP that says its host's name. */
    private CreateRequest server(UnaryOperator<HostConfig.Builder> host) {
        return request(host, "sh", "-c", "hostname > /tmp/name; exec busybox httpd -f -p 80 -h /tmp");
    }

    private static UnaryOperator<HostConfig.Builder> publishing(String address, String port) {
        return host -> host.portBindings(Map.of("80/tcp", List.of(new PortBinding(address, port))));
    }

    private String started(String name, CreateRequest request) throws IOException {
        String id = daemon.createContainer(Optional.of(name), request).id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        return id;
    }

    private String output(CreateRequest request) throws Exception {
        return EngineRoom.on(daemon, request).out();
    }

    private EndpointSettings endpoint(String id, String network) throws IOException {
        return daemon.inspectContainer(id).networkSettings().networks().get(network);
    }

    @Test
    void aContainerReachesItsGateway() throws Exception {
        String out = output(
                request(
                        host -> host.autoRemove(true),
                        "sh",
                        "-c",
                        "busybox ip -4 -o addr show eth0; busybox ip route; busybox ping -c 1 -W 20 172.17.0.1; cat /etc/hosts"));
        assertThat(out)
                .contains("inet 172.17.0.2/16")
                .contains("default via 172.17.0.1 dev eth0")
                .contains("1 packets received")
                .containsPattern("172.17.0.2\t[0-9a-f]{12}\n");
        assertThat(Wire.devices(wire.host())).contains("estiba0");
    }

    @Test
    void publishedPortsAreReachedFromEverywhere() throws Exception {
        String id = started("web", server(publishing("", "8080")));
        String name = id.substring(0, 12);
        assertThat(Wire.fetch(wire.outsider(), Wire.HOST, 8080)).isEqualTo(name);
        assertThat(Wire.fetch(wire.host(), Wire.HOST, 8080)).isEqualTo(name);
        assertThat(Wire.fetch(wire.host(), "127.0.0.1", 8080)).isEqualTo(name);
        ContainerInspect inspect = daemon.inspectContainer(id);
        assertThat(inspect.networkSettings().ports().get("80/tcp"))
                .contains(new PortBinding("0.0.0.0", "8080"), new PortBinding("::", "8080"));
        assertThat(inspect.networkSettings().ipAddress()).isEqualTo("172.17.0.2");
    }

    @Test
    void whatIsPublishedForTheHostAloneIsNotReachedFromOutside() throws Exception {
        String id = started("web", server(publishing("127.0.0.1", "0")));
        int port = Integer.parseInt(daemon.inspectContainer(id)
                .networkSettings()
                .ports()
                .get("80/tcp")
                .getFirst()
                .hostPort());
        assertThat(Wire.fetch(wire.host(), "127.0.0.1", port)).isEqualTo(id.substring(0, 12));
        assertThat(Wire.isRefused(wire.outsider(), Wire.HOST, port)).isTrue();
    }

    private CreateRequest joining(String network, String... command) {
        return request(host -> host.networkMode(network), command);
    }

    private void network(UnaryOperator<NetworkCreateRequest.Builder> config) throws IOException {
        daemon.createNetwork(
                config.apply(NetworkCreateRequest.builder().name("mine")).build());
    }

    /** What a program in a running container says. */
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
    void containersOfAUsersNetworkKnowEachOtherByName() throws Exception {
        network(builder -> builder.labels(Map.of("colour", "blue")));
        String first = started("first", joining("mine", "sleep", "1000"));
        String second = started("second", joining("mine", "sleep", "1000"));
        assertThat(exec(first, "cat", "/etc/resolv.conf")).contains("nameserver 127.0.0.11");
        assertThat(exec(first, "busybox", "nslookup", "second"))
                .contains(endpoint(second, "mine").ipAddress());
        assertThat(exec(first, "busybox", "ping", "-c", "1", "-W", "20", "second"))
                .contains("1 packets received");
        assertThat(daemon.inspectNetwork("mine").containers()).containsOnlyKeys(first, second);
        assertThatThrownBy(() -> daemon.removeNetwork("mine"))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("network mine has active endpoints (name:\"");
        assertThat(daemon.pruneNetworks(Map.of()).networksDeleted()).isEmpty();
        daemon.removeContainer(first, new RemoveOptions(true, false, false));
        daemon.removeContainer(second, new RemoveOptions(true, false, false));
        assertThat(daemon.pruneNetworks(Map.of()).networksDeleted()).containsExactly("mine");
        assertThat(Wire.devices(wire.host())).noneMatch(name -> name.startsWith("est-"));
    }

    @Test
    void aRunningContainerIsConnectedAndDisconnected() throws Exception {
        network(UnaryOperator.identity());
        String other = started("other", joining("mine", "sleep", "1000"));
        String id = started("one", joining("bridge", "sleep", "1000"));
        daemon.connectNetwork("mine", new NetworkConnectRequest("one", EndpointSettings.NOTHING));
        assertThat(exec(id, "busybox", "ip", "-4", "-o", "addr")).contains("eth1");
        assertThat(exec(
                        id,
                        "busybox",
                        "ping",
                        "-c",
                        "1",
                        "-W",
                        "20",
                        endpoint(other, "mine").ipAddress()))
                .contains("1 packets received");
        assertThatThrownBy(
                        () -> daemon.connectNetwork("mine", new NetworkConnectRequest("one", EndpointSettings.NOTHING)))
                .hasMessage("endpoint with name one already exists in network mine");
        daemon.disconnectNetwork("bridge", new NetworkDisconnectRequest("one", false));
        assertThat(daemon.inspectContainer(id).networkSettings().networks()).containsOnlyKeys("mine");
        assertThat(exec(id, "busybox", "ip", "route"))
                .contains("default via " + endpoint(id, "mine").gateway());
        assertThatThrownBy(() -> daemon.disconnectNetwork("bridge", new NetworkDisconnectRequest("one", false)))
                .hasMessageContaining("is not connected to the network bridge");
        // What was changed while it ran, it has at its next start.
        daemon.restartContainer(id, new StopOptions("KILL", OptionalInt.empty()));
        assertThat(daemon.inspectContainer(id).networkSettings().networks()).containsOnlyKeys("mine");
    }

    @Test
    void anInternalNetworkLeadsNowhere() throws Exception {
        network(builder -> builder.internal(true));
        String id = started("one", joining("mine", "sleep", "1000"));
        String other = started("two", joining("mine", "sleep", "1000"));
        assertThat(exec(id, "busybox", "ping", "-c", "1", "-W", "20", "two")).contains("1 packets received");
        assertThat(exec(id, "busybox", "ip", "route")).doesNotContain("default");
        assertThat(exec(id, "busybox", "ping", "-c", "1", "-W", "1", Wire.HOST)).doesNotContain("1 packets received");
        assertThat(endpoint(other, "mine").gateway()).isNotEmpty();
    }

    @Test
    void aContainerSharesTheNetworkOfAnother() throws Exception {
        String web = started("web", server(UnaryOperator.identity()));
        String out = output(request(
                host -> host.networkMode("container:web").autoRemove(true),
                "sh",
                "-c",
                "hostname; busybox ip -4 -o addr; cat /etc/hosts"));
        assertThat(out)
                .startsWith(web.substring(0, 12) + "\n")
                .contains("172.17.0.2/16")
                .contains("172.17.0.2\t" + web.substring(0, 12));
        String gone = daemon.createContainer(Optional.of("neighbour"), joining("container:web", "sleep", "1000"))
                .id();
        daemon.killContainer(web, "KILL");
        hasEnded(web);
        assertThatThrownBy(() -> daemon.startContainer(gone, StartOptions.DEFAULT))
                .hasMessage("cannot join network of a non running container: " + web);
        assertThatThrownBy(() -> daemon.createContainer(
                        Optional.empty(),
                        request(host -> publishing("", "1").apply(host.networkMode("container:web")), "true")))
                .hasMessage("conflicting options: port publishing and the container type network mode");
    }

    private void hasEnded(String id) throws Exception {
        WaitResponse unused =
                daemon.waitContainer(id, WaitCondition.NOT_RUNNING).get(EngineRoom.PATIENCE, TimeUnit.SECONDS);
    }

    @Test
    void aTakenPortNamesItsHolderAndAFailedStartLeavesNothing() throws Exception {
        started("web", server(publishing("", "8080")));
        String second = daemon.createContainer(Optional.of("second"), server(publishing("", "8080")))
                .id();
        List<String> before = Wire.devices(wire.host());
        assertThatThrownBy(() -> daemon.startContainer(second, StartOptions.DEFAULT))
                .hasMessageContaining("Bind for 0.0.0.0:8080 failed: port is already allocated")
                .hasMessageContaining("container web");
        EngineRoom.until(() -> devicesAre(before));
        assertThat(EngineRoom.entries(
                        room.paths().execRoot().resolve("containers").resolve(second)))
                .doesNotContain("network.json");
        // The address is free as well.
        assertThat(output(request(host -> host.autoRemove(true), "busybox", "ip", "-4", "-o", "addr")))
                .contains("172.17.0.3/16");
        daemon.killContainer("web", "KILL");
        hasEnded("web");
        daemon.startContainer(second, StartOptions.DEFAULT);
        assertThat(Wire.fetch(wire.outsider(), Wire.HOST, 8080)).isEqualTo(second.substring(0, 12));
    }

    private boolean devicesAre(List<String> expected) {
        try {
            return Wire.devices(wire.host()).equals(expected);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void theNextEngineGoesOnWithWhatRuns() throws Exception {
        network(UnaryOperator.identity());
        String web = started("web", server(publishing("", "8080")));
        String named = started("named", joining("mine", "sleep", "1000"));
        String ends = started("ends", joining("mine", "sleep", "1000"));
        String address = endpoint(web, "bridge").ipAddress();
        // As by a kill: the ports and the resolvers of this one are gone.
        daemon.release();
        room.engine.killContainer(ends, "KILL");
        assertThat(room.await(ends)).isEqualTo(137);
        daemon = room.staying(wire.host());
        assertThat(endpoint(web, "bridge").ipAddress()).isEqualTo(address);
        assertThat(Wire.fetch(wire.outsider(), Wire.HOST, 8080)).isEqualTo(web.substring(0, 12));
        assertThat(exec(named, "busybox", "nslookup", "named"))
                .contains(endpoint(named, "mine").ipAddress());
        assertThat(daemon.inspectNetwork("mine").containers()).containsOnlyKeys(named);
        // Its address is nobody else's, and its port is taken.
        String second = daemon.createContainer(Optional.of("second"), server(publishing("", "8080")))
                .id();
        assertThatThrownBy(() -> daemon.startContainer(second, StartOptions.DEFAULT))
                .hasMessageContaining("port is already allocated");
        assertThat(output(request(host -> host.autoRemove(true), "busybox", "ip", "-4", "-o", "addr")))
                .doesNotContain(address + "/");
        daemon.killContainer(web, "KILL");
        hasEnded(web);
        daemon.startContainer(second, StartOptions.DEFAULT);
        assertThat(Wire.fetch(wire.outsider(), Wire.HOST, 8080)).isEqualTo(second.substring(0, 12));
    }

    @Test
    void addressesOfOnesOwnAreGivenAndKept() throws Exception {
        network(builder -> builder.ipam(new NetworkIpam(
                "default", Map.of(), List.of(new NetworkIpamConfig("10.44.0.0/24", "", "10.44.0.254", Map.of())))));
        CreateRequest plain = joining("mine", "sleep", "1000");
        IpamConfig wish = new IpamConfig("10.44.0.9", "", List.of());
        EndpointSettings settings = EndpointSettings.builder()
                .ipamConfig(wish)
                .aliases(List.of("nine"))
                .macAddress("02:42:00:00:00:09")
                .build();
        String id = started(
                "one",
                new CreateRequest(plain.config(), plain.hostConfig(), new NetworkingConfig(Map.of("mine", settings))));
        assertThat(endpoint(id, "mine").ipAddress()).isEqualTo("10.44.0.9");
        assertThat(endpoint(id, "mine").gateway()).isEqualTo("10.44.0.254");
        assertThat(endpoint(id, "mine").macAddress()).isEqualTo("02:42:00:00:00:09");
        assertThat(endpoint(id, "mine").dnsNames()).containsExactly("one", "nine", id.substring(0, 12));
        String free = started("free", joining("mine", "sleep", "1000"));
        String address = endpoint(free, "mine").ipAddress();
        daemon.stopContainer(free, new StopOptions("KILL", OptionalInt.of(1)));
        String other = started("other", joining("mine", "sleep", "1000"));
        daemon.startContainer(free, StartOptions.DEFAULT);
        // Somebody else has it by now: it starts with another one.
        assertThat(endpoint(other, "mine").ipAddress()).isEqualTo(address);
        assertThat(endpoint(free, "mine").ipAddress()).isNotEqualTo(address);
        daemon.restartContainer(id, new StopOptions("KILL", OptionalInt.of(1)));
        assertThat(endpoint(id, "mine").ipAddress()).isEqualTo("10.44.0.9");
    }

    @Test
    void aSecondDaemonTakesNothingFromTheFirst(@TempDir Path other) throws Exception {
        started("one", request(host -> host, "sleep", "1000"));
        List<String> before = Wire.devices(wire.host());
        try (EngineRoom second = EngineRoom.open(other, rootfs)) {
            Engine late = second.staying(wire.host());
            CreateRequest request =
                    second.request(UnaryOperator.identity(), host -> host.networkMode("default"), "true");
            String id = late.createContainer(Optional.empty(), request).id();
            assertThatThrownBy(() -> late.startContainer(id, StartOptions.DEFAULT))
                    .hasMessageContaining("another daemon has the bridge networks of this host");
            late.release();
        }
        assertThat(Wire.devices(wire.host())).isEqualTo(before);
    }

    @Test
    void whatIsWrongIsRefusedInDockersWords() throws Exception {
        network(builder -> builder);
        refused(() -> network(builder -> builder), 409, "network with name mine already exists");
        refused(() -> network(b -> b.name("bridge")), 403, "operation is not permitted on predefined bridge network ");
        refused(() -> daemon.removeNetwork("bridge"), 403, "bridge is a pre-defined network and cannot be removed");
        refused(() -> daemon.removeNetwork("nosuch"), 404, "network nosuch not found");
        refused(
                () -> network(b -> b.name("two")
                        .ipam(new NetworkIpam(
                                "", Map.of(), List.of(new NetworkIpamConfig("172.17.0.0/24", "", "", Map.of()))))
                        .enableIpv6(false)),
                403,
                "invalid pool request: Pool overlaps with other one on this address space");
        refused(
                () -> started("lost", joining("nosuch", "true")),
                404,
                "failed to set up container networking: network nosuch not found");
        refused(() -> started("alone", joining("container:nosuch", "true")), 404, "No such container: nosuch");
        assertThat(daemon.listNetworks(Map.of("type", List.of("custom"))))
                .extracting(NetworkInspect::name)
                .containsExactly("mine");
        daemon.removeNetwork("mine");
        assertThat(daemon.listNetworks(Map.of()))
                .extracting(NetworkInspect::name)
                .containsExactly("bridge", "host", "none");
        assertThatThrownBy(() -> room.engine.listNetworks(Map.of())).hasMessage("networks need the daemon");
    }

    private static void refused(ThrowingCallable call, int status, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.message()).isEqualTo(message);
            assertThat(e.status()).isEqualTo(status);
        });
    }
}
