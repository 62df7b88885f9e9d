package dev.estiba.testkit.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.faults.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that not even SIGKILL ends before its disk answers: who is to end its container says so in bounded time, and does it
 * when the disk has answered.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UninterruptibleKernelTest {
    private static final String WHY =
            "process \\d+ \\(\\w+\\) is in uninterruptible sleep \\(state D\\)( in \\w+)?; it ends when what it waits for has come: try again then\n";

    private Disk disk;
    private TruthRoom room;

    @BeforeAll
    void open(@TempDir Path place, @TempDir Path other) throws IOException, InterruptedException {
        disk = Disk.make(other);
        room = TruthRoom.open(place);
    }

    @AfterEach
    void leavesNothing() throws IOException, InterruptedException {
        disk.thaw();
        room.clear();
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        try {
            if (room != null) {
                room.close();
            }
        } finally {
            if (disk != null) {
                disk.close();
            }
        }
    }

    private static void untilOneWaits(long pid) throws InterruptedException {
        CommandRoom.until("that one of " + pid + " waits for the disk", () -> {
            try {
                return state(pid) == 'D' || TruthRoom.children(pid).containsValue('D');
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static char state(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo > /data/file; sleep 1000", "(echo > /data/file) & sleep 1000"})
    void isSaidByStopAndRm(String program) throws Exception {
        disk.freeze();
        String id = room.product.detached(List.of("-v", disk.path() + ":/data"), "sh", "-c", program);
        untilOneWaits(room.pid(id));
        assertThat(room.succeeds("ps", "--no-trunc").output()).contains(id);
        room.succeeds("exec", id, "true");
        Ended stop = room.bounded("stop", "-t", "0", id);
        assertThat(stop.status()).isEqualTo(1);
        assertThat(stop.error())
                .matches("estiba: cannot stop container: " + id
                        + ": tried to kill container, but did not receive an exit event: " + WHY);
        assertThat(room.product.asked(id, "{{.State.Status}} {{.State.ExitCode}}"))
                .isEqualTo("running 0");
        room.succeeds("kill", id);
        Ended removed = room.bounded("rm", "-f", id);
        assertThat(removed.status()).isEqualTo(1);
        assertThat(removed.error()).matches("estiba: could not kill container " + id + ": .*" + WHY);
        assertThat(room.succeeds("ps", "-q", "--no-trunc").output()).contains(id);
        disk.thaw();
        assertThat(room.succeeds("wait", id).output()).isEqualTo("137\n");
        room.succeeds("rm", "-f", id);
    }

    @Test
    void isSaidByTheRuntimesDelete(@TempDir Path directory) throws Exception {
        try (Place place = Place.open(directory)) {
            Bundle bundle = place.bundle(place.newId())
                    .probe("forked", "create", "/data/runtime", "--", "sleep", "1000")
                    .edit(config -> config.add(
                            "mounts",
                            JsonObject.parse("{}")
                                    .put("type", "bind")
                                    .put("source", disk.path().toString())
                                    .put("destination", "/data")
                                    .put("options", List.of("rbind"))));
            String id = bundle.id();
            disk.freeze();
            place.run("run", "--detach", "--bundle", bundle.directory().toString(), id)
                    .succeeds();
            untilOneWaits(
                    JsonObject.parse(place.run("state", id).succeeds().output()).number("pid"));
            place.run("kill", id, "KILL").succeeds();
            Place.Result delete = place.run("delete", "--force", id);
            assertThat(delete.status()).isEqualTo(1);
            assertThat(delete.error())
                    .matches("container " + id + " still has processes 10 seconds after it was killed: " + WHY);
            assertThat(JsonObject.parse(place.run("state", id).succeeds().output())
                            .text("status"))
                    .isEqualTo("running");
            place.run("delete", id).fails("cannot delete container " + id + " that is not stopped: running");
            disk.thaw();
            place.run("delete", "--force", id).succeeds();
            assertThat(place.residueAfterAWhile(id)).isEmpty();
        } finally {
            disk.thaw();
        }
    }
}
