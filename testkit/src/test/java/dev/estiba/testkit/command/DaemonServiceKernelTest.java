package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.Fd;
import dev.estiba.linux.InetSocket;
import dev.estiba.linux.Open;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.Spawn;
import dev.estiba.linux.UnixSocket;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a service, of which this test is the manager: sd_listen_fds(3), sd_notify(3), and a reload by SIGHUP. */
@Tag("kernel")
class DaemonServiceKernelTest {
    private static final long PATIENCE = 60;

    @TempDir
    Path place;

    private ProductRoom room;
    private UnixSocket manager;
    private Path api;
    private Path settings;

    @BeforeEach
    void open() throws Exception {
        room = ProductRoom.withDaemon(place);
        manager = UnixSocket.bind(
                UnixSocket.Kind.DATAGRAMS, place.resolve("notify").toString());
        api = place.resolve("api.sock");
        settings = place.resolve("daemon.json");
        Files.writeString(settings, "{\"labels\": [\"deck=upper\"]}");
    }

    @AfterEach
    void close() throws Exception {
        manager.close();
        room.close();
    }

    /** Descriptor 3 is what is passed; the rest is as systemd.exec(5) has it. */
    private Pidfd start(Fd passed) throws IOException {
        String script = "ulimit -Sn 1000; export LISTEN_FDS=1 LISTEN_FDNAMES=estiba.socket LISTEN_PID=$$; exec \"$@\"";
        List<String> words = new ArrayList<>(List.of(
                "/usr/bin/nsenter", "-t", Long.toString(room.room().holder()), "-m", "-n", "sh", "-c", script, "sh"));
        words.addAll(List.of(room.room().command(), "daemon", "--config-file", settings.toString()));
        try (Fd log = Open.absolute(place.resolve("log").toString(), new Open.How(Open.WRITE | Open.CREATE, 0600, 0))) {
            return Spawn.of("/usr/bin/nsenter", words)
                    .environment(
                            List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "NOTIFY_SOCKET=" + place.resolve("notify")))
                    .with(1, log)
                    .with(2, log)
                    .with(3, passed)
                    .start();
        }
    }

    private Pidfd started() throws Exception {
        try (UnixSocket listening = UnixSocket.bind(UnixSocket.Kind.STREAM, api.toString())) {
            listening.listen(100);
            Pidfd daemon = start(listening.fd());
            assertThat(heard()).startsWith("READY=1\n").endsWith("\nMAINPID=" + daemon.pid());
            return daemon;
        }
    }

    private String log() throws IOException {
        return Files.readString(place.resolve("log"));
    }

    /** What the manager is told next. */
    private String heard() throws Exception {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return new String(manager.receive(4096).bytes(), StandardCharsets.UTF_8);
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        },
                        task -> Thread.ofPlatform().daemon(true).start(task))
                .get(PATIENCE, TimeUnit.SECONDS);
    }

    private static void signal(Pidfd daemon, String name) throws Exception {
        CommandRoom.signal(ProcessHandle.of(daemon.pid()).orElseThrow(), name);
    }

    private void end(Pidfd daemon) throws Exception {
        signal(daemon, "TERM");
        assertThat(heard()).startsWith("STOPPING=1\n");
        assertThat(daemon.reap(Duration.ofSeconds(PATIENCE)).map(ExitStatus::shell))
                .contains(0);
        daemon.close();
    }

    private SocketChannel asked(String path) throws IOException {
        return asked("GET", path);
    }

    private SocketChannel asked(String method, String path) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(api));
        channel.write(ByteBuffer.wrap((method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII)));
        return channel;
    }

    private String answer(String path) throws IOException {
        try (SocketChannel channel = asked(path)) {
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void itServesTheSocketThatItIsPassedAndLeavesIt() throws Exception {
        Pidfd daemon = started();
        assertThat(answer("/_ping")).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\nOK");
        assertThat(Files.readString(Path.of("/proc/" + daemon.pid() + "/environ"), StandardCharsets.ISO_8859_1))
                .contains("NOTIFY_SOCKET=")
                .doesNotContain("LISTEN_");
        end(daemon);
        assertThat(api).exists();
        // Whoever has called meanwhile waits in the socket's backlog.
        Pidfd next = startedAgain();
        assertThat(answer("/_ping")).startsWith("HTTP/1.1 200 OK");
        end(next);
    }

    private Pidfd startedAgain() throws Exception {
        Files.delete(api);
        return started();
    }

    @Test
    void aSocketOfTcpWithoutCertificatesIsRefused() throws Exception {
        try (Fd tcp = InetSocket.open(InetSocket.Transport.TCP, false)) {
            InetSocket.bind(tcp, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            InetSocket.listen(tcp, 1);
            try (Pidfd daemon = start(tcp)) {
                assertThat(daemon.reap(Duration.ofSeconds(PATIENCE)).map(ExitStatus::shell))
                        .contains(1);
            }
        }
        assertThat(log()).contains("the socket that was passed for fd:// is ", "TCP is only opened with TLS");
    }

    private static String lineWith(SocketChannel from, String text) throws Exception {
        BufferedReader lines = new BufferedReader(Channels.newReader(from, StandardCharsets.UTF_8));
        return CompletableFuture.supplyAsync(
                        () -> lines.lines()
                                .filter(line -> line.contains(text))
                                .findFirst()
                                .orElse("nothing"),
                        task -> Thread.ofPlatform().daemon(true).start(task))
                .get(PATIENCE, TimeUnit.SECONDS);
    }

    /** Events and logs that somebody follows go on over a reload, and tell of it. */
    @Test
    void settingsAreReadAgain() throws Exception {
        Pidfd daemon = started();
        assertThat(answer("/info")).contains("\"Labels\":[\"deck=upper\"]");
        try (SocketChannel events = asked("/events?since=1&filters=%7B%22type%22%3A%5B%22daemon%22%5D%7D")) {
            Files.writeString(
                    settings, "{\"labels\": [\"deck=lower\"], \"debug\": true, \"default-shm-size\": \"8M\"}");
            signal(daemon, "HUP");
            assertThat(heard()).startsWith("RELOADING=1\nMONOTONIC_USEC=");
            assertThat(heard()).startsWith("READY=1\n");
            assertThat(answer("/info")).contains("\"Labels\":[\"deck=lower\"]").contains("\"Debug\":true");
            assertThat(lineWith(events, "deck=lower")).contains("\"Action\":\"reload\"");

            Files.writeString(settings, "{\"labels\": [\"deck=middle\"], \"colour\": 1}");
            signal(daemon, "HUP");
            assertThat(heard()).startsWith("RELOADING=1\n");
            assertThat(heard()).startsWith("READY=1\n");
            assertThat(answer("/info")).contains("\"Labels\":[\"deck=lower\"]");
            assertThat(log())
                    .contains("the settings stay as they are: unable to configure the daemon with file " + settings
                            + ": the following directives don't match any configuration option: colour\n");
        }
        end(daemon);
    }

    /** Beside the passed one, as the unit of this program has it. */
    @Test
    void itServesTheSocketsOfItsFileToo() throws Exception {
        Files.writeString(settings, """
                {"hosts": ["unix:///run/estiba/other.sock"], "group": "daemon", "log-level": "error", "exec-root": "/run/estiba/run",
                 "proxies": {"https-proxy": "socks5://127.0.0.1:1"}}
                """);
        Pidfd daemon = started();
        Path other = room.room().root().resolve("run/estiba/other.sock");
        assertThat(Files.readAttributes(other, PosixFileAttributes.class)
                        .group()
                        .getName())
                .isEqualTo("daemon");
        assertThat(room.room().root().resolve("run/estiba/run/containers")).isDirectory();
        assertThat(answer("/info")).contains("\"HttpsProxy\":\"socks5://127.0.0.1:1\"");
        // What is asked of a registry goes by the proxy, which this one cannot be.
        try (SocketChannel channel = asked("POST", "/images/create?fromImage=ship.example/cargo&tag=1")) {
            assertThat(new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8))
                    .contains("HTTPS_PROXY is no address of an HTTP proxy");
        }
        end(daemon);
        assertThat(api).exists();
    }

    @Test
    void itServesARegistryBesideIt() throws Exception {
        assertThat(room.room().callFrom("ip link set lo up").status()).isZero();
        Files.writeString(
                settings, "{\"doors\": [\"docker\", \"registry\"], \"registry\": {\"addr\": \"127.0.0.1:0\"}}");
        Pidfd daemon = started();
        Matcher port = Pattern.compile("estiba daemon: a registry at http://127.0.0.1:([0-9]+)\n")
                .matcher(log());
        assertThat(port.find()).isTrue();
        Ended answer = room.room()
                .callFrom("exec 3<>/dev/tcp/127.0.0.1/" + port.group(1)
                        + "; printf 'GET /v2/ HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3");
        assertThat(answer.output()).startsWith("HTTP/1.1 200 OK");
        assertThat(answer("/_ping")).startsWith("HTTP/1.1 200 OK");
        end(daemon);
    }

    @Test
    void doorsThatAreNotThereAreRefused() throws Exception {
        Map<String, String> wrong = Map.of(
                "{\"doors\": [\"registry\"]}",
                "there are docker, and docker,registry",
                "{\"doors\": [\"docker\", \"cri\"]}",
                "there are docker, and docker,registry",
                "{\"registry\": {\"addr\": \":5000\"}}",
                "registry: that door is not opened",
                "{\"doors\": [\"docker\", \"registry\"], \"registry\": {\"colour\": \"blue\"}}",
                "registry: unknown flag: --colour");
        for (Map.Entry<String, String> each : wrong.entrySet()) {
            Files.writeString(settings, each.getKey());
            Ended ended = room.call("daemon", "--validate", "--config-file", settings.toString());
            assertThat(ended.error()).as(each.getKey()).contains(each.getValue());
            assertThat(ended.status()).isEqualTo(1);
        }
    }

    @Test
    void itsNumberIsInAFile() throws Exception {
        Path number = place.resolve("pid");
        Files.writeString(settings, "{\"pidfile\": \"" + number + "\"}");
        Pidfd daemon = started();
        assertThat(Files.readString(number)).isEqualTo(Integer.toString(daemon.pid()));
        Ended second = room.call(
                "daemon", "--config-file", settings.toString(), "--data-root", "/run/o", "--exec-root", "/run/o.exec");
        assertThat(second.status()).isEqualTo(1);
        assertThat(second.error()).contains("process with PID " + daemon.pid() + " is still running");
        end(daemon);
        assertThat(number).doesNotExist();
    }

    /** What the JVM has for itself its containers do not inherit: programs walk through all descriptors that they may have. */
    @Test
    void containersHaveTheDescriptorsThatItWasGiven() throws Exception {
        Pidfd daemon = started();
        String[] own = Files.readAllLines(Path.of("/proc/" + daemon.pid() + "/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .findFirst()
                .orElseThrow()
                .split(" {2,}");
        assertThat(own[1]).isEqualTo(own[2]).isNotEqualTo("1000");
        String asked = "ulimit -Sn; ulimit -Hn";
        assertThat(room.ran(List.of("--rm"), "sh", "-c", asked).output()).isEqualTo("1000\n" + own[2] + "\n");
        assertThat(room.ran(List.of("--rm", "--ulimit", "nofile=77:88"), "sh", "-c", asked)
                        .output())
                .isEqualTo("77\n88\n");
        String id = room.detached(List.of(), "sleep", "1000");
        assertThat(room.call("exec", id, "sh", "-c", asked).output()).isEqualTo("1000\n" + own[2] + "\n");
        assertThat(room.call("rm", "-f", id).status()).isZero();
        end(daemon);
    }
}
