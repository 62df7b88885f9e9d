package dev.estiba.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.engine.store.IdRanges.Range;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdRangesTest {
    private static final List<Range> POOL = List.of(new Range(100, 30), new Range(1000, 100));

    @TempDir
    Path directory;

    private final Set<String> containers = new HashSet<>();

    private long taken(String container, long count) throws IOException {
        try (IdRanges.Claim claim = new IdRanges(directory, containers::contains).claim()) {
            long first = claim.free(POOL, count).orElse(-1);
            if (first >= 0) {
                claim.take(container, List.of(new Range(first, count)));
                containers.add(container);
            }
            return first;
        }
    }

    @Test
    void eachHasItsOwnAndWhatIsGoneIsFree() throws IOException {
        assertThat(taken("a", 20)).isEqualTo(100);
        assertThat(taken("b", 20)).isEqualTo(1000);
        assertThat(taken("c", 10)).isEqualTo(120);
        assertThat(taken("d", 81)).isEqualTo(-1);
        assertThat(taken("d", 80)).isEqualTo(1020);
        containers.remove("a");
        assertThat(taken("e", 21)).isEqualTo(-1);
        assertThat(taken("e", 20)).isEqualTo(100);
        assertThat(Files.readAllLines(directory.resolve("id-ranges")))
                .containsExactlyInAnyOrder("100 20 e", "1000 20 b", "120 10 c", "1020 80 d");
    }

    /** Of one whose engine was killed before the record was there. */
    @Test
    void aClaimWithoutAContainerIsNone() throws IOException {
        assertThat(taken("a", 30)).isEqualTo(100);
        containers.clear();
        assertThat(taken("b", 30)).isEqualTo(100);
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        Files.writeString(directory.resolve("id-ranges"), "100 x a\n");
        assertThatThrownBy(() -> taken("a", 1))
                .isInstanceOf(IOException.class)
                .hasMessage(directory.resolve("id-ranges") + " is damaged: \"100 x a\" is not FIRST COUNT CONTAINER");
    }
}
