package dev.estiba.testkit.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of real images under {@code --security strict}: what works, and what is kept from them. */
@Tag("kernel")
class StrictImagesKernelTest {
    @TempDir
    static Path place;

    private static StackRoom room;

    @BeforeAll
    static void open() throws Exception {
        room = StackRoom.open(place);
    }

    @AfterAll
    static void close() throws Exception {
        if (room != null) {
            room.close();
        }
    }

    private static String[] strict(String... words) {
        List<String> all = new ArrayList<>(List.of("run", "--security-opt", "security=strict"));
        all.addAll(List.of(words));
        return all.toArray(String[]::new);
    }

    private static String ran(String... words) throws Exception {
        return room.docker(strict(words));
    }

    private static String shell(String script) throws Exception {
        return ran("--rm", StackRoom.IMAGE, "sh", "-c", script);
    }

    @Test
    void rootInItIsNobodyOutside() throws Exception {
        String map = shell("cat /proc/self/uid_map");
        assertThat(map.strip().split("\\s+")[0]).isEqualTo("0");
        assertThat(Long.parseLong(map.strip().split("\\s+")[1])).isGreaterThanOrEqualTo(65_536);
        assertThat(shell("id -u; touch /made; stat -c %u /made /etc/passwd")).isEqualTo("0\n0\n0\n");
        // The sets: eleven capabilities.
        assertThat(shell("grep CapEff /proc/self/status")).isEqualTo("CapEff:\t00000000800405fb\n");
    }

    @Test
    void aDirectoryOfTheHostKeepsItsOwners() throws Exception {
        Path shared = Files.createDirectories(place.resolve("shared"));
        Files.writeString(shared.resolve("before"), "salt");
        assertThat(ran(
                        "--rm",
                        "-v",
                        shared + ":/shared",
                        StackRoom.IMAGE,
                        "sh",
                        "-c",
                        "stat -c %u /shared/before; cat /shared/before; echo sea > /shared/after"))
                .isEqualTo("0\nsalt");
        assertThat(Files.getAttribute(shared.resolve("after"), "unix:uid")).isEqualTo(0);
    }

    @Test
    void whatIsKeptFromIt() throws Exception {
        assertThat(shell("head -c 1 /proc/kallsyms | wc -c; ls /sys/kernel/debug /sys/fs/bpf 2>&1 | grep -vc ':'"))
                .startsWith("0\n");
        Ended raw = room.tried("exec docker \"$@\"", strict("--rm", StackRoom.IMAGE, "mknod", "/x", "c", "1", "3"));
        assertThat(raw.error()).contains("Operation not permitted");
        assertThat(shell("cat /proc/self/oom_score_adj")).isEqualTo("100\n");
        assertThat(ran(
                        "--rm",
                        "--user",
                        "postgres",
                        StackRoom.IMAGE,
                        "sh",
                        "-c",
                        "grep NoNewPrivs /proc/self/status; grep -c '^proc /proc .*hidepid=invisible' /proc/mounts"))
                .isEqualTo("NoNewPrivs:\t1\n1\n");
        Ended privileged = room.tried("exec docker \"$@\"", strict("--privileged", StackRoom.IMAGE, "true"));
        assertThat(privileged.status()).isEqualTo(125);
        assertThat(privileged.error()).contains("contradict each other");
    }

    @Test
    void itSaysWhyAPartDoesNotHold() throws Exception {
        Ended call = room.tried(
                "exec docker \"$@\"",
                strict("--rm", "--network", "host", "--user", "postgres", StackRoom.IMAGE, "true"));
        assertThat(call.error())
                .isEqualTo("WARNING: security strict: its users have the host's ids, because of --network host\n"
                        + "WARNING: security strict: it reaches all that the host does, because of --network host\n");
        assertThat(call.status()).isZero();
    }

    @Test
    void nginx() throws Exception {
        String id = ran("-d", "-p", "127.0.0.1:18081:80", StackRoom.IMAGE, "nginx", "-g", "daemon off;")
                .strip();
        CommandRoom.until("that nginx answers", () -> answers("curl -fsS http://127.0.0.1:18081/", "Welcome to nginx"));
        room.docker("rm", "-f", id);
    }

    @Test
    void redisAndPostgresql() throws Exception {
        String redis = ran("-d", StackRoom.IMAGE, "redis-server", "--protected-mode", "no")
                .strip();
        CommandRoom.until("that Redis answers", () -> answers("docker exec " + redis + " redis-cli ping", "PONG"));
        room.docker("rm", "-f", redis);
        String script = "export PGDATA=/var/lib/postgresql/own;"
                + " initdb -A trust >/dev/null && exec postgres -c unix_socket_directories=/tmp";
        String db = ran("-d", "--user", "postgres", "-v", "/var/lib/postgresql", StackRoom.IMAGE, "sh", "-c", script)
                .strip();
        CommandRoom.until(
                "that PostgreSQL answers",
                () -> answers("docker exec " + db + " psql -h /tmp -At postgres -c 'select 6*7'", "42"));
        room.docker("rm", "-fv", db);
    }

    @Test
    void aJdk() throws Exception {
        String home = System.getProperty("java.home");
        assertThat(ran(
                        "--rm",
                        "-v",
                        home + ":/opt/jdk:ro",
                        StackRoom.IMAGE,
                        "/opt/jdk/bin/java",
                        "-Xshare:auto",
                        "-version"))
                .isEmpty(); // it says that on its standard error
        assertThat(ran(
                        "--rm",
                        "-v",
                        home + ":/opt/jdk:ro",
                        StackRoom.IMAGE,
                        "sh",
                        "-c",
                        "/opt/jdk/bin/java -XshowSettings:properties -version 2>&1 | grep -c java.vm.name"))
                .isEqualTo("1\n");
    }

    /** What its standard library wants of a kernel: processes, shared memory, locks, sockets, timers, a database's files. */
    @Test
    void python() throws Exception {
        Path script = Files.writeString(place.resolve("all.py"), """
                import asyncio, ctypes, http.server, json, multiprocessing, os, select, socket, sqlite3, ssl, subprocess
                import tempfile, threading, urllib.request
                with multiprocessing.Pool(2) as pool:
                    assert pool.map(abs, [-1, -2]) == [1, 2]
                assert subprocess.run(["id", "-u"], capture_output=True, text=True).stdout.strip() == str(os.getuid())
                with tempfile.TemporaryDirectory() as place:
                    sqlite3.connect(place + "/db").execute("create table t (a)")
                server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
                threading.Thread(target=server.serve_forever, daemon=True).start()
                assert urllib.request.urlopen("http://127.0.0.1:%d/" % server.server_port).status == 200
                one, other = socket.socketpair()
                poll = select.epoll()
                poll.register(other, select.EPOLLIN)
                one.send(b"x")
                assert len(poll.poll(5)) == 1
                asyncio.run(asyncio.create_subprocess_exec("true"))
                os.sched_setaffinity(0, os.sched_getaffinity(0))
                assert ctypes.CDLL(None).getpid() == os.getpid()
                ssl.create_default_context()
                print(json.dumps({"all": "well"}))
                """);
        for (String user : List.of("root", "www-data")) {
            assertThat(ran(
                            "--rm",
                            "--user",
                            user,
                            "-v",
                            script + ":/all.py:ro",
                            "-w",
                            "/tmp",
                            StackRoom.IMAGE,
                            "python3",
                            "/all.py"))
                    .isEqualTo("{\"all\": \"well\"}\n");
        }
    }

    @Test
    void packagesOfDebian() throws Exception {
        assertThat(shell("dpkg -l nginx-light | tail -n 1 | cut -c 1-2; getent passwd www-data | cut -d: -f1;"
                        + " su -s /bin/sh www-data -c 'id -un'"))
                .isEqualTo("ii\nwww-data\nwww-data\n");
    }

    private static boolean answers(String script, String with) {
        try {
            return room.tried(script).output().contains(with);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
