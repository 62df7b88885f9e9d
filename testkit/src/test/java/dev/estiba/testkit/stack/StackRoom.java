package dev.estiba.testkit.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.command.ProductRoom;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A daemon in a room of its own, with an image of nginx, PostgreSQL and Redis, and the docker command with its compose. */
final class StackRoom implements AutoCloseable {
    static final String IMAGE = "estiba.test/stack:1";

    private static final String ENVIRONMENT = "export DOCKER_HOST=unix:///run/estiba/docker.sock"
            + " HOME=\"$PLACE\" DOCKER_CONFIG=\"$PLACE/docker\" SHOP_TOKEN=anchor PATH=\"$PEERS:$PATH\"; ";

    private final ProductRoom room;
    private final Path place;
    private final Path peers;

    private StackRoom(ProductRoom room, Path place, Path peers) {
        this.room = room;
        this.place = place;
        this.peers = peers;
    }

    /** @param place an empty directory */
    static StackRoom open(Path place) throws Exception {
        Path repo = Path.of(System.getProperty("estiba.repo", "/nonexistent"));
        Path peers = repo.resolve("build/peers");
        Path root = peers.resolve("stack.tar");
        assumeTrue(Files.isReadable(root), "no " + root + " (testkit/peers/stack makes it, as root)");
        assumeTrue(
                Files.isExecutable(peers.resolve("bin/docker-compose")), "no compose (testkit/peers/install docker)");
        Files.createDirectories(place.resolve("docker/cli-plugins"));
        Files.createSymbolicLink(
                place.resolve("docker/cli-plugins/docker-compose"), peers.resolve("bin/docker-compose"));
        StackRoom stack = new StackRoom(ProductRoom.withDaemon(place), place, peers);
        // Docker's command on this machine would find its own daemon, and /run is the room's.
        stack.shell("ip link set lo up");
        assertThat(stack.room.call("ps", "-q").status()).isZero();
        stack.docker("import", root.toString(), IMAGE);
        return stack;
    }

    Path place() {
        return place;
    }

    /** A file of this package's, put into a directory of its own. */
    Path laid(String resource, String directory) throws IOException {
        Path to = Files.createDirectories(place.resolve(directory)).resolve("compose.yaml");
        try (InputStream in = Objects.requireNonNull(StackRoom.class.getResourceAsStream(resource), resource)) {
            Files.copy(in, to);
        }
        return to;
    }

    private Process begin(String script, List<String> words) throws IOException {
        String environment = "PLACE='" + place + "' PEERS='" + peers.resolve("bin") + "'; shift; " + ENVIRONMENT;
        return room.room().begin(environment + script, words.toArray(String[]::new));
    }

    /** What a script says, in the room; "$@" is the words. An error unless it ends with 0. */
    String shell(String script, String... words) throws Exception {
        Ended ended = tried(script, words);
        assertThat(ended.status())
                .as("%s %s: %s", script, List.of(words), ended)
                .isZero();
        return ended.output();
    }

    Ended tried(String script, String... words) throws Exception {
        return CommandRoom.end(begin(script, List.of(words)));
    }

    /** In the background; who has begun it ends it. */
    Process started(String script, String... words) throws IOException {
        return begin("exec 2>&1; " + script, List.of(words));
    }

    String docker(String... words) throws Exception {
        return shell("exec docker \"$@\"", words);
    }

    /** What runs and what is left of all that is not there from the first. */
    List<String> leftovers() throws Exception {
        String all = docker("ps", "-aq")
                + docker("volume", "ls", "-q")
                + docker("network", "ls", "-q", "--filter", "type=custom");
        return all.lines().toList();
    }

    /** A program of testkit/clients, in a process of its own: its environment is what it goes by. */
    List<String> client(String name, String... words) throws Exception {
        Path module = Path.of(System.getProperty("estiba.repo", "/nonexistent"), "testkit/clients/target");
        String path = module.resolve("test-classes") + ":"
                + Files.readString(module.resolve("class-path.test"), StandardCharsets.UTF_8);
        String script =
                "export TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1 TESTCONTAINERS_RYUK_CONTAINER_IMAGE=estiba.test/reaper:1"
                        + " TESTCONTAINERS_TINYIMAGE_CONTAINER_IMAGE=" + IMAGE
                        + " TESTCONTAINERS_SOCAT_CONTAINER_IMAGE=estiba.test/socat:1"
                        + " TMPDIR=\"$PLACE\"; exec \"$@\"";
        java.util.ArrayList<String> all = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.io.tmpdir=" + place,
                "-cp",
                path,
                "dev.estiba.clients." + name));
        all.addAll(List.of(words));
        Ended ended = tried(script, all.toArray(String[]::new));
        assertThat(ended.status()).as("%s: %s", name, ended).isZero();
        return ended.output().lines().toList();
    }

    @Override
    public void close() throws Exception {
        room.abandon();
        room.close();
    }
}
