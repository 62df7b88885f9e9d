package dev.estiba.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.TestCgroups;
import dev.estiba.testkit.conformance.Peers.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./dev test --peers} makes the same containers with runc and crun, and writes down what they did. */
@Tag("kernel")
@Tag("peer")
class ConformancePeersTest {
    @TempDir
    private Path directory = Path.of("/");

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void doesWhatIsRecorded(String peer) throws Exception {
        assumeTrue(Boolean.getBoolean("estiba.peers"), "peers are asked by ./dev test --peers");
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "cgroups of this machine are not ours: root is needed");
        Path repository = Path.of(System.getProperty("estiba.repo", "."));
        Path program = repository.resolve("build/peers/bin").resolve(peer);
        assumeTrue(Files.isExecutable(program), program + " is not there");
        Room room = new Room(new PeersMachine(directory, peer), program);
        Map<String, Outcome> answers = new LinkedHashMap<>();
        for (Row row : Table.rows()) {
            if (row.runs()) {
                answers.put(row.name(), room.outcome(row));
            }
        }
        String now = new Peers(room.version(), answers).text();
        Path record =
                repository.resolve("testkit/src/test/resources/dev/estiba/testkit/conformance/peers-" + peer + ".tsv");
        String before = Files.exists(record) ? Files.readString(record) : "";
        Files.writeString(record, now);
        assertThat(now)
                .as("the record has been written anew: look at the difference, and commit it")
                .isEqualTo(before);
    }

    /** One where a runtime may lose its root directory on the way, and with it what it would have removed. */
    private static final class PeersMachine extends ThisMachine {
        PeersMachine(Path parent, String name) throws IOException {
            super(parent, name);
        }

        @Override
        public void remove(Path bundle) throws IOException {
            TestCgroups.removeLeftBy(bundle.getFileName().toString());
            super.remove(bundle);
        }
    }
}
