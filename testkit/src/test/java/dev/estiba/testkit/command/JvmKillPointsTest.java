package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command's JVM is killed at random moments of a run, a stop and a removal. The next call has another JVM, which knows
 * what there is, removes it, and runs the same name again.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JvmKillPointsTest {
    private static final long SEED = Long.getLong("estiba.seed", System.nanoTime());

    private final Random random = new Random(SEED);
    private ProductRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws IOException {
        room = ProductRoom.open(place);
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        if (room != null) {
            room.clear();
            room.close();
        }
    }

    private static int rounds() {
        return Boolean.getBoolean("estiba.long") ? 200 : 6;
    }

    /** Kills the JVM within the time that the call takes, which grows with the rounds that find it done. */
    private Ended killedWithin(long micros, String... words) throws IOException, InterruptedException {
        assertThat(room.call("ps").status()).isZero();
        ProcessHandle jvm = room.room().onlyJvm();
        Process call = room.room().begin("exec \"$@\"", words);
        TimeUnit.MICROSECONDS.sleep(random.nextLong(micros));
        CommandRoom.signal(jvm, "KILL");
        CommandRoom.until("its end", () -> CommandRoom.state(jvm) == 'Z');
        Ended ended = CommandRoom.end(call);
        assertThat(ended.error()).as("seed %d", SEED).doesNotContain("Exception");
        return ended;
    }

    private void nothingIsLeftAndTheNameIsFree(String... again) throws IOException, InterruptedException {
        Ended all = room.call("ps", "-aq", "--no-trunc");
        assertThat(all.status()).as(all.error()).isZero();
        all.output().lines().forEach(room::know);
        Ended removed = room.call("rm", "-f", "target");
        if (removed.status() != 0) {
            assertThat(removed.error()).contains("No such container");
        }
        room.leavesNothing();
        Ended second = room.call(again);
        assertThat(second.status())
                .as("a second try: %s (seed %d)", second.error(), SEED)
                .isZero();
        room.know(second.output());
        assertThat(room.call("rm", "-f", "target").status()).isZero();
        room.leavesNothing();
    }

    private String[] starting(String... options) {
        List<String> all = new ArrayList<>(List.of("-d", "--name", "target"));
        all.addAll(List.of(options));
        return room.run(all, "sleep", "1000").toArray(String[]::new);
    }

    @Test
    void inARun() throws Exception {
        for (int i = 0; i < rounds(); i++) {
            String[] words = i % 2 == 0 ? starting() : starting("--rm");
            killedWithin(80_000, words);
            nothingIsLeftAndTheNameIsFree(words);
        }
    }

    @Test
    void inAStop() throws Exception {
        for (int i = 0; i < rounds(); i++) {
            String[] words = i % 2 == 0 ? starting() : starting("--rm");
            room.know(room.call(words).output());
            killedWithin(30_000, "stop", "-t", "0", "target");
            nothingIsLeftAndTheNameIsFree(words);
        }
    }

    @Test
    void inARemoval() throws Exception {
        for (int i = 0; i < rounds(); i++) {
            String[] words = starting();
            room.know(room.call(words).output());
            killedWithin(30_000, "rm", "-f", "target");
            nothingIsLeftAndTheNameIsFree(words);
        }
    }
}
