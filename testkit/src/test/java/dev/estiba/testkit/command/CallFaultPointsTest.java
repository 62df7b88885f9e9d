package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
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
 * What a whole {@code estiba run} and {@code estiba exec} lack, to their ends: at the system calls of the command itself, of
 * the monitors, and of who enters the container. Either the program's output and status come, exactly, or one line that
 * says why. How many calls are denied: {@link Denials}.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallFaultPointsTest {
    private static final String PROGRAM = "echo out; echo err >&2; exit 3";

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

    /** The denier's own words are on the output too. A command that finds no resident says so, and goes on. */
    private static void toTheEnd(Ended ended, String lack) {
        if (ended.status() == 3) {
            assertThat(ended.output()).contains("out\n");
            assertThat(ended.error()).matches("(estiba: .*going on with one of this call's own.*" + lack + "\n)?err\n");
        } else {
            Denials.saysWhy(ended, lack);
        }
    }

    private void run(Supplier<String> who) throws IOException, InterruptedException {
        List<String> words = room.run(List.of("--rm", "--name", "target"), "sh", "-c", PROGRAM);
        new Denials(room).each(who, words, (ended, lack) -> {
            toTheEnd(ended, lack);
            room.leavesNothing();
            assertThat(room.call("inspect", "target").status()).isEqualTo(1);
        });
    }

    @Test
    void ofARunsMonitor() throws Exception {
        run(new Denials(room).made(0));
    }

    @Test
    void ofARunsCommand() throws Exception {
        run(() -> "0");
    }

    private void exec(Supplier<String> who) throws IOException, InterruptedException {
        String id = room.detached(List.of("--name", "host"), "sleep", "1000");
        new Denials(room).each(who, List.of("exec", id, "sh", "-c", PROGRAM), (ended, lack) -> {
            toTheEnd(ended, lack);
            ExecLeftovers.none(room, id);
        });
    }

    @Test
    void ofAnExecsCommand() throws Exception {
        exec(() -> "0");
    }

    /** Its monitor, who walks, who joins, and the program's process. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void ofWhoMakesAnExec(int process) throws Exception {
        exec(new Denials(room).made(process));
    }
}
