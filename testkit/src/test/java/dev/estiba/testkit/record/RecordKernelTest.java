package dev.estiba.testkit.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.record.Answers.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Docker's command on our daemon: as on dockerd, but for what {@code differences.txt} lists. One part of the rows; all in the long form,
 * which leaves what would have to be in that file in build/record.
 */
@Timeout(600)
@Tag("kernel")
@Tag("peer")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordKernelTest {
    private static final Path REPOSITORY = Path.of(System.getProperty("estiba.repo", "/nonexistent"));
    private static final boolean ALL = Boolean.getBoolean("estiba.long") || Boolean.getBoolean("estiba.peers");

    @TempDir
    static Path place = Path.of("/nonexistent");

    private final Map<String, List<Answer>> asked = new LinkedHashMap<>();
    private Side side;
    private Recorder recorder;

    static List<Integer> parts() {
        return ALL ? Parts.all() : Parts.all().subList(0, 1);
    }

    @BeforeAll
    void open() throws Exception {
        assumeTrue(Files.exists(Path.of("/sys/fs/cgroup/memory")), "the record was made on cgroups of version 1");
        side = Side.Ours.open(Files.createDirectories(place.resolve("room")));
        recorder = Recorder.of(side, Files.createDirectories(place.resolve("rows")), REPOSITORY);
    }

    @ParameterizedTest
    @MethodSource("parts")
    void ourDaemonDoesWhatIsRecorded(int part) throws Exception {
        Differences differences = Differences.read();
        List<String> unexpected = new ArrayList<>();
        for (Map.Entry<String, List<Answer>> row :
                Parts.rows(Answers.read("record.txt"), part).entrySet()) {
            List<Answer> answers = recorder.ask(row.getValue());
            asked.put(row.getKey(), answers);
            unexpected.addAll(differences.unexpected(row.getKey(), row.getValue(), answers));
        }
        assertThat(String.join("\n", unexpected)).isEmpty();
    }

    @AfterAll
    void close() throws Exception {
        if (side != null) {
            side.close();
        }
        if (ALL) {
            Path to = Files.createDirectories(REPOSITORY.resolve("build/record"));
            Files.writeString(
                    to.resolve("differences.txt"), Differences.read().proposed(Answers.read("record.txt"), asked));
        }
    }
}
