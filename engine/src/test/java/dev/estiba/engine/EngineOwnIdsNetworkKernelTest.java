package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.PortBinding;
import dev.estiba.api.StartOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bridges of containers with ids of their own: the network is their user namespace's, and the host's side is not. */
@Tag("kernel")
class EngineOwnIdsNetworkKernelTest {
    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private BridgeRoom room;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    @BeforeEach
    void open() throws Exception {
        room = BridgeRoom.open(directory, rootfs);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        room.close();
    }

    private CreateRequest server(UnaryOperator<HostConfig.Builder> host, String user, int port) {
        return room.request(
                config -> config.user(user),
                each -> host.apply(each).portBindings(Map.of(port + "/tcp", List.of(new PortBinding("", "8080")))),
                "sh",
                "-c",
                "cd /dev/shm && hostname > name; exec busybox httpd -f -p " + port + " -h /dev/shm");
    }

    private static String userNamespace(String pid) throws Exception {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/user")).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "keep-id"})
    void itIsReachedByItsPortsAndReachesOthers(String mode) throws Exception {
        String id = room.started("web", server(host -> host.usernsMode(mode), "", 80));
        assertThat(Wire.fetch(room.wire.outsider(), Wire.HOST, 8080)).isEqualTo(id.substring(0, 12));
        assertThat(Wire.fetch(room.wire.host(), "127.0.0.1", 8080)).isEqualTo(id.substring(0, 12));
        EndpointSettings own = room.endpoint(id, "bridge");
        assertThat(own.globalIPv6Address()).isNotEmpty();
        String plain = room.started("plain", room.sleeping(UnaryOperator.identity()));
        assertThat(room.exec(plain, "busybox", "ping", "-c", "1", "-W", "20", own.ipAddress()))
                .contains("1 packets received");
        assertThat(room.exec(
                        id,
                        "busybox",
                        "ping",
                        "-c",
                        "1",
                        "-W",
                        "20",
                        room.endpoint(plain, "bridge").globalIPv6Address()))
                .contains("1 packets received");
        assertThat(room.exec(id, "cat", "/proc/sys/net/ipv4/ip_unprivileged_port_start"))
                .isEqualTo("0\n");
        assertThat(room.exec(id, "ls", "/sys/class/net")).contains("eth0");
        int pid = room.daemon().inspectContainer(id).state().pid();
        assertThat(userNamespace(Integer.toString(pid))).isNotEqualTo(userNamespace("self"));
        // It comes back with the same.
        room.kill(id);
        room.daemon().startContainer(id, StartOptions.DEFAULT);
        assertThat(room.endpoint(id, "bridge").ipAddress()).isEqualTo(own.ipAddress());
        assertThat(Wire.fetch(room.wire.outsider(), Wire.HOST, 8080)).isEqualTo(id.substring(0, 12));
    }

    @Test
    void anOrdinaryUserOfItHasLowPorts() throws Exception {
        String id = room.started("web", server(host -> host.usernsMode("auto"), "1000", 80));
        assertThat(Wire.fetch(room.wire.outsider(), Wire.HOST, 8080)).isEqualTo(id.substring(0, 12));
    }

    @Test
    void namesAreKnownAndTheNextEngineGoesOn() throws Exception {
        room.network("mine");
        String one = room.started(
                "one", room.sleeping(host -> host.usernsMode("auto").networkMode("mine")));
        String two = room.started(
                "two", room.sleeping(host -> host.usernsMode("auto").networkMode("mine")));
        String address = room.endpoint(two, "mine").ipAddress();
        assertThat(room.exec(one, "busybox", "nslookup", "two")).contains(address);
        room.another();
        assertThat(room.exec(one, "busybox", "nslookup", "two")).contains(address);
        room.network("yours");
        room.daemon().connectNetwork("yours", new NetworkConnectRequest("one", EndpointSettings.NOTHING));
        assertThat(room.exec(one, "busybox", "ip", "-4", "-o", "addr"))
                .contains(room.endpoint(one, "yours").ipAddress());
    }

    /** With all capabilities that its user namespace has, it is root of its own network, and nobody in the host's. */
    @Test
    void itsRootRulesItsOwnNetworkAlone() throws Exception {
        String id = room.started(
                "own",
                room.sleeping(host -> host.usernsMode("auto").capAdd(List.of("NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE"))));
        assertThat(room.exec(id, "sh", "-c", "busybox ip link set eth0 mtu 1400 && busybox ip link show eth0"))
                .contains("mtu 1400");
        String before = String.join(" ", Wire.devices(room.wire.host()));
        String said = room.exec(
                id,
                "sh",
                "-c",
                "busybox ip link set eth0 netns 1; busybox nsenter --net=/proc/1/root/proc/1/ns/net true;"
                        + " echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet && echo own;"
                        + " echo 1 > /proc/sys/net/core/bpf_jit_harden && echo host; busybox ip -o link");
        assertThat(said).doesNotContain("host\n").doesNotContain("estiba0");
        assertThat(String.join(" ", Wire.devices(room.wire.host()))).isEqualTo(before);
    }
}
