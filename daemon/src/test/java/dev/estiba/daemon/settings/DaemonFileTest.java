package dev.estiba.daemon.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.LogConfig;
import dev.estiba.api.Ulimit;
import dev.estiba.engine.settings.ContainerDefaults;
import dev.estiba.engine.settings.NetworkDefaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** daemon.json: what it says is done or refused, and never passed over in silence. */
class DaemonFileTest {
    /** Of {@code dockerd --help} 28.5 and its configuration's fields, each with what a Docker of nobody's making says. */
    private static final String DOCKERD = """
            allow-direct-routing=false authorization-plugins=[] bip="" bip6="" bridge="" bridge-accept-fwmark="" builder={}
            cgroup-parent="" containerd="" containerd-namespace="moby" containerd-plugin-namespace="plugins.moby"
            cpu-rt-period=0 cpu-rt-runtime=0 cri-containerd=false data-root-immutable=false debug=false
            default-address-pools=[] default-cgroupns-mode="private" default-gateway="" default-gateway-v6=""
            default-ipc-mode="private" default-network-opts={} default-runtime="" default-shm-size=67108864
            default-ulimits={} dns=[] dns-opts=[] dns-search=[] exec-opts=[] exec-root="/run/x" data-root="/run/y"
            experimental=false features={} firewall-backend="" fixed-cidr="" fixed-cidr-v6="" group="" host-gateway-ip=""
            host-gateway-ips=[] hosts=[] icc=true init=false init-path="" insecure-registries=[] ip="0.0.0.0" ip-forward=true
            ip-forward-no-drop=false ip-masq=true ip6tables=true iptables=true ipv6=true labels=[] live-restore=false
            log-driver="json-file" log-format="text" log-level="info" log-opts={} max-concurrent-downloads=3
            max-concurrent-uploads=5 max-download-attempts=5 metrics-addr="" min-api-version="" mtu=1500
            network-control-plane-mtu=1500 no-new-privileges=false node-generic-resources=[] oom-score-adjust=0 pidfile=""
            proxies={} raw-logs=false registry-mirrors=[] runtimes={} seccomp-profile="" selinux-enabled=false
            shutdown-timeout=15 storage-driver="" storage-opts=[] swarm-default-advertise-addr="" tls=false tlscacert=""
            tlscert="" tlskey="" tlsverify=false userland-proxy=true userland-proxy-path="" userns-remap=""
            """;

    @TempDir
    Path directory;

    private DaemonFile read(String document) throws IOException {
        Path file = directory.resolve("daemon.json");
        Files.writeString(file, document);
        return DaemonFile.read(file, true);
    }

    private void assertRefused(String document, String sentence) {
        assertThatThrownBy(() -> read(document))
                .isInstanceOf(ApiException.class)
                .hasMessage("unable to configure the daemon with file " + directory.resolve("daemon.json") + ": "
                        + sentence);
    }

    static Stream<String> dockerdsKeys() {
        return Stream.of(DOCKERD.strip().split("\\s+"));
    }

    @ParameterizedTest
    @MethodSource("dockerdsKeys")
    void everyKeyOfDockerdIsKnown(String key) throws Exception {
        int equals = key.indexOf('=');
        assertThat(read("{\"" + key.substring(0, equals) + "\": " + key.substring(equals + 1) + "}"))
                .isNotNull();
    }

    @Test
    void nothingIsSaidByAFileThatIsEmptyOrNotThere() throws Exception {
        assertThat(read(" \n")).isEqualTo(DaemonFile.NOTHING);
        assertThat(read("{}")).isEqualTo(DaemonFile.NOTHING);
        Path absent = directory.resolve("absent");
        assertThat(DaemonFile.read(absent, false)).isEqualTo(DaemonFile.NOTHING);
        assertThatThrownBy(() -> DaemonFile.read(absent, true)).hasMessageEndingWith("no such file or directory");
    }

    @Test
    void containersHaveWhatIsSaid() throws Exception {
        DaemonFile file = read("""
                {"log-driver": "local", "log-opts": {"max-size": "5m"}, "dns": ["10.1.1.1"], "dns-opts": ["ndots:3"],
                 "dns-search": ["ship.example"], "default-ulimits": {"nofile": {"Name": "nofile", "Hard": 4096, "Soft": 1024}},
                 "default-shm-size": "32M", "default-ipc-mode": "shareable", "default-cgroupns-mode": "host",
                 "cgroup-parent": "/fleet", "init": true, "no-new-privileges": true, "seccomp-profile": "unconfined",
                 "security": "strict", "labels": ["deck=upper"], "debug": true}
                """);
        assertThat(file.engine().containers())
                .isEqualTo(new ContainerDefaults(
                        new LogConfig("local", Map.of("max-size", "5m")),
                        List.of("10.1.1.1"),
                        List.of("ndots:3"),
                        List.of("ship.example"),
                        List.of(new Ulimit("nofile", 4096, 1024)),
                        32 << 20,
                        "shareable",
                        "host",
                        "/fleet",
                        true,
                        true,
                        "unconfined",
                        "strict"));
        assertThat(file.engine().labels()).containsExactly("deck=upper");
        assertThat(file.engine().isDebugged()).isTrue();
        assertThat(file.engine().seccompProfile()).isEqualTo("unconfined");
        assertThat(file.reloadable())
                .containsEntry("labels", "[\"deck=upper\"]")
                .containsEntry("debug", "true")
                .containsEntry("default-shm-size", "33554432")
                .containsEntry("default-ipc-mode", "shareable");
        assertThat(file.told()).isEmpty();
    }

    @Test
    void networksHaveWhatIsSaid() throws Exception {
        NetworkDefaults networks = read("""
                {"bip": "10.7.0.1/24", "fixed-cidr": "10.7.0.128/25", "fixed-cidr-v6": "fd00:7::/64", "ipv6": false, "mtu": 1400,
                 "icc": false, "ip-masq": false, "ip": "127.0.0.1", "default-address-pools": [{"base": "10.20.0.0/16", "size": 24}],
                 "default-network-opts": {"bridge": {"com.docker.network.driver.mtu": "1300"}}, "host-gateway-ips": ["10.3.2.1", "fd00::1"]}
                """).engine().networks();
        assertThat(networks.v4()).contains(new NetworkDefaults.Range("10.7.0.1/24", "10.7.0.128/25"));
        assertThat(networks.v6()).contains(new NetworkDefaults.Range("", "fd00:7::/64"));
        assertThat(networks.hasV6()).isFalse();
        assertThat(networks.bridgeOptions())
                .isEqualTo(Map.of(
                        "com.docker.network.driver.mtu", "1400",
                        "com.docker.network.bridge.enable_icc", "false",
                        "com.docker.network.bridge.enable_ip_masquerade", "false",
                        "com.docker.network.bridge.host_binding_ipv4", "127.0.0.1"));
        assertThat(networks.pools()).containsExactly(new NetworkDefaults.Pool("10.20.0.0/16", 24));
        assertThat(networks.options()).containsOnlyKeys("com.docker.network.driver.mtu");
        assertThat(networks.hostGateway()).containsExactly("10.3.2.1", "fd00::1");
    }

    @Test
    void theDaemonHasWhatIsSaid() throws Exception {
        DaemonFile file = read("""
                {"data-root": "/run/d", "exec-root": "/run/e", "group": "crew", "hosts": ["fd://"], "pidfile": "/run/p",
                 "log-level": "warn", "proxies": {"http-proxy": "http://p:1", "no-proxy": "localhost"}}
                """);
        assertThat(file.dataRoot()).contains("/run/d");
        assertThat(file.execRoot()).contains("/run/e");
        assertThat(file.group()).contains("crew");
        assertThat(file.hosts()).containsExactly("fd://");
        assertThat(file.pidFile()).contains("/run/p");
        assertThat(file.logLevel()).isEqualTo("warn");
        assertThat(read("{\"doors\": [\"docker\", \"registry\"], \"registry\": {\"addr\": \":5000\", \"all\": true}}"))
                .satisfies(doors -> assertThat(doors.doors()).containsExactly("docker", "registry"))
                .satisfies(doors -> assertThat(doors.registry()).containsExactly("--addr=:5000", "--all=true"));
        assertThat(file.proxies()).isEqualTo(Map.of("HTTP_PROXY", "http://p:1", "NO_PROXY", "localhost"));
    }

    @Test
    void theProfileIsReadOnce() throws Exception {
        Path profile = directory.resolve("profile.json");
        Files.writeString(profile, "{\"defaultAction\": \"SCMP_ACT_ALLOW\"}");
        DaemonFile file = read("{\"seccomp-profile\": \"" + profile + "\"}");
        assertThat(file.engine().containers().seccomp()).isEqualTo("{\"defaultAction\": \"SCMP_ACT_ALLOW\"}");
        assertThat(file.engine().seccompProfile()).isEqualTo(profile.toString());
        assertRefused(
                "{\"seccomp-profile\": \"/run/absent.json\"}",
                "opening seccomp profile (/run/absent.json) failed: open /run/absent.json: no such file or directory");
    }

    @Test
    void whatHasNoEffectIsTold() throws Exception {
        assertThat(read("{\"live-restore\": false, \"max-concurrent-downloads\": 9}")
                        .told())
                .containsExactly(
                        "live-restore: containers go on without the daemon, whatever is said",
                        "max-concurrent-downloads: six layers of an image come at a time");
    }

    @Test
    void whatIsNoKeyIsRefusedByItsName() {
        assertRefused(
                "{\"debug\": true, \"colour\": \"blue\", \"depth\": 3}",
                "the following directives don't match any configuration option: colour, depth");
        assertRefused(
                "{\"proxies\": {\"ftp-proxy\": \"x\"}}",
                "the following directives don't match any configuration option: proxies.ftp-proxy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"userns-remap\": \"default\"",
                "\"iptables\": false",
                "\"ip-forward\": false",
                "\"runtimes\": {\"kata\": {\"path\": \"/x\"}}",
                "\"default-runtime\": \"kata\"",
                "\"storage-driver\": \"zfs\"",
                "\"bridge\": \"br0\"",
                "\"default-gateway\": \"10.1.1.1\"",
                "\"selinux-enabled\": true",
                "\"exec-opts\": [\"native.cgroupdriver=systemd\"]",
                "\"authorization-plugins\": [\"x\"]",
                "\"default-network-opts\": {\"macvlan\": {}}",
                "\"oom-score-adjust\": -500",
                "\"log-format\": \"json\""
            })
    void whatIsNotKeptIsRefusedByItsName(String pair) {
        String key = pair.substring(1, pair.indexOf('"', 1));
        assertThatThrownBy(() -> read("{" + pair + "}"))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining(": " + key + ": ");
    }

    @Test
    void nonsenseIsRefused() {
        assertRefused("{\"labels\": [\"deck\"]}", "bad attribute format: deck");
        assertRefused(
                "{\"labels\": [\"deck=upper\", \"deck=lower\"]}", "conflict labels for deck=lower and deck=upper");
        assertRefused("{\"log-level\": \"loud\"}", "invalid logging level: loud");
        assertRefused("{\"default-shm-size\": \"much\"}", "default-shm-size: invalid size: 'much'");
        assertRefused(
                "{\"default-ipc-mode\": \"host\"}",
                "default-ipc-mode: \"host\" is invalid; it is \"private\" or \"shareable\"");
        assertThatThrownBy(() -> read("{\"dns\": \"10.1.1.1\"}")).hasMessageContaining("dns");
        assertThatThrownBy(() -> read("{\"debug\": tr")).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> read("[]")).isInstanceOf(ApiException.class);
    }

    @Test
    void aSizeIsANumberOrAText() throws Exception {
        for (Map.Entry<String, Long> each : Map.of("1024", 1024L, "\"1k\"", 1024L, "\"2GB\"", 2L << 30, "\"7\"", 7L)
                .entrySet()) {
            assertThat(read("{\"default-shm-size\": " + each.getKey() + "}")
                            .engine()
                            .containers()
                            .shmSize())
                    .as(each.getKey())
                    .isEqualTo(each.getValue());
        }
    }
}
