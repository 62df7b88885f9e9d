package dev.estiba.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.conformance.Peers.Kind;
import dev.estiba.testkit.conformance.Peers.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our runtime makes each container of the table, and it is as the table says. */
@Tag("kernel")
class ConformanceKernelTest {
    @TempDir
    private static Path directory = Path.of("/");

    private static Optional<Room> ours = Optional.empty();

    private static synchronized Room room() throws IOException {
        if (ours.isEmpty()) {
            String home = System.getProperty("estiba.home");
            assumeTrue(home != null, "estiba.home is not set: run the tests by ./dev test");
            ours = Optional.of(new Room(new ThisMachine(directory, "estiba-oci"), Path.of(home, "bin/estiba-oci")));
        }
        return ours.get();
    }

    static Stream<Row> rows() {
        return Table.rows().stream().filter(Row::runs);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isAsTheTableSays(Row row) throws Exception {
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "cgroups of this machine are not ours: root is needed");
        assumeTrue(
                ThisMachine.busybox(Path.of(System.getProperty("estiba.repo", ".")))
                        .isPresent(),
                "no static busybox on this machine, nor among the peers");
        Outcome outcome = room().outcome(row);
        assumeTrue(
                outcome.kind() != Kind.SKIPPED,
                "this host is not the row's: " + row.word("needs").orElse(""));
        if (row.word("fails").isPresent()) {
            assertThat(outcome.text()).contains(row.word("fails").get());
            assertThat(outcome.kind()).isEqualTo(Kind.REFUSED);
        } else {
            assertThat(outcome).isEqualTo(new Outcome(Kind.MADE, String.join("\n", row.seen())));
        }
    }
}
