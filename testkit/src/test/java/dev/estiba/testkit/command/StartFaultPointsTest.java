package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.faults.Denier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A full disk, no descriptor, no memory, no pid at the system calls of {@code estiba run}: of the monitor, of who walks the
 * plan, and of who becomes the container's process. The command ends with one line that says why,
 * {@code rm -f} leaves nothing, and the same name can be used again.
 *
 * <p>The short form takes every 31st call that can fail so; {@code ./dev test --long} takes all.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartFaultPointsTest {
    private static final int SHORT = 31;
    private static final long SEED = Long.getLong("estiba.seed", 1);
    private static final Map<Integer, String> LACKS = Map.of(
            28, "no space left on device",
            24, "too many open files",
            12, "cannot allocate memory",
            11, "resource temporarily unavailable");

    private ProductRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws IOException {
        room = ProductRoom.open(place);
    }

    @AfterEach
    void clear() throws IOException, InterruptedException {
        room.clear();
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        if (room != null) {
            room.close();
        }
    }

    private static int step() {
        return Boolean.getBoolean("estiba.long") ? 1 : SHORT;
    }

    private void startDenied(int process) throws IOException, InterruptedException {
        String[] words =
                room.run(List.of("-d", "--name", "target"), "sleep", "1000").toArray(String[]::new);
        int denials = 0;
        for (int errno : LACKS.keySet().stream().sorted().toList()) {
            for (int at = 1 + Math.floorMod((int) SEED, Math.min(step(), 9)); ; at += step()) {
                assertThat(room.call("ps").status()).isZero(); // the resident is there
                String who = room.room().onlyJvm().pid() + "/" + process;
                Ended ended = CommandRoom.end(room.room().begin(Denier.words(errno, who, at), "exec \"$@\"", words));
                Optional<String> call = Denier.call(ended.output());
                String where = "errno " + errno + " at call " + at + " of " + who + " (seed " + SEED + "): "
                        + call.orElse("no call") + ": " + ended.error();
                try {
                    check(errno, ended, words);
                } catch (AssertionError | IOException | RuntimeException e) {
                    throw new AssertionError(where + e.getMessage(), e);
                }
                if (call.isEmpty()) {
                    break;
                }
                denials++;
            }
        }
        assertThat(denials).as("calls that were denied").isPositive();
    }

    private void check(int errno, Ended ended, String... words) throws IOException, InterruptedException {
        Ended all = room.call("ps", "-aq", "--no-trunc");
        assertThat(all.error()).isEmpty();
        all.output().lines().forEach(room::know);
        if (ended.status() == 0) {
            assertThat(room.call("exec", "target", "true").status()).isZero();
        } else {
            assertThat(ended.status()).isIn(125, 126, 127);
            assertThat(ended.error()).startsWith("estiba: ").hasLineCount(1);
            assertThat(ended.error().toLowerCase(Locale.ROOT)).contains(LACKS.get(errno));
        }
        if (room.call("rm", "-f", "target").status() != 0) {
            assertThat(room.call("inspect", "target").status()).isEqualTo(1);
        }
        room.leavesNothing();
        Ended again = room.call(words);
        assertThat(again.status()).as("a second try: %s", again.error()).isZero();
        room.know(again.output());
        assertThat(room.call("rm", "-f", "target").status()).isZero();
        room.leavesNothing();
    }

    @Test
    void ofTheMonitor() throws Exception {
        startDenied(0);
    }

    @Test
    void ofWhoWalks() throws Exception {
        startDenied(1);
    }

    @Test
    void ofInit() throws Exception {
        startDenied(2);
    }
}
