package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.Event;
import dev.estiba.api.EventsOptions;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Info;
import dev.estiba.api.LogConfig;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworkIpamConfig;
import dev.estiba.api.PortBinding;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.Ulimit;
import dev.estiba.engine.settings.ContainerDefaults;
import dev.estiba.engine.settings.EngineSettings;
import dev.estiba.engine.settings.NetworkDefaults;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
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

/** What an engine is told is seen inside of containers and at networks. */
@Tag("kernel")
class EngineSettingsKernelTest {
    private static final String MTU = "com.docker.network.driver.mtu";

    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private EngineRoom room;
    private Wire wire;
    private final List<Engine> engines = new ArrayList<>();

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, rootfs);
        wire = Wire.make();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        try {
            for (Engine engine : engines) {
                for (String id : EngineRoom.entries(room.paths().dataRoot().resolve("containers"))) {
                    engine.removeContainer(id, new RemoveOptions(true, false, false));
                }
            }
            room.close();
        } finally {
            engines.forEach(Engine::release);
            wire.close();
        }
    }

    /** One that stays, on the room's directories. */
    private Engine staying(NetworkDefaults networks) throws IOException {
        Engine engine = Engine.open(room.paths(), wire.host());
        engine.configure(settings(ContainerDefaults.USUAL, networks));
        engine.restore();
        engines.add(engine);
        return engine;
    }

    private static EngineSettings settings(ContainerDefaults containers, NetworkDefaults networks) {
        return new EngineSettings(containers, networks, List.of("deck=upper"), true, "builtin", Map.of());
    }

    private static ContainerDefaults containers(UnaryOperator<ContainerDefaults.Builder> told) {
        return told.apply(ContainerDefaults.builder()).build();
    }

    private String inside(ContainerDefaults defaults, UnaryOperator<HostConfig.Builder> own, String script)
            throws Exception {
        room.engine.configure(settings(defaults, NetworkDefaults.USUAL));
        EngineRoom.Outcome outcome = room.run(
                room.request(UnaryOperator.identity(), host -> own.apply(host.autoRemove(true)), "sh", "-c", script));
        assertThat(outcome.err()).isEmpty();
        return outcome.out();
    }

    @Test
    void aContainerHasThem() throws Exception {
        ContainerDefaults told =
                containers(builder -> builder.ulimits(List.of(new Ulimit("nofile", 345, 234), new Ulimit("core", 0, 0)))
                        .shmSize(8 << 20)
                        .hasInit(true)
                        .noNewPrivileges(true)
                        .seccomp("unconfined")
                        .cgroupParent("/estiba/fleet"));
        String script =
                "ulimit -n; ulimit -Hn; ulimit -c; df -k /dev/shm | busybox tail -n 1 | busybox awk '{print $2}';"
                        + " grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status; cat /proc/1/cmdline | tr '\\0' ' '; echo";
        String tools = script.replace("df ", "busybox df ")
                .replace("grep ", "busybox grep ")
                .replace("tr ", "busybox tr ");
        assertThat(inside(told, UnaryOperator.identity(), tools).lines())
                .hasSize(7)
                .startsWith("234", "345", "0", "8192", "NoNewPrivs:\t1", "Seccomp:\t0")
                .last()
                .asString()
                .startsWith("/sbin/docker-init -- sh -c");
        // Who says it himself has that.
        assertThat(inside(
                                told,
                                host -> host.shmSize(4 << 20)
                                        .init(false)
                                        .securityOpt(List.of("no-new-privileges=false", "seccomp=builtin"))
                                        .resources(host.build().resources().toBuilder()
                                                .ulimits(List.of(new Ulimit("nofile", 99, 88)))
                                                .build()),
                                tools)
                        .lines())
                .startsWith("88", "99", "0", "4096", "NoNewPrivs:\t0", "Seccomp:\t2")
                .last()
                .asString()
                .startsWith("sh -c");
    }

    @Test
    void itsNamesAreAskedWhereTheSettingsSay() throws Exception {
        ContainerDefaults told = containers(builder ->
                builder.dns(List.of("10.1.2.3")).dnsOptions(List.of("ndots:4")).dnsSearch(List.of("ship.example")));
        String seen = inside(told, host -> host.networkMode("host"), "cat /etc/resolv.conf");
        assertThat(seen).contains("nameserver 10.1.2.3", "options ndots:4", "search ship.example");
        assertThat(inside(
                        told,
                        host -> host.networkMode("host").dns(List.of("10.9.9.9")),
                        "busybox grep nameserver /etc/resolv.conf"))
                .isEqualTo("nameserver 10.9.9.9\n");
    }

    @Test
    void itsGroupsAreWhereTheSettingsSay() throws Exception {
        room.engine.configure(
                settings(containers(builder -> builder.cgroupParent("/estiba/fleet")), NetworkDefaults.USUAL));
        String id = room.started(room.request("sleep", "1000"));
        assertThat(room.engine.inspectContainer(id).hostConfig().resources().cgroupParent())
                .isEqualTo("/estiba/fleet");
        String host = java.nio.file.Files.readString(
                Path.of("/proc/" + room.engine.inspectContainer(id).state().pid() + "/cgroup"));
        assertThat(host).contains(":/estiba/fleet/" + id + "\n");
        // Of other settings it is still found.
        room.engine.configure(EngineSettings.USUAL);
        assertThat(room.status(id)).isEqualTo("running");
        room.engine.removeContainer(id, new RemoveOptions(true, false, false));
    }

    @Test
    void itsNamespacesAreAsTheSettingsSay() throws Exception {
        String own = java.nio.file.Files.readSymbolicLink(Path.of("/proc/self/ns/cgroup"))
                .toString();
        assertThat(inside(
                        containers(builder -> builder.cgroupnsMode("host")),
                        UnaryOperator.identity(),
                        "busybox readlink /proc/self/ns/cgroup"))
                .isEqualTo(own + "\n");
        assertThat(inside(
                        containers(builder -> builder.cgroupnsMode("private")),
                        UnaryOperator.identity(),
                        "busybox readlink /proc/self/ns/cgroup"))
                .isNotEqualTo(own + "\n");
        room.engine.configure(settings(containers(builder -> builder.ipcMode("shareable")), NetworkDefaults.USUAL));
        String id = room.create(room.request("true"));
        assertThat(room.engine.inspectContainer(id).hostConfig().ipcMode()).isEqualTo("shareable");
    }

    @Test
    void itsLogIsKeptAsTheSettingsSay() throws Exception {
        room.engine.configure(settings(
                containers(builder ->
                        builder.logDriver("json-file").logOptions(Map.of("max-size", "1m", "max-file", "2"))),
                NetworkDefaults.USUAL));
        String same = room.create(room.request("true"));
        assertThat(room.engine.inspectContainer(same).hostConfig().logConfig())
                .isEqualTo(new LogConfig("json-file", Map.of("max-size", "1m", "max-file", "2")));
        String own = room.create(room.request(
                UnaryOperator.identity(),
                host -> host.logConfig(new LogConfig("json-file", Map.of("max-file", "7"))),
                "true"));
        assertThat(room.engine.inspectContainer(own).hostConfig().logConfig().config())
                .isEqualTo(Map.of("max-size", "1m", "max-file", "7"));
        String other = room.create(room.request(
                UnaryOperator.identity(), host -> host.logConfig(new LogConfig("local", Map.of())), "true"));
        assertThat(room.engine.inspectContainer(other).hostConfig().logConfig().config())
                .isEmpty();
        room.engine.configure(settings(containers(builder -> builder.logDriver("none")), NetworkDefaults.USUAL));
        String none = room.started(room.request("echo", "unheard"));
        assertThat(room.await(none)).isZero();
        assertThatThrownBy(() -> room.logs(none, false)).hasMessageContaining("does not support reading");
        assertThat(room.engine.info().loggingDriver()).isEqualTo("none");
    }

    @Test
    void infoTellsThem() throws Exception {
        room.engine.configure(new EngineSettings(
                containers(builder -> builder.noNewPrivileges(true)),
                NetworkDefaults.USUAL,
                List.of("deck=upper"),
                true,
                "/etc/profile.json",
                Map.of("HTTPS_PROXY", "http://purser:secret@gangway:3128/")));
        Info info = room.engine.info();
        assertThat(info.labels()).containsExactly("deck=upper");
        assertThat(info.debug()).isTrue();
        assertThat(info.httpsProxy()).isEqualTo("http://xxxxx:xxxxx@gangway:3128/");
        assertThat(info.securityOptions())
                .containsExactly("name=seccomp,profile=/etc/profile.json", "name=no-new-privileges");
    }

    @Test
    void whatNobodyCouldHaveIsRefusedBeforehand() {
        for (Map.Entry<ContainerDefaults, String> each : Map.of(
                        containers(builder -> builder.logOptions(Map.of("colour", "blue"))),
                        "unknown log opt 'colour' for json-file log driver",
                        containers(builder -> builder.logDriver("splunk")),
                        "not built yet: the log driver splunk",
                        containers(builder -> builder.ulimits(List.of(new Ulimit("colour", 1, 1)))),
                        "invalid ulimit type: colour",
                        containers(builder -> builder.seccomp("{\"defaultAction\": 1}")),
                        "Decoding seccomp profile failed")
                .entrySet()) {
            assertThatThrownBy(() -> Engine.check(settings(each.getKey(), NetworkDefaults.USUAL)))
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining(each.getValue());
        }
        for (Map.Entry<NetworkDefaults, String> each : Map.of(
                        bridge("10.7.0.1", ""),
                        "bip: invalid CIDR address: 10.7.0.1",
                        bridge("10.7.0.1/24", "10.8.0.0/25"),
                        "fixed-cidr: 10.8.0.0/25 is not in 10.7.0.0/24 (bip)",
                        with(Map.of(MTU, "7"), List.of()),
                        "invalid MTU number: 7",
                        with(Map.of(), List.of(new NetworkDefaults.Pool("10.0.0.0/16", 8))),
                        "subnets of /8 cannot be cut from 10.0.0.0/16",
                        calledHost("here"),
                        "invalid IP address: here",
                        calledHost("10.1.1.1", "10.1.1.2"),
                        "host-gateway-ips: only one address of each family is allowed")
                .entrySet()) {
            assertThatThrownBy(() -> Engine.check(settings(ContainerDefaults.USUAL, each.getKey())))
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining(each.getValue());
        }
    }

    private static NetworkDefaults bridge(String address, String part) {
        return new NetworkDefaults(
                Optional.of(new NetworkDefaults.Range(address, part)),
                Optional.empty(),
                true,
                Map.of(),
                List.of(),
                Map.of(),
                List.of());
    }

    private static NetworkDefaults calledHost(String... addresses) {
        return new NetworkDefaults(
                Optional.empty(), Optional.empty(), true, Map.of(), List.of(), Map.of(), List.of(addresses));
    }

    private static NetworkDefaults with(Map<String, String> options, List<NetworkDefaults.Pool> pools) {
        return new NetworkDefaults(Optional.empty(), Optional.empty(), true, options, pools, Map.of(), List.of());
    }

    private CreateRequest inBridge(UnaryOperator<HostConfig.Builder> host, String... command) {
        return room.request(UnaryOperator.identity(), builder -> host.apply(builder.networkMode("default")), command);
    }

    @Test
    void theDefaultNetworkIsAsTheSettingsSay() throws Exception {
        Engine engine = staying(new NetworkDefaults(
                Optional.of(new NetworkDefaults.Range("10.7.0.9/24", "10.7.0.128/25")),
                Optional.empty(),
                false,
                Map.of(
                        MTU,
                        "1400",
                        "com.docker.network.bridge.host_binding_ipv4",
                        "127.0.0.1",
                        "com.docker.network.bridge.enable_icc",
                        "false"),
                List.of(new NetworkDefaults.Pool("10.20.0.0/16", 24)),
                Map.of(MTU, "1300"),
                List.of("10.3.2.1")));
        String seen = EngineRoom.on(
                        engine,
                        inBridge(
                                host -> host.autoRemove(true).extraHosts(List.of("here:host-gateway")),
                                "sh",
                                "-c",
                                "busybox ip -o addr show eth0; cat /sys/class/net/eth0/mtu; busybox ip route; cat /etc/hosts"))
                .out();
        assertThat(seen)
                .contains("inet 10.7.0.128/24", "\n1400\n", "default via 10.7.0.9", "10.3.2.1\there\n")
                .doesNotContain("inet6 fd");
        String web = engine.createContainer(
                        Optional.empty(),
                        inBridge(
                                host -> host.portBindings(Map.of("80/tcp", List.of(new PortBinding("", "8080")))),
                                "sleep",
                                "1000"))
                .id();
        engine.startContainer(web, StartOptions.DEFAULT);
        assertThat(engine.inspectContainer(web).networkSettings().ports().get("80/tcp"))
                .containsExactly(new PortBinding("127.0.0.1", "8080"));
        // Containers of it do not reach one another.
        String address = engine.inspectContainer(web)
                .networkSettings()
                .networks()
                .get("bridge")
                .ipAddress();
        assertThat(EngineRoom.on(
                                engine,
                                inBridge(
                                        host -> host.autoRemove(true),
                                        "sh",
                                        "-c",
                                        "busybox ping -c 1 -W 1 " + address + "; busybox ping -c 1 -W 20 10.7.0.9"))
                        .out())
                .contains("0 packets received")
                .contains("1 packets received");
        engine.createNetwork(NetworkCreateRequest.builder().name("mine").build());
        NetworkInspect mine = engine.inspectNetwork("mine");
        assertThat(mine.ipam().config().getFirst().subnet()).isEqualTo("10.20.0.0/24");
        assertThat(mine.options()).isEqualTo(Map.of(MTU, "1300"));
    }

    @Test
    void itsIpv6IsAsTheSettingsSay() throws Exception {
        Engine engine = staying(new NetworkDefaults(
                Optional.empty(),
                Optional.of(new NetworkDefaults.Range("fd00:7::1/64", "")),
                true,
                Map.of("com.docker.network.bridge.enable_ip_masquerade", "false"),
                List.of(),
                Map.of(),
                List.of()));
        assertThat(EngineRoom.on(
                                engine,
                                inBridge(
                                        host -> host.autoRemove(true),
                                        "sh",
                                        "-c",
                                        "busybox ip -6 -o addr show eth0; busybox ip -6 route"))
                        .out())
                .contains("inet6 fd00:7::", "default via fd00:7::1 ");
        NetworkInspect bridge = engine.inspectNetwork("bridge");
        assertThat(bridge.options()).containsEntry("com.docker.network.bridge.enable_ip_masquerade", "false");
        assertThat(bridge.ipam().config())
                .extracting(NetworkIpamConfig::gateway)
                .contains("fd00:7::1");
    }

    private String subnet(Engine engine) throws IOException {
        return engine.inspectNetwork("bridge").ipam().config().getFirst().subnet();
    }

    @Test
    void anotherDaemonMakesItAnewWhenNobodyIsInIt() throws Exception {
        Engine first = staying(NetworkDefaults.USUAL);
        String id = first.createContainer(Optional.empty(), inBridge(UnaryOperator.identity(), "sleep", "1000"))
                .id();
        first.startContainer(id, StartOptions.DEFAULT);
        String usual = subnet(first);
        first.release();
        engines.clear();

        Engine second = staying(bridge("10.7.0.1/24", ""));
        assertThat(subnet(second)).isEqualTo(usual);
        second.removeContainer(id, new RemoveOptions(true, false, false));
        second.release();
        engines.clear();

        Engine third = staying(bridge("10.7.0.1/24", ""));
        String out = EngineRoom.on(
                        third,
                        inBridge(host -> host.autoRemove(true), "busybox", "ip", "-4", "-o", "addr", "show", "eth0"))
                .out();
        assertThat(out).contains("inet 10.7.0.2/24");
        assertThat(subnet(third)).isEqualTo("10.7.0.0/24");
        third.release();
        engines.clear();

        Engine fourth = staying(NetworkDefaults.USUAL);
        EngineRoom.on(fourth, inBridge(host -> host.autoRemove(true), "true"));
        assertThat(subnet(fourth)).isEqualTo(usual);
    }

    @Test
    void whoListensHearsOfAReload() throws Exception {
        Engine engine = staying(NetworkDefaults.USUAL);
        Instant before = Instant.now();
        engine.configure(EngineSettings.USUAL.reloaded(settings(ContainerDefaults.USUAL, NetworkDefaults.USUAL)));
        engine.tellReload(Map.of("debug", "true"));
        List<Event> heard = new ArrayList<>();
        engine.events(
                new EventsOptions(Optional.of(before), Optional.of(Instant.now()), Map.of("type", List.of("daemon"))),
                heard::add);
        assertThat(heard).singleElement().satisfies(event -> {
            assertThat(event.action()).isEqualTo("reload");
            assertThat(event.id()).isEqualTo(engine.info().id());
            assertThat(event.attributes()).containsEntry("debug", "true").containsKey("name");
        });
        assertThat(engine.info().labels()).containsExactly("deck=upper");
    }
}
