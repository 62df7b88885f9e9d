package dev.estiba.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.conformance.Peers.Kind;
import dev.estiba.testkit.conformance.Peers.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table itself: nothing of the specification is missing in it, and what other runtimes do otherwise is explained. */
class ConformanceTableTest {
    private static Set<String> specified() {
        return Table.resource("fields.txt")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .flatMap(line -> Stream.of(line.split(" ")))
                .filter(field -> !field.isBlank())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyFieldOfTheSpecificationHasARow() {
        Set<String> named = Table.rows().stream()
                .flatMap(row -> row.fields().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).containsExactlyInAnyOrderElementsOf(specified());
    }

    /** config.md, "Linux mount options": 37 that must be, 21 that should be and 3 that may be there; and rnodev, which it forgets. */
    @Test
    void the61MountOptionsAreAmongThem() {
        assertThat(specified())
                .filteredOn(field -> field.startsWith("mounts.options."))
                .hasSize(61 + 1);
    }

    @Test
    void aNameIsGivenOnce() {
        assertThat(Table.rows()).extracting(Row::name).doesNotHaveDuplicates();
    }

    @Test
    void aRowSaysWhatIsSeen() {
        assertThat(Table.rows())
                .allMatch(row -> row.word("asserted").isPresent()
                        || row.word("fails").isPresent() != !row.seen().isEmpty());
    }

    @Test
    void whatAnotherTestAssertsIsAsserted() throws IOException {
        Path repository = Path.of(System.getProperty("estiba.repo", "."));
        List<String> missing = new ArrayList<>();
        for (Row row : Table.rows()) {
            Optional<String> test = row.word("asserted");
            if (test.isPresent() && !exists(repository, test.get().split("\\."))) {
                missing.add(test.get());
            }
        }
        assertThat(missing).isEmpty();
    }

    private static boolean exists(Path repository, String... classAndMethod) throws IOException {
        for (String module : List.of("runtime", "testkit")) {
            try (Stream<Path> files = Files.walk(repository.resolve(module).resolve("src/test/java"))) {
                for (Path file : files.filter(each -> each.endsWith(classAndMethod[0] + ".java"))
                        .toList()) {
                    if (Files.readString(file).contains("void " + classAndMethod[1] + "(")) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void whereAPeerDiffersTheRowSaysWhy(String peer) {
        Peers peers = Peers.recorded(peer);
        assertThat(peers.answers().keySet())
                .as("the record is of another table: ./dev test --peers ConformancePeersTest writes it")
                .containsExactlyElementsOf(
                        Table.rows().stream().filter(Row::runs).map(Row::name).toList());
        List<String> unexplained = new ArrayList<>();
        List<String> stale = new ArrayList<>();
        for (Row row : Table.rows()) {
            Optional<Outcome> outcome =
                    Optional.ofNullable(peers.answers().get(row.name())).filter(each -> each.kind() != Kind.SKIPPED);
            boolean differs = outcome.isPresent() && !outcome.get().is(row);
            boolean explained = row.why().containsKey(peer);
            if (differs && !explained) {
                unexplained.add(row.name() + ": " + outcome.get());
            }
            if (outcome.isPresent() && !differs && explained) {
                stale.add(row.name());
            }
        }
        assertThat(unexplained).isEmpty();
        assertThat(stale).as("they do the same").isEmpty();
    }
}
