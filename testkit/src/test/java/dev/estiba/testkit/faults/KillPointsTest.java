package dev.estiba.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.faults.Place.Deed;
import dev.estiba.testkit.faults.Place.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at the system calls of create, run, start, exec and delete, of each process that they consist of. Whatever
 * was done by then: nobody of the container lives that the runtime does not know of, state and list say what the kernel
 * says, {@code delete --force} succeeds and leaves nothing, and the same command works then.
 *
 * <p>The short form takes every 11th call, from a place that the seed shifts; {@code ./dev test --long} takes all.
 */
@Tag("kernel")
class KillPointsTest {
    private static final int SHORT = 11;
    private static final long SEED =
            Long.getLong("estiba.seed", ProcessHandle.current().pid());
    private static final String GONE = "container does not exist\n";

    @TempDir
    private Path directory = Path.of("/");

    /** What is done before the kill, by whom, and after it. */
    private abstract static class Scene {
        final Place place;
        final String id;

        Scene(Place place) {
            this.place = place;
            this.id = place.newId();
        }

        abstract List<String> command();

        void before() throws IOException, InterruptedException {}

        /** Everything that must hold after the kill, the clean-up and the second try included. */
        abstract void after(Deed deed) throws IOException, InterruptedException;
    }

    private static int step() {
        return Boolean.getBoolean("estiba.long") ? 1 : SHORT;
    }

    /** Kills process {@code victim} at its calls, one after the other, until the command ends before. */
    private static void killAll(Scene scene, int victim) throws IOException, InterruptedException {
        int kills = 0;
        int at = 1 + Math.floorMod((int) SEED + victim, step());
        for (; ; at += step()) {
            scene.before();
            Deed deed;
            try {
                deed = scene.place.kill(Integer.toString(victim), victim, at, scene.command());
                scene.after(deed);
            } catch (AssertionError | IOException | RuntimeException e) {
                throw new AssertionError(
                        "process " + victim + " killed at its call " + at + " (seed " + SEED + "): " + e.getMessage(),
                        e);
            }
            if (!deed.killed()) {
                break;
            }
            kills++;
        }
        assertThat(kills).as("calls that process %d was killed at", victim).isGreaterThan(20 / step());
    }

    private static Scene creating(Place place, String... verb) throws IOException {
        return new Scene(place) {
            private final Bundle bundle = place.bundle(id);

            @Override
            List<String> command() {
                List<String> words = new ArrayList<>(List.of(verb));
                words.addAll(List.of("--bundle", bundle.directory().toString(), id));
                return place.command(words.toArray(String[]::new));
            }

            @Override
            void after(Deed deed) throws IOException, InterruptedException {
                truthful(place, id);
                place.run("delete", "--force", id).succeeds();
                assertThat(place.residueAfterAWhile(id)).isEmpty();
                if (deed.killed()) {
                    place.runProgram(command()).succeeds();
                    assertThat(status(place, id)).isEqualTo(verb[0].equals("create") ? "created" : "running");
                    place.run("delete", "--force", id).succeeds();
                }
            }
        };
    }

    @Test
    void createKilled() throws Exception {
        try (Place place = Place.open(directory)) {
            killAll(creating(place, "create"), 0);
        }
    }

    @Test
    void initKilledInCreate() throws Exception {
        try (Place place = Place.open(directory)) {
            killAll(creating(place, "create"), 1);
        }
    }

    @Test
    void detachedRunKilled() throws Exception {
        try (Place place = Place.open(directory)) {
            killAll(creating(place, "run", "--detach"), 0);
        }
    }

    /** Whoever has called create may die at any of its steps: create ends its work, and its container is known. */
    @Test
    void callerOfCreateKilled() throws Exception {
        try (Place place = Place.open(directory)) {
            Scene scene = creating(place, "create");
            // The second command keeps the shell from becoming the first one.
            List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", "\"$@\"; exit 3", "sh"));
            words.addAll(scene.command());
            int kills = 0;
            for (int at = 1 + Math.floorMod((int) SEED, step()); ; at += 4 * step()) {
                Deed deed = place.kill("0", 1, at, words);
                scene.after(deed);
                if (!deed.killed()) {
                    break;
                }
                assertThat(deed.result().status()).isEqualTo(128 + 9);
                kills++;
            }
            assertThat(kills).isGreaterThan(1);
        }
    }

    @Test
    void startKilled() throws Exception {
        try (Place place = Place.open(directory)) {
            killAll(
                    new Scene(place) {
                        private final Bundle bundle = place.bundle(id);

                        @Override
                        List<String> command() {
                            return place.command("start", id);
                        }

                        @Override
                        void before() throws IOException, InterruptedException {
                            place.run("create", "--bundle", bundle.directory().toString(), id)
                                    .succeeds();
                        }

                        @Override
                        void after(Deed deed) throws IOException, InterruptedException {
                            truthful(place, id);
                            if (status(place, id).equals("created")) {
                                place.runProgram(command()).succeeds();
                            }
                            assertThat(status(place, id)).isEqualTo("running");
                            place.run("delete", "--force", id).succeeds();
                            assertThat(place.residueAfterAWhile(id)).isEmpty();
                        }
                    },
                    0);
        }
    }

    @Test
    void deleteKilled() throws Exception {
        try (Place place = Place.open(directory)) {
            killAll(
                    new Scene(place) {
                        private final Bundle bundle = place.bundle(id);

                        @Override
                        List<String> command() {
                            return place.command("delete", "--force", id);
                        }

                        @Override
                        void before() throws IOException, InterruptedException {
                            place.run(
                                            "run",
                                            "--detach",
                                            "--bundle",
                                            bundle.directory().toString(),
                                            id)
                                    .succeeds();
                        }

                        @Override
                        void after(Deed deed) throws IOException, InterruptedException {
                            truthful(place, id);
                            place.runProgram(command()).succeeds();
                            assertThat(place.residueAfterAWhile(id)).isEmpty();
                        }
                    },
                    0);
        }
    }

    /** The runtime, the joiner and its successor; the container is the same one all the time, and nothing happens to it. */
    @Test
    void execKilled() throws Exception {
        try (Place place = Place.open(directory)) {
            String id = place.newId();
            place.run(
                            "run",
                            "--detach",
                            "--bundle",
                            place.bundle(id).directory().toString(),
                            id)
                    .succeeds();
            long init =
                    JsonObject.parse(place.run("state", id).succeeds().output()).number("pid");
            Path group = Files.list(Path.of("/sys/fs/cgroup/pids"))
                    .map(parent -> parent.resolve(id))
                    .filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow();
            for (int victim = 0; victim < 3; victim++) {
                killAll(execing(place, id, group, init), victim);
            }
        }
    }

    private static Scene execing(Place place, String running, Path group, long init) {
        return new Scene(place) {
            @Override
            List<String> command() {
                return place.command("exec", running, "/bin/probe", "true");
            }

            @Override
            void after(Deed deed) throws IOException, InterruptedException {
                for (int i = 0; i < 1000 && !onlyInit(); i++) {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                assertThat(Files.readAllLines(group.resolve("cgroup.procs"))).containsExactly(Long.toString(init));
                assertThat(Place.processes(running)).containsOnlyKeys(init);
                assertThat(status(place, running)).isEqualTo("running");
                Result again = place.runProgram(command()).succeeds();
                assertThat(again.output()).isEqualTo("{\"verb\":\"true\"}\n");
            }

            private boolean onlyInit() throws IOException {
                return Place.processes(running).keySet().equals(Set.of(init));
            }
        };
    }

    private static String status(Place place, String id) throws IOException, InterruptedException {
        return JsonObject.parse(place.run("state", id).succeeds().output()).text("status");
    }

    /** Asked again for two seconds, because who is killed takes its time to end. */
    private static void truthful(Place place, String id) throws IOException, InterruptedException {
        for (int i = 0; ; i++) {
            try {
                askOnce(place, id);
                return;
            } catch (AssertionError e) {
                if (i == 40) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    /** What state and list say is what there is, and nobody lives whom they do not tell of. */
    private static void askOnce(Place place, String id) throws IOException, InterruptedException {
        Result state = place.run("state", id);
        Result list = place.run("list", "--format", "json").succeeds();
        if (state.status() != 0) {
            assertThat(state.error()).isEqualTo(GONE);
            assertThat(list.output()).doesNotContain("\"status\":\"running\"", "\"status\":\"created\"");
            assertThat(Place.processes(id)).as("nobody is told of").isEmpty();
            return;
        }
        JsonObject json = JsonObject.parse(state.output());
        String told = json.text("status");
        assertThat(list.output()).contains("\"id\":\"" + id + "\"", "\"status\":\"" + told + "\"");
        if (told.equals("stopped")) {
            assertThat(Place.processes(id)).as("told to be stopped").isEmpty();
        } else {
            assertThat(told).isIn("created", "running");
            assertThat(Place.processes(id)).as("told to be %s", told).containsOnlyKeys(json.number("pid"));
        }
    }
}
