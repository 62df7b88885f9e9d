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

/** docker compose 2.40, unchanged, and stacks as people have them. */
@Tag("kernel")
@Tag("peer")
class ComposeKernelTest {
    private static final String COMPOSE = "cd \"$1\" && shift && exec docker compose \"$@\"";

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

    private static String compose(String directory, String... words) throws Exception {
        return room.shell(COMPOSE, in(directory, words));
    }

    private static Ended tried(String directory, String... words) throws Exception {
        return room.tried(COMPOSE, in(directory, words));
    }

    private static String[] in(String directory, String... words) {
        List<String> all = new ArrayList<>(List.of(place.resolve(directory).toString()));
        all.addAll(List.of(words));
        return all.toArray(String[]::new);
    }

    private static String orders() throws Exception {
        return compose(
                        "shop",
                        "exec",
                        "-T",
                        "app",
                        "sh",
                        "-c",
                        "PGPASSWORD=$(cat /run/secrets/pw) psql -At -h db shop -U shop -c 'select count(*) from orders'")
                .strip();
    }

    @Test
    void aShopOfThreeTiers() throws Exception {
        Path shop = room.laid("shop.yaml", "shop").getParent();
        Files.writeString(shop.resolve("password"), "salt");
        Files.writeString(Files.createDirectories(shop.resolve("html")).resolve("index.html"), "a shop\n");
        compose("shop", "up", "-d", "--wait");
        assertThat(room.shell("curl -fsS http://127.0.0.1:18080/")).isEqualTo("a shop\n");
        assertThat(orders()).isEqualTo("1");
        whatTheFileSays();
        commands();
        int before = Integer.parseInt(orders());
        compose("shop", "down");
        assertThat(room.docker("volume", "ls", "-q")).isEqualTo("shop_cache\nshop_data\n");
        compose("shop", "up", "-d", "--wait");
        assertThat(Integer.parseInt(orders()))
                .as("each time that it comes up there is one more order")
                .isEqualTo(before + 1);
        compose("shop", "--profile", "debug", "down", "-v", "-t", "5");
        assertThat(room.leftovers()).isEmpty();
    }

    private static void whatTheFileSays() throws Exception {
        assertThat(compose(
                        "shop",
                        "exec",
                        "-T",
                        "app",
                        "sh",
                        "-c",
                        "cat /run/secrets/token; stat -c %a /run/secrets/token"))
                .isEqualTo("anchor444\n");
        assertThat(compose("shop", "exec", "-T", "app", "sh", "-c", "cat /scratch/hook; ulimit -n; nproc"))
                .startsWith("started\n1000\n");
        assertThat(compose("shop", "exec", "-T", "app", "cat", "/proc/sys/net/ipv4/ip_local_port_range"))
                .isEqualTo("2000\t60000\n");
        assertThat(compose("shop", "exec", "-T", "app", "redis-cli", "-h", "cache", "ping"))
                .isEqualTo("PONG\n");
        assertThat(tried("shop", "exec", "-T", "web", "getent", "hosts", "db").status())
                .as("db is in a network that web is not in")
                .isEqualTo(2);
        assertThat(tried("shop", "exec", "-T", "cache", "touch", "/x").error()).contains("Read-only file system");
        assertThat(compose("shop", "exec", "-T", "cache", "grep", "CapEff", "/proc/self/status"))
                .isEqualTo("CapEff:\t00000000000000c0\n");
        assertThat(room.docker("inspect", "-f", "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}", "shop-app-1"))
                .isEqualTo("134217728 500000000\n");
        assertThat(room.docker(
                        "inspect",
                        "-f",
                        "{{(index .NetworkSettings.Networks \"shop_back\").IPAddress}}",
                        "shop-cache-1"))
                .isEqualTo("172.30.9.20\n");
    }

    private static void commands() throws Exception {
        assertThat(compose("shop", "ps", "--services").lines()).containsExactlyInAnyOrder("app", "cache", "db", "web");
        assertThat(compose("shop", "port", "web", "80")).isEqualTo("127.0.0.1:18080\n");
        compose("shop", "up", "-d", "--wait", "--scale", "app=3");
        assertThat(compose("shop", "ps", "-q", "app").lines()).hasSize(3);
        compose("shop", "up", "-d", "--wait");
        assertThat(compose("shop", "ps", "-q", "app").lines()).hasSize(2);
        compose("shop", "restart", "-t", "2", "app");
        compose("shop", "pause", "cache");
        assertThat(compose("shop", "ps", "cache")).contains("(Paused)");
        compose("shop", "unpause", "cache");
        assertThat(compose("shop", "--profile", "debug", "run", "--rm", "-T", "tools", "echo", "tooled"))
                .isEqualTo("tooled\n");
        assertThat(tried("shop", "exec", "-T", "web", "sh", "-c", "exit 9").status())
                .isEqualTo(9);
        assertThat(compose("shop", "cp", "web:/etc/nginx/nginx.conf", "-")).contains("listen [::]:80;");
        compose("shop", "cp", "html/index.html", "app:/scratch/");
        assertThat(compose("shop", "exec", "-T", "--index", "2", "app", "cat", "/scratch/index.html"))
                .isEqualTo("a shop\n");
        assertThat(compose("shop", "logs", "--no-log-prefix", "migrate")).startsWith("CREATE TABLE\nINSERT 0 1\n");
        assertThat(compose("shop", "top", "db")).contains("postgres: checkpointer");
        compose("shop", "stop", "-t", "5", "web");
        assertThat(compose("shop", "ps", "-a", "--format", "{{.State}} {{.ExitCode}}", "web"))
                .isEqualTo("exited 0\n");
        compose("shop", "start", "web");
        assertThat(compose("shop", "ls", "--format", "json")).contains("\"Name\":\"shop\",\"Status\":\"running(5)\"");
        assertThat(compose("shop", "images", "-q").lines().distinct()).hasSize(1);
    }

    @Test
    void whatIsWatchedIsBroughtIn() throws Exception {
        Path directory = room.laid("watching.yaml", "watching").getParent();
        Files.createDirectories(directory.resolve("source"));
        Files.createDirectories(directory.resolve("settings"));
        compose("watching", "up", "-d", "--wait");
        Process watch = room.started(COMPOSE, in("watching", "watch", "--no-up"));
        try {
            assertThat(line(watch)).contains("Watch enabled");
            Files.writeString(directory.resolve("source/main"), "one");
            CommandRoom.until(
                    "that the file is there",
                    () -> says("watching", "cat", "/source/main").equals("one"));
            Files.writeString(directory.resolve("settings/depth"), "9");
            CommandRoom.until(
                    "that it has started again",
                    () -> says("watching", "cat", "/settings/depth").equals("9")
                            && logged().equals("started\nstarted\n"));
        } finally {
            watch.destroy();
            watch.waitFor();
        }
        Ended once = tried("watching", "--profile", "once", "up", "--exit-code-from", "once", "once");
        assertThat(once.status()).as("%s", once).isEqualTo(7);
        compose("watching", "--profile", "once", "down", "-t", "0");
        assertThat(room.docker("ps", "-aq", "--filter", "label=com.docker.compose.project=watching"))
                .isEmpty();
    }

    private static String line(Process process) throws Exception {
        return process.inputReader().readLine();
    }

    private static String says(String directory, String... command) {
        List<String> words = new ArrayList<>(List.of("exec", "-T", "watched"));
        words.addAll(List.of(command));
        try {
            return tried(directory, words.toArray(String[]::new)).output();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String logged() {
        try {
            return compose("watching", "logs", "--no-log-prefix", "watched");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
