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
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkDisconnectRequest;
import dev.estiba.api.NetworkIpam;
import dev.estiba.api.NetworkIpamConfig;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks whose containers share a device of the host, in a network namespace that is the test's own. */
@Tag("kernel")
class EngineParentNetworksKernelTest {
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
                daemon.removeContainer(id, new RemoveOptions(true, false, false));
            }
            room.close();
            // The kernel removes a container's devices by itself, a little later.
            EngineRoom.until(() -> isTidy());
        } finally {
            daemon.release();
            wire.close();
        }
    }

    private boolean isTidy() {
        try {
            return Wire.devices(wire.host()).stream()
                    .noneMatch(name -> name.startsWith("estv") || name.startsWith("estp"));
        } catch (IOException e) {
            return false;
        }
    }

    private void network() throws IOException {
        NetworkIpamConfig pool = new NetworkIpamConfig("10.9.0.0/24", "10.9.0.128/25", "10.9.0.2", Map.of());
        NetworkCreateRequest request = NetworkCreateRequest.builder()
                .name("wire")
                .driver("macvlan")
                .options(Map.of("parent", "uplink"))
                .ipam(new NetworkIpam("default", Map.of(), List.of(pool)))
                .build();
        try {
            daemon.createNetwork(request);
        } catch (ApiException e) {
            assumeTrue(!e.message().contains("CONFIG_MACVLAN"), "this kernel has no macvlan");
            throw e;
        }
    }

    private String started(String name, String network) throws IOException {
        CreateRequest request = room.request(
                UnaryOperator.identity(),
                host -> host.networkMode(network),
                "sh",
                "-c",
                "hostname > /tmp/name; exec busybox httpd -f -p 80 -h /tmp");
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

    private void reaches(String from, String name) throws Exception {
        assertThat(exec(from, "busybox", "ping", "-c", "1", "-W", "20", name)).contains("1 packets received");
    }

    @Test
    void containersOfAMacvlanNetworkAreOnTheWireAndKnowEachOther() throws Exception {
        network();
        String one = started("one", "wire");
        String two = started("two", "wire");
        reaches(one, "two");
        EndpointSettings place =
                daemon.inspectContainer(one).networkSettings().networks().get("wire");
        assertThat(place.ipAddress()).isEqualTo("10.9.0.128");
        assertThat(place.gateway()).isEqualTo("10.9.0.2");
        assertThat(place.globalIPv6Address()).isEmpty();
        assertThat(Wire.fetch(wire.outsider(), "10.9.0.128", 80)).isEqualTo(one.substring(0, 12));
        assertThat(daemon.inspectNetwork("wire").containers()).containsOnlyKeys(one, two);
        // The next daemon goes on with it.
        daemon.release();
        daemon = room.staying(wire.host());
        reaches(two, "one");
        daemon.removeContainer(one, new RemoveOptions(true, false, false));
        assertThat(started("three", "wire")).isNotEmpty();
        assertThat(daemon.inspectContainer("three")
                        .networkSettings()
                        .networks()
                        .get("wire")
                        .ipAddress())
                .isEqualTo("10.9.0.128");
    }

    @Test
    void aRunningContainerJoinsAndLeavesTheWire() throws Exception {
        network();
        String other = started("other", "wire");
        String id = started("one", "bridge");
        daemon.connectNetwork("wire", new NetworkConnectRequest("one", EndpointSettings.NOTHING));
        assertThat(exec(id, "busybox", "ip", "-4", "-o", "addr")).contains("eth1");
        reaches(id, "other");
        daemon.disconnectNetwork("wire", new NetworkDisconnectRequest("one", false));
        assertThat(exec(id, "busybox", "ip", "-o", "link")).doesNotContain("eth1");
        daemon.removeContainer(other, new RemoveOptions(true, false, false));
        daemon.removeNetwork("wire");
        assertThat(Wire.devices(wire.host())).contains("estiba0").noneMatch(name -> name.startsWith("estp"));
    }

    @Test
    void whatMakesNoSenseIsRefusedAndNothingIsLeft() throws Exception {
        assertThatThrownBy(() -> daemon.createNetwork(NetworkCreateRequest.builder()
                        .name("nowhere")
                        .driver("macvlan")
                        .options(Map.of("parent", "nosuch0"))
                        .build()))
                .hasMessageStartingWith("-o parent interface was not found on the host: nosuch0");
        assertThatThrownBy(() -> daemon.createNetwork(NetworkCreateRequest.builder()
                        .name("nowhere")
                        .driver("ipvlan")
                        .options(Map.of("parent", "uplink", "ipvlan_mode", "bent"))
                        .build()))
                .hasMessageStartingWith("requested ipvlan mode 'bent' is not valid");
        assertThatThrownBy(() -> daemon.inspectNetwork("nowhere")).hasMessage("network nowhere not found");
        assertThat(Wire.devices(wire.host())).isEmpty();
    }
}
