package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
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
 * What {@code estiba run} lacks at the system calls of the monitor, of who walks the plan, of who becomes the container's
 * process, and of the command itself. The command ends with one line that says why, {@code rm -f} leaves nothing, and the
 * same name can be used again. How many calls are denied: {@link Denials}.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartFaultPointsTest {
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

    private void startDenied(int process) throws IOException, InterruptedException {
        List<String> words = room.run(List.of("-d", "--name", "target"), "sleep", "1000");
        Denials denials = new Denials(room);
        denials.each(denials.made(process), words, (ended, lack) -> check(ended, lack, words));
    }

    private void check(Ended ended, String lack, List<String> words) throws IOException, InterruptedException {
        Ended all = room.call("ps", "-aq", "--no-trunc");
        assertThat(all.error()).isEmpty();
        all.output().lines().forEach(room::know);
        if (ended.status() == 0) {
            assertThat(room.call("exec", "target", "true").status()).isZero();
        } else {
            Denials.saysWhy(ended, lack);
        }
        if (room.call("rm", "-f", "target").status() != 0) {
            assertThat(room.call("inspect", "target").status()).isEqualTo(1);
        }
        room.leavesNothing();
        Ended again = room.call(words.toArray(String[]::new));
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
