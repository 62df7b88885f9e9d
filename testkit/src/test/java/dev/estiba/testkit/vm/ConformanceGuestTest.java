package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.conformance.Peers.Kind;
import dev.estiba.testkit.conformance.Peers.Outcome;
import dev.estiba.testkit.conformance.Room;
import dev.estiba.testkit.conformance.Row;
import dev.estiba.testkit.conformance.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows of the conformance table that need another kernel or cgroup version 2. */
@GuestTest
class ConformanceGuestTest {
    private final Guest guest;

    @TempDir
    private Path directory = Path.of("/");

    ConformanceGuestTest(GuestKernel kernel, Guests guests) throws IOException {
        this.guest = guests.of(kernel);
    }

    static List<Row> rows() {
        return Table.rows().stream().filter(Row::runsInGuest).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isAsTheTableSays(Row row) throws Exception {
        Path program = Path.of(System.getProperty("estiba.home"), "bin/estiba-oci");
        Outcome outcome = new Room(new GuestMachine(guest, directory.toRealPath()), program).outcome(row);
        assumeTrue(
                outcome.kind() != Kind.SKIPPED,
                "no guest is the row's: " + row.word("needs").orElse(""));
        if (row.word("fails").isPresent()) {
            assertThat(outcome.text()).contains(row.word("fails").get());
            assertThat(outcome.kind()).isEqualTo(Kind.REFUSED);
        } else {
            assertThat(outcome).isEqualTo(new Outcome(Kind.MADE, String.join("\n", row.seen())));
        }
    }
}
