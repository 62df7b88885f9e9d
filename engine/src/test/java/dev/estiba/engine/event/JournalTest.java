package dev.estiba.engine.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that was killed has written of an event, and what the next one makes of it. */
class JournalTest {
    private static final Event FIRST = new Event("container", "start", "a", Map.of("name", "f\u00fcnf"), 1);
    private static final Event SECOND = new Event("container", "die", "a", Map.of("name", "f\u00fcnf"), 2);
    private static final Event THIRD = new Event("container", "destroy", "a", Map.of(), 3);

    @TempDir
    private Path directory;

    @Test
    void halfAnEventTakesNoOtherOneWithIt() throws IOException {
        Journal journal = Journal.open(directory);
        journal.add(FIRST);
        Path file = directory.resolve("events");
        byte[] one = Files.readAllBytes(file);
        journal.add(SECOND);
        byte[] two = Files.readAllBytes(file);
        for (int length = one.length + 1; length < two.length - 1; length++) {
            Files.write(file, Arrays.copyOf(two, length));
            Journal next = Journal.open(directory);
            assertThat(Journal.read(directory, 10)).as("%d bytes", length).isEqualTo(List.of(FIRST));
            next.add(THIRD);
            assertThat(Journal.read(directory, 10)).as("%d bytes", length).isEqualTo(List.of(FIRST, THIRD));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void wholeOnesAreKept() throws IOException {
        Journal journal = Journal.open(directory);
        journal.add(FIRST);
        journal.add(SECOND);
        assertThat(Journal.read(directory, 10)).isEqualTo(List.of(FIRST, SECOND));
        assertThat(Journal.read(directory, 1)).isEqualTo(List.of(SECOND));
        assertThat(Files.readAllLines(directory.resolve("events"))).hasSize(2);
    }
}
