package dev.estiba.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.command.ProductRoom;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults and attacks, A4, A5, A6 and A8: whose files they are, what containers and browsers reach of the daemon, what is never written down. */
@Tag("kernel")
class ControlPlaneKernelTest {
    private static final String MARK = "5alt-and-5ecret";

    /** What belongs to containers, or is an image's: their owners and modes are their own. */
    private static final String THEIRS =
            "\\( -path '*/volumes/*/_data/*' -o -path '*/content/layers/*/*' -o -path '*/upper/*'"
                    + " -o -path '*/work/*' -o -path '*/merged/*' -o -path '*/rootfs/*' \\) -prune -o";

    /** All that is not its owner's alone; what is below a directory that is the owner's cannot be reached, whatever its mode. */
    private static final List<String> GOLDEN = List.of(
            "7[15]1 d /var/lib/estiba",
            "755 d /run/estiba",
            "660 s /run/estiba/docker\\.sock",
            "711 d /run/estiba/engine(/runtime/[0-9a-f]{64})?",
            "644 f /run/estiba/engine/events-of-others/bell",
            "755 [df] /var/lib/estiba/mountpoints-.*",
            "710 d /var/lib/estiba/containers/[0-9a-f]{64}",
            "640 f /var/lib/estiba/containers/.*-json\\.log",
            "755 d /var/lib/estiba/containers/[0-9a-f]{64}/(upper|work)",
            "644 f .*/(hosts|resolv\\.conf|hostname)",
            "755 d .*/_data");

    @TempDir
    Path place;

    /** Everything that a daemon makes is there: containers with logs, an exec, a network, volumes, a health check. */
    private static void busy(LoadRoom room) throws Exception {
        Api api = room.api();
        api.post("/networks/create", "{\"Name\":\"wire\"}").ok();
        String id = api.create(
                ",\"Volumes\":{\"/own\":{}},\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"Interval\":100000000},"
                        + "\"HostConfig\":{\"NetworkMode\":\"wire\",\"Binds\":[\"named:/named\"]}",
                "sh",
                "-c",
                "seq 10; exec sleep 1000");
        api.start(id);
        assertThat(api.exec(id, "exit 3")).isEqualTo(3);
        String ended = api.create(",\"HostConfig\":{\"NetworkMode\":\"none\"}", "seq", "10");
        api.start(ended);
        assertThat(api.end(ended)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"000", "077"})
    void nothingOfTheDaemonsIsAnybodysWhateverTheUmask(String umask) throws Exception {
        try (LoadRoom room = LoadRoom.open(place, "umask " + umask)) {
            busy(room);
            String open = room.shell("find /var/lib/estiba /run/estiba " + THEIRS
                    + " \\( ! -type l -a -perm /o+w -o -type f -a -perm /g+rwx,o+rwx -o -type d -a -perm /g+rwx,o+rw \\)"
                    + " -printf '%m %y %p\\n'");
            assertThat(open.lines()
                            .filter(line -> GOLDEN.stream().noneMatch(line::matches))
                            .toList())
                    .isEmpty();
            assertThat(room.shell("stat -c '%a %U' /run/estiba/docker.sock").strip())
                    .isIn("660 root", "600 root");
            room.clear();
        }
    }

    @Test
    void noContainerReachesTheDaemon() throws Exception {
        try (LoadRoom room = LoadRoom.open(place)) {
            busy(room);
            String listening = room.shell("cat /proc/net/tcp /proc/net/tcp6 | grep -c ' 0A ' || true");
            assertThat(listening.strip())
                    .as("ports that are listened at, on the host's network")
                    .isEqualTo("0");
            String abstracts = room.shell("grep -c ' @' /proc/net/unix || true");
            assertThat(abstracts.strip())
                    .as("abstract sockets there, which a --network host would have")
                    .isEqualTo("0");
            for (String network : List.of("none", "bridge", "wire", "host")) {
                Ended found = room.product()
                        .call(
                                "run",
                                "--rm",
                                "--network",
                                network,
                                LoadRoom.IMAGE,
                                "busybox",
                                "find",
                                "/",
                                "-xdev",
                                "-type",
                                "s");
                assertThat(found.output())
                        .as("sockets in a container with the network " + network)
                        .isEmpty();
            }
            room.clear();
        }
    }

    /** A6: nothing tells a browser that a page from elsewhere may ask, whatever host it takes this for. */
    @Test
    void noBrowserIsToldThatItMayAsk() throws Exception {
        try (LoadRoom room = LoadRoom.open(place)) {
            for (String method : List.of("OPTIONS", "GET")) {
                String headers = "Connection: close\r\nOrigin: http://elsewhere.test\r\n"
                        + "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Private-Network: true\r\n";
                try (SocketChannel channel = room.api().open(method, "/containers/json", "", headers)) {
                    String answer = all(channel);
                    assertThat(answer).startsWith(method.equals("GET") ? "HTTP/1.1 200 " : "HTTP/1.1 4");
                    assertThat(answer).doesNotContainIgnoringCase("Access-Control");
                }
            }
        }
    }

    private static String all(SocketChannel channel) throws IOException {
        return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Passwords of registries, in each way that a client says them. */
    @Test
    void whatIsSecretIsNowhere() throws Exception {
        try (LoadRoom room = LoadRoom.open(place)) {
            Api api = room.api();
            String login = "{\"username\":\"u\",\"password\":\"" + MARK + "\",\"serveraddress\":\"127.0.0.1:1\"}";
            String header = Base64.getUrlEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
            assertThat(api.post("/auth", login).text()).doesNotContain(MARK);
            for (String target : List.of("/images/create?fromImage=127.0.0.1:1/none&tag=1", "/images/sea:1/push")) {
                String headers = "Connection: close\r\nX-Registry-Auth: " + header + "\r\n";
                try (SocketChannel channel = api.open("POST", target, "", headers)) {
                    assertThat(all(channel))
                            .startsWith("HTTP/1.1 ")
                            .doesNotContain(MARK)
                            .doesNotContain(header);
                }
            }
            ProductRoom product = room.product();
            assertThat(product.call("login", "-u", "u", "-p", MARK, "127.0.0.1:1")
                            .error())
                    .doesNotContain(MARK);
            assertThat(api.get("/info").ok().text()).doesNotContain(MARK);
            assertThat(api.get("/events?since=0&until=" + System.currentTimeMillis() / 1000)
                            .text())
                    .doesNotContain(MARK);
            assertThat(found(room, MARK)).isEmpty();
            assertThat(found(room, header)).isEmpty();
            assertThat(found(room, Base64.getEncoder().encodeToString(("u:" + MARK).getBytes(StandardCharsets.UTF_8))))
                    .isEmpty();
        }
    }

    private static String found(LoadRoom room, String text) throws Exception {
        return room.shell("grep -rlF -e '" + text + "' /var/lib /run 2>/dev/null || true");
    }
}
