package dev.estiba.testkit.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.faults.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A container that stands still, by {@code pause} or by somebody's hand, is said to, and nothing that is done to it hangs. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrozenKernelTest {
    private static final int ROUNDS = 5;

    private static final Path FREEZER = Path.of("/sys/fs/cgroup/freezer");

    private TruthRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws IOException {
        assumeTrue(Files.isDirectory(FREEZER), "the freezer of version 1 is not on this machine");
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

    /**
     * freezer-subsystem.rst: FREEZING until the last process stands still. A group whose processes fork all the time may
     * stay there; who freezes one by hand thaws it then for a moment and asks again, as runc and we do.
     */
    private static void write(Path group, String state) throws IOException, InterruptedException {
        Path file = group.resolve("freezer.state");
        for (int i = 0; i < 1_000 && !Files.readString(file).strip().equals(state); i++) {
            if (i % 50 == 49) {
                Files.writeString(file, "THAWED");
            }
            Files.writeString(file, state);
            Thread.sleep(10);
        }
        assertThat(Files.readString(file).strip()).isEqualTo(state);
    }

    private String frozen(String how) throws IOException, InterruptedException {
        String id = room.product.detached(
                List.of(), "sh", "-c", "trap 'exit 7' TERM; echo trapped; while :; do sleep 0.05; done");
        for (int i = 0; i < 500 && !room.succeeds("logs", id).output().contains("trapped"); i++) {
            Thread.sleep(10); // a first process without a handler has its signals dropped
        }
        if (how.equals("by pause")) {
            room.succeeds("pause", id);
        } else {
            write(FREEZER.resolve("estiba").resolve(id), "FROZEN");
        }
        return id;
    }

    @ParameterizedTest
    @ValueSource(strings = {"by pause", "by hand"})
    void isSaidToBePausedAndTakesNoExec(String how) throws Exception {
        String id = frozen(how);
        assertThat(room.product.asked(id, "{{.State.Status}} {{.State.Paused}} {{.State.Running}}"))
                .isEqualTo("paused true true");
        assertThat(room.succeeds("ps", "--no-trunc").output()).contains(id).contains("(Paused)");
        Ended exec = room.bounded("exec", id, "true");
        assertThat(exec.status()).isEqualTo(1);
        assertThat(exec.error()).contains("is paused, unpause the container before exec");
        assertThat(room.succeeds("top", id).output()).contains("sleep 0.05");
        Ended removed = room.bounded("rm", id);
        assertThat(removed.status()).isEqualTo(1);
        assertThat(removed.error()).contains("container is paused");
        room.succeeds("unpause", id);
        assertThat(room.product.asked(id, "{{.State.Status}}")).isEqualTo("running");
    }

    @ParameterizedTest
    @ValueSource(strings = {"by pause", "by hand"})
    void isStoppedByItsSignal(String how) throws Exception {
        for (int round = 0; round < ROUNDS; round++) { // it ends, and its group goes, while it still is being thawed
            String id = frozen(how);
            room.succeeds("stop", "-t", "30", id);
            assertThat(room.product.asked(id, "{{.State.Status}} {{.State.ExitCode}}"))
                    .isEqualTo("exited 7");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"by pause", "by hand"})
    void isKilledAndRemoved(String how) throws Exception {
        String id = frozen(how);
        room.succeeds("kill", id);
        assertThat(room.succeeds("wait", id).output()).isEqualTo("137\n");
        room.succeeds("rm", "-f", frozen(how));
    }

    @Test
    void theRuntimeSaysSoAndEndsIt(@TempDir Path directory) throws Exception {
        try (Place place = Place.open(directory)) {
            for (String end : List.of("kill", "delete")) {
                Bundle bundle = running(place);
                write(FREEZER.resolve(group(bundle)), "FROZEN");
                assertThat(status(place, bundle)).isEqualTo("paused");
                Place.Result exec = place.run("exec", bundle.id(), "/bin/probe", "true");
                assertThat(exec.error())
                        .isEqualTo(
                                "exec failed: cannot exec in a paused container (use --ignore-paused to override)\n");
                assertThat(exec.status()).isEqualTo(255);
                if (end.equals("kill")) {
                    place.run("kill", bundle.id(), "KILL").succeeds();
                    for (int i = 0; i < 500 && !status(place, bundle).equals("stopped"); i++) {
                        Thread.sleep(10);
                    }
                    place.run("delete", bundle.id()).succeeds();
                } else {
                    place.run("delete", "--force", bundle.id()).succeeds();
                }
                assertThat(place.residueAfterAWhile(bundle.id())).isEmpty();
            }
        }
    }

    /** To thaw the container's own group is no help, and no other group is anybody's to thaw. */
    @Test
    void whoIsFrozenFromAboveIsSaidToBe(@TempDir Path directory) throws Exception {
        try (Place place = Place.open(directory)) {
            Bundle bundle = running(place);
            Path group = FREEZER.resolve(group(bundle));
            Path above = Objects.requireNonNull(group.getParent());
            write(above, "FROZEN");
            try {
                assertThat(status(place, bundle)).isEqualTo("paused");
                place.run("kill", bundle.id(), "KILL").succeeds();
                place.run("delete", "--force", bundle.id())
                        .fails("container " + bundle.id() + " still has processes 10 seconds after it was killed:"
                                + " its processes are frozen by the cgroup " + group
                                + " or one above it: thaw that, and try again");
            } finally {
                write(above, "THAWED");
            }
            place.run("delete", "--force", bundle.id()).succeeds();
            assertThat(place.residueAfterAWhile(bundle.id())).isEmpty();
        }
    }

    private static Bundle running(Place place) throws IOException, InterruptedException {
        Bundle bundle = place.bundle(place.newId());
        place.run("run", "--detach", "--bundle", bundle.directory().toString(), bundle.id())
                .succeeds();
        return bundle;
    }

    private static String group(Bundle bundle) throws IOException {
        return bundle.cgroup().substring(1);
    }

    private static String status(Place place, Bundle bundle) throws IOException, InterruptedException {
        return JsonObject.parse(place.run("state", bundle.id()).succeeds().output())
                .text("status");
    }
}
