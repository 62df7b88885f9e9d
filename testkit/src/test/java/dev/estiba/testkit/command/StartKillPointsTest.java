package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.faults.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at the system calls of a start and of an exec, of each process that they consist of: the monitor, who walks the
 * plan, and who becomes the container's process. Whatever was done by then: the command ends, ps and inspect answer,
 * {@code rm -f} leaves nothing, and the same name can be used again.
 *
 * <p>The short form takes every 31st call, from a place that the seed shifts; {@code ./dev test --long} takes all.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartKillPointsTest {
    private static final int SHORT = 31;
    /** No process of these makes fewer calls. */
    private static final int FEWEST = 20;

    private static final long SEED =
            Long.getLong("estiba.seed", ProcessHandle.current().pid());

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

    /** What the stalker saw. */
    private record Deed(Ended call, boolean killed) {}

    private Deed kill(int victim, int at, String... words) throws IOException, InterruptedException {
        assertThat(room.call("ps").status()).isZero(); // the resident is there
        List<String> stalker = List.of(
                Place.tool("stalker").toString(),
                Long.toString(room.room().onlyJvm().pid()),
                Integer.toString(victim),
                Integer.toString(at));
        Ended ended = CommandRoom.end(room.room().begin(stalker, "exec \"$@\"", words));
        assertThat(ended.error()).doesNotContain("stalker:", "Exception");
        return new Deed(
                ended, ended.output().contains("\nkilled ") || ended.output().startsWith("killed "));
    }

    private interface Check {
        void after(Deed deed) throws IOException, InterruptedException;
    }

    private void killAll(int victim, Check check, String... words) throws IOException, InterruptedException {
        int kills = 0;
        for (int at = 1 + Math.floorMod((int) SEED + victim, Math.min(step(), FEWEST)); ; at += step()) {
            Deed deed;
            try {
                deed = kill(victim, at, words);
                check.after(deed);
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
        assertThat(kills).as("calls that process %d was killed at", victim).isPositive();
    }

    private void knowAll() throws IOException, InterruptedException {
        Ended all = room.call("ps", "-aq", "--no-trunc");
        assertThat(all.error()).isEmpty();
        assertThat(all.status()).isZero();
        all.output().lines().forEach(room::know);
    }

    private void startKilled(int victim, String... options) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("-d", "--name", "target"));
        all.addAll(List.of(options));
        String[] words = room.run(all, "sleep", "1000").toArray(String[]::new);
        killAll(
                victim,
                deed -> {
                    knowAll();
                    if (deed.call().status() != 0) {
                        assertThat(deed.call().status()).as(deed.call().error()).isIn(125, 126, 127);
                        assertThat(deed.call().error()).startsWith("estiba: ").hasLineCount(1);
                    }
                    if (room.call("rm", "-f", "target").status() != 0) {
                        assertThat(room.call("inspect", "target").status())
                                .as("neither removed nor gone")
                                .isEqualTo(1);
                    }
                    room.leavesNothing();
                    Ended again = room.call(words);
                    assertThat(again.status())
                            .as("a second try: %s", again.error())
                            .isZero();
                    room.know(again.output());
                    assertThat(room.call("exec", "target", "sh", "-c", "exit 3").status())
                            .isEqualTo(3);
                    assertThat(room.call("rm", "-f", "target").status()).isZero();
                    room.leavesNothing();
                },
                words);
    }

    @Test
    void monitorKilledInAStart() throws Exception {
        startKilled(0);
    }

    @Test
    void walkerKilledInAStart() throws Exception {
        startKilled(1);
    }

    @Test
    void initKilledInAStart() throws Exception {
        startKilled(2);
    }

    @Test
    void initKilledInAStartOfATerminalThatIsRemovedAtItsEnd() throws Exception {
        startKilled(2, "-t", "--rm");
    }

    /** The monitor, who walks, who joins, and its successor: the container is the same one all the time. */
    @Test
    void execKilled() throws Exception {
        String id = room.detached(List.of("--name", "host"), "sleep", "1000");
        for (int victim = 0; victim < 4; victim++) {
            killAll(
                    victim,
                    deed -> {
                        ExecLeftovers.none(room, id);
                        assertThat(room.call("exec", id, "sh", "-c", "exit 3").status())
                                .isEqualTo(3);
                    },
                    "exec",
                    id,
                    "true");
        }
        assertThat(room.call("rm", "-f", id).status()).isZero();
        room.leavesNothing();
    }
}
