package dev.estiba.testkit.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.command.CommandRoom;
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

/**
 * That memory lacked is told exactly when the kernel has ended a process of the container for it. A child counts, also when the
 * first process goes on and ends well: Docker's daemon sets OOMKilled at each such event of a container, whoever was ended.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutOfMemoryKernelTest {
    private static final String ALL = "{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}";

    private TruthRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws IOException {
        room = TruthRoom.open(place);
    }

    @AfterEach
    void leavesNothing() throws IOException, InterruptedException {
        room.clear();
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        if (room != null) {
            room.close();
        }
    }

    /** Half of them by the kernel, half of them with the same status by themselves or by a person. */
    @Test
    void inEachOfAThousandAndInNoOther() throws Exception {
        for (int i = 0; i < (TruthRoom.LONG ? 1000 : 20); i++) {
            String[] command = switch (i % 4) {
                case 0 -> new String[] {"probe", "memhog", "64"};
                case 1 -> new String[] {"sh", "-c", "probe memhog 64; exit 0"};
                case 2 -> new String[] {"sh", "-c", "exit 137"};
                default -> new String[] {"sleep", "1000"};
            };
            String id = room.product.detached(List.of("--memory", "8m"), command);
            if (i % 4 == 3) {
                room.succeeds("kill", id);
            }
            String code = i % 4 == 1 ? "0" : "137";
            assertThat(room.succeeds("wait", id).output()).as("container %d", i).isEqualTo(code + "\n");
            assertThat(room.product.asked(id, ALL))
                    .as("container %d", i)
                    .isEqualTo("exited " + code + " " + (i % 4 < 2));
            room.succeeds("rm", id);
        }
    }

    @Test
    void whileItRunsAsSoonAsAChildWasEnded() throws Exception {
        String id = room.product.detached(List.of("--memory", "8m"), "sleep", "1000");
        assertThat(room.product.asked(id, ALL)).isEqualTo("running 0 false");
        assertThat(room.bounded("exec", id, "probe", "memhog", "64").status()).isEqualTo(137);
        assertThat(room.product.asked(id, ALL)).isEqualTo("running 0 true");
        room.succeeds("stop", "-t", "0", id);
        assertThat(room.product.asked(id, ALL)).isEqualTo("exited 137 true");
        room.succeeds("start", id);
        assertThat(room.product.asked(id, ALL)).as("the next run").isEqualTo("running 0 false");
    }

    /** What memory there is, is not asked of a person's signal to a child. */
    @Test
    void notOfAChildThatAPersonHasEnded() throws Exception {
        String id = room.product.detached(List.of("--memory", "8m"), "sh", "-c", "sleep 1000; exit 137");
        CommandRoom.until("that there is a child", () -> {
            try {
                return TruthRoom.children(room.pid(id)).size() == 1;
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        long child = TruthRoom.children(room.pid(id)).keySet().iterator().next();
        ProcessHandle.of(child).orElseThrow().destroyForcibly();
        assertThat(room.succeeds("wait", id).output()).isEqualTo("137\n");
        assertThat(room.product.asked(id, ALL)).isEqualTo("exited 137 false");
    }

    @Test
    void theRuntimesEventsTellIt(@TempDir Path directory) throws Exception {
        try (Place place = Place.open(directory)) {
            String id = place.newId();
            Bundle bundle = place.bundle(id).edit(config -> config.put("linux.resources.memory.limit", 16L << 20));
            place.run("run", "--detach", "--bundle", bundle.directory().toString(), id)
                    .succeeds();
            Place.Begun events = place.begin(place.command("events", "--interval", "1s", id));
            CommandRoom.until("the first statistics", () -> has(events, "\"type\":\"stats\""));
            assertThat(has(events, "\"type\":\"oom\"")).isFalse();
            assertThat(place.run("exec", id, "/bin/probe", "exit", "137").status())
                    .isEqualTo(137);
            assertThat(has(events, "\"type\":\"oom\"")).isFalse();
            assertThat(place.run("exec", id, "/bin/probe", "memhog", "64").status())
                    .isEqualTo(137);
            CommandRoom.until("the event", () -> has(events, "{\"type\":\"oom\",\"id\":\"" + id + "\"}"));
            place.run("kill", id, "KILL").succeeds();
            place.end(events).succeeds();
        }
    }

    private static boolean has(Place.Begun events, String text) {
        try {
            return Files.readString(events.output()).contains(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
