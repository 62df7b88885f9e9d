package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.api.ApiException;
import dev.estiba.api.Attachment;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkDisconnectRequest;
import dev.estiba.api.PortBinding;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks of Debian's plug-ins (containernetworking-plugins), in a network namespace that is the test's own. */
@Tag("kernel")
@Tag("peer")
class EngineCniKernelTest {
    private static final String PLUGINS = """
            {"type": "bridge", "bridge": "cni-test", "isGateway": true, "ipam": {"type": "host-local", "dataDir": "IPAM",
             "ranges": [[{"subnet": "10.66.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
            {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true},
            {"type": "loopback"}
            """;

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
        assumeTrue(Files.isExecutable(Path.of("/usr/lib/cni/bridge")), "containernetworking-plugins is not installed");
        assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/iptables")), "iptables, which portmap calls, is not installed");
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
                daemon.removeContainer(id, new RemoveOptions(true, false, false));
            }
            assertThat(addresses()).isEmpty();
            assertThat(EngineRoom.entries(room.paths().dataRoot().resolve("cni")))
                    .isEmpty();
            room.close();
        } finally {
            daemon.release();
            wire.close();
        }
    }

    /** Which host-local has given away. */
    private List<String> addresses() throws IOException {
        Path given = directory.resolve("ipam/wire");
        if (!Files.isDirectory(given)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(given)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("10."))
                    .toList();
        }
    }

    private NetworkCreateRequest wanted(String plugins) throws IOException {
        Path list = Files.writeString(
                directory.resolve("wire.conflist"),
                "{\"cniVersion\": \"1.0.0\", \"name\": \"wire\", \"plugins\": ["
                        + plugins.replace("IPAM", directory.resolve("ipam").toString()) + "]}");
        return NetworkCreateRequest.builder()
                .name("net")
                .driver("cni")
                .options(Map.of("dev.estiba.cni.conflist", list.toString()))
                .build();
    }

    private CreateRequest request(UnaryOperator<HostConfig.Builder> host) {
        return room.request(
                UnaryOperator.identity(),
                builder -> host.apply(builder.networkMode("net")),
                "sh",
                "-c",
                "hostname > /tmp/name; exec busybox httpd -f -p 80 -h /tmp");
    }

    private String started(String name, CreateRequest request) throws IOException {
        String id = daemon.createContainer(Optional.of(name), request).id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        return id;
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
    void containersAreInANetworkOfPluginsAndPublishPorts() throws Exception {
        daemon.createNetwork(wanted(PLUGINS));
        String web = started(
                "web", request(host -> host.portBindings(Map.of("80/tcp", List.of(new PortBinding("", "8080"))))));
        String other = started("other", request(host -> host));
        EndpointSettings place =
                daemon.inspectContainer(web).networkSettings().networks().get("net");
        assertThat(place.ipAddress()).startsWith("10.66.0.");
        assertThat(place.gateway()).isEqualTo("10.66.0.1");
        assertThat(exec(web, "cat", "/sys/class/net/eth0/address").strip()).isEqualTo(place.macAddress());
        assertThat(exec(other, "busybox", "ping", "-c", "1", "-W", "20", "web")).contains("1 packets received");
        assertThat(Wire.fetch(wire.outsider(), Wire.HOST, 8080)).isEqualTo(web.substring(0, 12));
        assertThat(daemon.inspectContainer(web).networkSettings().ports().get("80/tcp"))
                .containsExactly(new PortBinding("0.0.0.0", "8080"));
        assertThat(addresses()).hasSize(2);
        assertThat(daemon.inspectNetwork("net").containers()).containsOnlyKeys(web, other);
        daemon.removeContainer(web, new RemoveOptions(true, false, false));
        assertThat(addresses()).hasSize(1);
        assertThat(Wire.isRefused(wire.outsider(), Wire.HOST, 8080)).isTrue();
    }

    @Test
    void theNextDaemonGoesOnAndTakesBackWhatHasEndedMeanwhile() throws Exception {
        // Without the plug-in loopback: the resolver needs the device all the same.
        daemon.createNetwork(wanted(PLUGINS.replaceFirst(",\\s*\\{\"type\": \"loopback\"}", "")));
        String ends = started("ends", request(host -> host));
        String stays = started("stays", request(host -> host));
        daemon.release();
        // The configuration may have been changed since: it is taken back by what it was.
        Files.writeString(directory.resolve("wire.conflist"), "{}");
        room.engine.killContainer(ends, "KILL");
        daemon = room.staying(wire.host());
        EngineRoom.until(() -> hasOneAddress());
        assertThat(daemon.inspectContainer(stays)
                        .networkSettings()
                        .networks()
                        .get("net")
                        .ipAddress())
                .isEqualTo(exec(stays, "sh", "-c", "busybox ip -4 -o addr show eth0")
                        .replaceAll("(?s).*inet ([0-9.]+)/.*", "$1"));
    }

    private boolean hasOneAddress() {
        try {
            return addresses().size() == 1;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aRunningContainerJoinsAndLeaves() throws Exception {
        daemon.createNetwork(wanted(PLUGINS));
        String id = started("one", request(host -> host.networkMode("bridge")));
        daemon.connectNetwork("net", new NetworkConnectRequest("one", EndpointSettings.NOTHING));
        assertThat(exec(id, "busybox", "ip", "-4", "-o", "addr"))
                .contains("eth1")
                .contains("10.66.0.");
        daemon.disconnectNetwork("net", new NetworkDisconnectRequest("one", false));
        assertThat(exec(id, "busybox", "ip", "-o", "link")).doesNotContain("eth1");
        assertThat(addresses()).isEmpty();
        daemon.removeNetwork("net");
    }

    @Test
    void aPluginThatFailsIsHeardAndNothingIsLeft() throws Exception {
        daemon.createNetwork(
                wanted("{\"type\": \"bridge\", \"bridge\": \"cni-test\", \"ipam\": {\"type\": \"nosuch\"}}"));
        String id =
                daemon.createContainer(Optional.empty(), request(host -> host)).id();
        assertThatThrownBy(() -> daemon.startContainer(id, StartOptions.DEFAULT))
                .hasMessageContaining("the plug-in /usr/lib/cni/bridge (ADD) has failed: ")
                .hasMessageContaining("nosuch");
        // What it cannot take back either is kept in mind until it can.
        assertThat(EngineRoom.entries(room.paths().dataRoot().resolve("cni"))).hasSizeLessThan(2);
        for (String left : EngineRoom.entries(room.paths().dataRoot().resolve("cni"))) {
            Files.delete(room.paths().dataRoot().resolve("cni").resolve(left));
        }
    }

    @Test
    void whatCannotBeANetworkIsRefused() throws Exception {
        refused(wanted("{\"type\": \"nosuch\"}"), "the plug-in nosuch is not in ");
        refused(wanted("{\"type\": \"../sh\"}"), "there can be no plug-in \"../sh\"");
        refused(
                wanted(PLUGINS).toBuilder().options(Map.of()).build(),
                "the driver cni needs the file of its configuration");
        refused(
                wanted(PLUGINS).toBuilder()
                        .options(Map.of("dev.estiba.cni.conflist", "/nowhere/x.conflist"))
                        .build(),
                "the network configuration /nowhere/x.conflist is not there");
        refused(wanted(PLUGINS).toBuilder().internal(true).build(), "is as its plug-ins make it");
    }

    private void refused(NetworkCreateRequest request, String part) {
        assertThatThrownBy(() -> daemon.createNetwork(request))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(400))
                .hasMessageContaining(part);
    }
}
