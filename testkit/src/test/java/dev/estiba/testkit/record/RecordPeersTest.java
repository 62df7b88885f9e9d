package dev.estiba.testkit.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.record.Answers.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The record is of dockerd, and of the docker command: both are asked again, and what they say now is in build/record. */
@Timeout(600)
@Tag("kernel")
@Tag("peer")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordPeersTest {
    private static final Path REPOSITORY = Path.of(System.getProperty("estiba.repo", "/nonexistent"));

    @TempDir
    static Path place = Path.of("/nonexistent");

    private final Map<String, List<Answer>> asked = new LinkedHashMap<>();
    private Path to = Path.of("/nonexistent");
    private Side side;
    private Recorder recorder;

    static List<Integer> parts() {
        return Parts.all();
    }

    @BeforeAll
    void open() throws Exception {
        assumeTrue(Boolean.getBoolean("estiba.peers"), "dockerd is asked with --peers only");
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        to = Files.createDirectories(REPOSITORY.resolve("build/record"));
        side = Side.Dockerd.open(REPOSITORY);
        recorder = Recorder.of(side, Files.createDirectories(place.resolve("rows")), REPOSITORY);
    }

    @Test
    void theCommandHasTheRecordedFlags() throws Exception {
        Path configuration = Files.createDirectories(place.resolve("empty"));
        Flags now = Help.of(REPOSITORY.resolve("build/peers/bin/docker"), configuration);
        String text = now.commands().stream().map(each -> each + "\n").collect(Collectors.joining());
        Files.writeString(to.resolve("flags.txt"), text);
        assertThat(now.commands()).isEqualTo(Flags.recorded().commands());
    }

    @ParameterizedTest
    @MethodSource("parts")
    void dockerdDoesWhatIsRecorded(int part) throws Exception {
        Map<String, List<Answer>> recorded = Parts.rows(Answers.read("record.txt"), part);
        Map<String, List<Answer>> now = new LinkedHashMap<>();
        for (Map.Entry<String, List<Answer>> row : recorded.entrySet()) {
            now.put(row.getKey(), recorder.ask(row.getValue()));
        }
        asked.putAll(now);
        assertThat(Answers.text("", now)).isEqualTo(Answers.text("", recorded));
    }

    @AfterAll
    void close() throws Exception {
        if (side == null) {
            return;
        }
        side.close();
        Answers record = Answers.read("record.txt");
        Map<String, List<Answer>> inOrder = new LinkedHashMap<>(record.rows());
        inOrder.replaceAll((row, answers) -> asked.getOrDefault(row, answers));
        Files.writeString(to.resolve("record.txt"), Answers.text(record.head(), inOrder));
    }
}
