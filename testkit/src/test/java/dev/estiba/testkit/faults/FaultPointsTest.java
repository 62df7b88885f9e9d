package dev.estiba.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.faults.Denier.Denied;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A full disk, no descriptor, no memory, no pid: at the system calls of create, run, start, exec, update, pause, kill and
 * delete, of each process that they consist of. The command then says in one line what it could not do and why, and leaves
 * nothing; the same command works when there is room again. What it can do without is in {@link PassedDenials}.
 *
 * <p>The short form takes every 11th call that can fail so, from a place that estiba.seed shifts; {@code ./dev test --long}
 * takes all.
 */
@Tag("kernel")
class FaultPointsTest {
    private static final int SHORT = 11;
    private static final long SEED = Long.getLong("estiba.seed", 1);

    @TempDir
    private Path directory = Path.of("/");

    private static int step() {
        return Boolean.getBoolean("estiba.long") ? 1 : SHORT;
    }

    private interface Who {
        String of(DenialScene scene) throws IOException, InterruptedException;
    }

    private static void denyAll(DenialScene scene, Who who, Lack... lacks) throws IOException, InterruptedException {
        int denials = 0;
        for (Lack lack : lacks) {
            for (int at = 1 + Math.floorMod((int) SEED, step()); ; at += step()) {
                scene.place.run("list").succeeds(); // a resident is there: its birth is BirthTest's subject
                scene.before();
                String process = who.of(scene);
                Denied denied = Denier.deny(scene.place, lack, process, at, scene.command());
                String where = lack + " at call " + at + " of process " + process + " (seed " + SEED + "): "
                        + denied.call().orElse("no call") + ": "
                        + denied.result().error();
                try {
                    check(scene, lack, denied);
                } catch (AssertionError | IOException | RuntimeException e) {
                    throw new AssertionError(where + e.getMessage(), e);
                }
                if (denied.call().isEmpty()) {
                    break;
                }
                denials++;
            }
        }
        if (step() == 1) {
            assertThat(denials).as("calls that were denied").isPositive();
        }
    }

    private static void check(DenialScene scene, Lack lack, Denied denied) throws IOException, InterruptedException {
        Place.Result result = denied.result();
        if (denied.call().isEmpty()) {
            assertThat(result.status()).isZero();
        }
        if (result.status() == 0) {
            assertThat(denied.call().map(scene::passes).orElse(true))
                    .as("it succeeded; is that call one that it can do without?")
                    .isTrue();
            scene.succeeded(result);
            return;
        }
        assertThat(result.error()).startsWith(scene.prefix()).contains(lack.words());
        assertThat(result.error().lines().count()).isEqualTo(1);
        scene.failed(result);
    }

    @ParameterizedTest
    @EnumSource(Lack.class)
    void create(Lack lack) throws Exception {
        try (Place place = Place.open(directory)) {
            denyAll(DenialScene.making(place, "created", "create"), scene -> "0", lack);
        }
    }

    @ParameterizedTest
    @EnumSource(Lack.class)
    void initOfCreate(Lack lack) throws Exception {
        try (Place place = Place.open(directory)) {
            denyAll(DenialScene.making(place, "created", "create"), scene -> "1", lack);
        }
    }

    @Test
    void detachedRun() throws Exception {
        try (Place place = Place.open(directory)) {
            DenialScene scene = DenialScene.making(place, "running", "run", "--detach");
            denyAll(scene, each -> "0", Lack.values());
            denyAll(scene, each -> "1", Lack.EMFILE, Lack.EAGAIN);
        }
    }

    @Test
    void foregroundRun() throws Exception {
        try (Place place = Place.open(directory)) {
            denyAll(DenialScene.foreground(place), scene -> "0", Lack.values());
        }
    }

    @Test
    void start() throws Exception {
        try (Place place = Place.open(directory)) {
            denyAll(DenialScene.starting(place, false), scene -> "0", Lack.values());
        }
    }

    /** From its gate to its program. */
    @Test
    void initOfStart() throws Exception {
        try (Place place = Place.open(directory)) {
            denyAll(
                    DenialScene.starting(place, true),
                    scene -> "pid:" + scene.pid(),
                    Lack.EMFILE,
                    Lack.ENOMEM,
                    Lack.EAGAIN);
        }
    }

    /** The runtime, the joiner and its successor. */
    @Test
    void exec() throws Exception {
        try (Place place = Place.open(directory)) {
            DenialScene scene =
                    DenialScene.at(place, "exec failed: ", "running", "", "exec", "ID", "/bin/probe", "true");
            for (String process : new String[] {"0", "1", "2"}) {
                denyAll(scene, each -> process, Lack.values());
            }
        }
    }

    @Test
    void delete() throws Exception {
        try (Place place = Place.open(directory)) {
            denyAll(DenialScene.deleting(place), scene -> "0", Lack.values());
        }
    }

    @Test
    void update() throws Exception {
        try (Place place = Place.open(directory)) {
            denyAll(
                    DenialScene.at(
                            place, "", "running", "", "update", "--memory", "67108864", "--pids-limit", "77", "ID"),
                    scene -> "0",
                    Lack.values());
        }
    }

    @Test
    void pauseKillAndQuestions() throws Exception {
        try (Place place = Place.open(directory)) {
            denyAll(DenialScene.at(place, "", "paused", "resume", "pause", "ID"), scene -> "0", Lack.values());
            for (String[] verb : Stream.of("kill ID WINCH", "state ID", "list", "ps ID")
                    .map(words -> words.split(" "))
                    .toList()) {
                denyAll(
                        DenialScene.at(place, "", "running", "", verb),
                        scene -> "0",
                        Lack.ENOSPC,
                        Lack.EMFILE,
                        Lack.ENOMEM);
            }
        }
    }
}
