package dev.estiba.testkit.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.faults.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A program's exit code, all 256 of them, wherever it is told. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExitCodesKernelTest {
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

    /** All in the long form, else the edges: of a byte, of a signed one, and those that a shell or Docker's own use. */
    private static int[] some() {
        return TruthRoom.LONG ? IntStream.range(0, 256).toArray() : new int[] {0, 1, 124, 125, 126, 127, 128, 137, 255};
    }

    @Test
    void everyCodeOfARuntimesRun(@TempDir Path directory) throws Exception {
        try (Place place = Place.open(directory)) {
            String id = place.newId();
            Bundle bundle = place.bundle(id);
            for (int code = 0; code < 256; code++) {
                bundle.probe("exit", Integer.toString(code));
                Place.Result run =
                        place.run("run", "--bundle", bundle.directory().toString(), id);
                assertThat(run.error()).isEmpty();
                assertThat(run.status()).isEqualTo(code);
            }
        }
    }

    @Test
    void everyCodeOfARuntimesExec(@TempDir Path directory) throws Exception {
        try (Place place = Place.open(directory)) {
            Bundle bundle = place.bundle(place.newId());
            place.run("run", "--detach", "--bundle", bundle.directory().toString(), bundle.id())
                    .succeeds();
            for (int code = 0; code < 256; code++) {
                Place.Result exec = place.run("exec", bundle.id(), "/bin/probe", "exit", Integer.toString(code));
                assertThat(exec.error()).isEmpty();
                assertThat(exec.status()).isEqualTo(code);
            }
        }
    }

    @Test
    void runTellsAndInspectKeepsIt() throws Exception {
        for (int code : some()) {
            String name = "code" + code;
            Ended run = room.product.ran(List.of("--name", name), "sh", "-c", "exit " + code);
            assertThat(run.error()).isEmpty();
            assertThat(run.status()).isEqualTo(code);
            assertThat(room.product.asked(name, "{{.State.ExitCode}} {{.State.Status}} {{.State.OOMKilled}}"))
                    .isEqualTo(code + " exited false");
            room.succeeds("rm", name);
        }
    }

    @Test
    void waitTellsItBeforeAndAfterTheEnd() throws Exception {
        for (int code : some()) {
            String id = room.product.detached(List.of(), "sh", "-c", "sleep 0.1; exit " + code);
            assertThat(room.succeeds("wait", id).output()).isEqualTo(code + "\n");
            assertThat(room.succeeds("wait", id).output()).isEqualTo(code + "\n");
            room.succeeds("rm", id);
        }
    }

    @Test
    void anInitPassesItOnAndAnExecTellsIt() throws Exception {
        String id = room.product.detached(List.of(), "sleep", "1000");
        for (int code : some()) {
            Ended run = room.product.ran(List.of("--rm", "--init"), "sh", "-c", "exit " + code);
            assertThat(run.error()).isEmpty();
            assertThat(run.status()).isEqualTo(code);
            assertThat(room.bounded("exec", id, "sh", "-c", "exit " + code).status())
                    .isEqualTo(code);
        }
    }
}
