package dev.estiba.testkit.resident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.resident.Room.Ended;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A JVM that cannot start: a call says so in one line, and where the JVM's own words are. */
@Tag("kernel")
class LackKernelTest {
    @ParameterizedTest
    @CsvSource({
        "ulimit -v 300000, the planner's log is in /run/estiba/jvm, Could not",
        "ulimit -n 5, cannot start the planner: too many open files, ''",
        "ulimit -n 9, the planner's log is in /run/estiba/jvm, cannot start the JVM: too many open files"
    })
    void isToldInOneLine(String lack, String sentence, String log, @TempDir Path place)
            throws IOException, InterruptedException {
        try (Room room = Room.open(place)) {
            Ended ended = room.callFrom(lack + "; exec \"$@\"");
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.error()).contains(sentence).hasLineCount(1);
            assertThat(room.residentsLog()).contains(log);
            assertThat(room.planners()).isEmpty();
            assertThat(room.call().status()).isZero();
        }
    }
}
