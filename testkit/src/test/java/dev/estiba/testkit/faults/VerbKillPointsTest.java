package dev.estiba.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.faults.Place.Deed;
import dev.estiba.testkit.faults.Place.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at the system calls of what is done to a container that is there, of a foreground run, and of an init between
 * its gate and its program: the same command works then, and {@code delete --force} leaves nothing.
 *
 * <p>The short form takes every 13th call; {@code ./dev test --long} takes all.
 */
@Tag("kernel")
class VerbKillPointsTest {
    private static final int SHORT = 13;
    private static final int FEWEST = 10;
    private static final long SEED =
            Long.getLong("estiba.seed", ProcessHandle.current().pid());

    @TempDir
    private Path directory = Path.of("/");

    private static int step() {
        return Boolean.getBoolean("estiba.long") ? 1 : SHORT;
    }

    private interface Blow {
        /** @return whether somebody was killed */
        boolean at(int call) throws IOException, InterruptedException;
    }

    private static void all(Blow blow) throws IOException, InterruptedException {
        int kills = 0;
        for (int at = 1 + Math.floorMod((int) SEED, Math.min(step(), FEWEST)); ; at += step()) {
            try {
                if (!blow.at(at)) {
                    break;
                }
            } catch (AssertionError | IOException | RuntimeException e) {
                throw new AssertionError("killed at call " + at + " (seed " + SEED + "): " + e.getMessage(), e);
            }
            kills++;
        }
        assertThat(kills).as("kills").isPositive();
    }

    private static String status(Place place, String id) throws IOException, InterruptedException {
        return JsonObject.parse(place.run("state", id).succeeds().output()).text("status");
    }

    private static void gone(Place place, String id) throws IOException, InterruptedException {
        place.run("delete", "--force", id).succeeds();
        assertThat(place.residueAfterAWhile(id)).isEmpty();
    }

    private static String running(Place place) throws IOException, InterruptedException {
        String id = place.newId();
        place.run("run", "--detach", "--bundle", place.bundle(id).directory().toString(), id)
                .succeeds();
        return id;
    }

    /** A container that runs, a verb that is killed, and the same verb again. */
    private void verb(String before, String after, String... words) throws Exception {
        try (Place place = Place.open(directory)) {
            String id = running(place);
            all(at -> {
                if (!before.isEmpty()) {
                    place.run(before, id);
                }
                List<String> command = command(place, id, words);
                Deed deed = place.kill("0", 0, at, command);
                assertThat(status(place, id)).isIn("running", "paused");
                Result again = place.runProgram(command);
                // Who was killed may have done it already: then there is nothing left to do, and that is said.
                assertThat(again.status()).as(again.error()).isIn(0, 1);
                assertThat(status(place, id)).isEqualTo(after);
                return deed.killed();
            });
            gone(place, id);
        }
    }

    private static List<String> command(Place place, String id, String... words) {
        String[] all = words.clone();
        for (int i = 0; i < all.length; i++) {
            all[i] = all[i].equals("ID") ? id : all[i];
        }
        return place.command(all);
    }

    @Test
    void pauseKilled() throws Exception {
        verb("resume", "paused", "pause", "ID");
    }

    @Test
    void resumeKilled() throws Exception {
        verb("pause", "running", "resume", "ID");
    }

    @Test
    void updateKilled() throws Exception {
        verb("", "running", "update", "--memory", "67108864", "--pids-limit", "77", "ID");
    }

    /** A signal that its program ignores: the container is the same one all the time. */
    @Test
    void killKilled() throws Exception {
        verb("", "running", "kill", "ID", "WINCH");
    }

    @Test
    void foregroundRunKilled() throws Exception {
        try (Place place = Place.open(directory)) {
            String id = place.newId();
            Path bundle = place.bundle(id).probe("true").directory();
            List<String> command = place.command("run", "--bundle", bundle.toString(), id);
            all(at -> {
                Deed deed = place.kill("0", 0, at, command);
                gone(place, id);
                assertThat(place.runProgram(command).succeeds().output()).isEqualTo("{\"verb\":\"true\"}\n");
                assertThat(place.residueAfterAWhile(id)).isEmpty();
                return deed.killed();
            });
        }
    }

    /** It waits behind its gate, and is killed while start opens it. */
    @Test
    void initKilledInStart() throws Exception {
        try (Place place = Place.open(directory)) {
            String id = place.newId();
            String bundle = place.bundle(id).directory().toString();
            all(at -> {
                place.run("create", "--bundle", bundle, id).succeeds();
                long init = JsonObject.parse(place.run("state", id).succeeds().output())
                        .number("pid");
                Deed deed = place.kill("pid:" + init, 0, at, place.command("start", id));
                if (deed.killed()) {
                    assertThat(status(place, id)).isEqualTo("stopped");
                }
                gone(place, id);
                return deed.killed();
            });
        }
    }
}
