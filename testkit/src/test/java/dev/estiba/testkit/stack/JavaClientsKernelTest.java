package dev.estiba.testkit.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.estiba.testkit.command.CommandRoom;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docker-java and Testcontainers, as they come from Maven Central; their reaper is ours. */
@Tag("kernel")
@Tag("peer")
class JavaClientsKernelTest {
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

    @Test
    void dockerJava() throws Exception {
        assertThat(room.client("DockerJavaRun", StackRoom.IMAGE))
                .containsExactly(
                        "api: 1.55",
                        "os: linux",
                        "running: true",
                        "memory: 67108864",
                        "listed: 1",
                        "paused: true",
                        "updated: 134217728",
                        "top: true",
                        "stats: true",
                        "status: 5",
                        "events: [create, start, pause, unpause, update, rename, top, kill, die, stop, destroy]",
                        "attached: STDOUT=got cargo",
                        "its status: 4",
                        "log: STDOUT=got cargo",
                        "exec: STDOUT=through STDERR=done",
                        "exec's status: 6",
                        "copied: release",
                        "changed: true",
                        "published: 127.0.0.1",
                        "by its alias: STDOUT=200",
                        "members: 1",
                        "networks: 0",
                        "written: 0",
                        "driver: local",
                        "volumes: []",
                        "tags: [estiba.test/made:1, estiba.test/made:2]",
                        "saved: 512",
                        "images: 0",
                        "no container: Status 404: {\"message\":\"No such container: nobody\"}",
                        "no image: Status 404: {\"message\":\"No such image: estiba.test/none:1\"}",
                        "no network: Status 404: {\"message\":\"network none-such not found\"}",
                        "no volume: Status 404: {\"message\":\"get none-such: no such volume\"}",
                        "its name is taken: Status 409: {\"message\":\"Conflict. The container name \\\"/errors\\\" is"
                                + " already in use by container \\\"ID\\\". You have to remove (or rename) that container"
                                + " to be able to reuse that name.\"}",
                        "it runs: Status 409: {\"message\":\"cannot remove container \\\"ID\\\": container is running:"
                                + " stop the container before removing or force remove\"}",
                        "too little memory: Status 400: {\"message\":\"Minimum memory limit allowed is 6MB\"}");
        assertThat(room.leftovers()).isEmpty();
    }

    @Test
    void testcontainersAndTheReaper() throws Exception {
        room.shell(
                "tar -C \"$1\" -c reaper | docker import -c 'ENTRYPOINT [\"/reaper\"]' -c 'EXPOSE 8080' - estiba.test/reaper:1",
                Path.of(System.getProperty("estiba.home"), "share/testcontainers")
                        .toString());
        room.shell("id=$(docker create " + StackRoom.IMAGE + " true) &&"
                + " docker commit -c 'ENTRYPOINT [\"socat\"]' $id estiba.test/socat:1 && docker rm $id");
        Path file = room.laid("small.yaml", "small");
        assertThat(room.client("TestcontainersRun", StackRoom.IMAGE, file.toString()))
                .containsExactly(
                        "web: true",
                        "cache by its alias: PONG",
                        "log: true",
                        "exec: Container.ExecResult(exitCode=3, stdout=salt/srv",
                        ", stderr=north",
                        ")",
                        "bind is read-only: true",
                        "copied out: salt",
                        "deleted: true",
                        "port: true",
                        "healthy: true",
                        "once: [err, out]",
                        "composed: true",
                        "scaled: true",
                        "left: true");
        List<String> left =
                room.docker("ps", "-q", "--filter", "label=left=yes").lines().toList();
        assumeThat(left).as("the reaper was faster than this test").isNotEmpty();
        CommandRoom.until("that the reaper has removed what was left", () -> {
            try {
                return room.leftovers().isEmpty();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }
}
