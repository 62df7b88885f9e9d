package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ContainerSummary;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a list is written again. */
class WrittenListTest {
    private final WrittenList written = new WrittenList();

    private static ContainerSummary container(String id, String status) {
        return ContainerSummary.builder().id(id).status(status).build();
    }

    private String text(List<ContainerSummary> containers) {
        return new String(written.line(ApiVersion.NEWEST, containers), StandardCharsets.UTF_8);
    }

    @Test
    void theSameObjectsAreNotWrittenAgain() {
        ContainerSummary one = container("1", "Up 1 second"), other = container("2", "Created");
        byte[] first = written.line(ApiVersion.NEWEST, List.of(one, other));
        assertThat(written.line(ApiVersion.NEWEST, List.of(one, other))).isSameAs(first);
        assertThat(new String(first, StandardCharsets.UTF_8))
                .startsWith("[{\"Id\":\"1\"")
                .endsWith("}]\n");
    }

    @Test
    void whatIsAnotherIsWritten() {
        ContainerSummary one = container("1", "Up 1 second"), other = container("2", "Created");
        assertThat(text(List.of(one, other))).contains("\"Up 1 second\"", ":\"Created\"");
        assertThat(text(List.of(one))).doesNotContain(":\"Created\"");
        assertThat(text(List.of(other))).doesNotContain("Up 1 second");
        assertThat(text(List.of(container("1", "Up 2 seconds"), other))).contains("\"Up 2 seconds\"");
        assertThat(text(List.of())).isEqualTo("[]\n");
    }

    @Test
    void eachVersionHasItsOwn() {
        List<ContainerSummary> containers = List.of(container("1", "Created"));
        byte[] newest = written.line(ApiVersion.NEWEST, containers);
        assertThat(written.line(ApiVersion.OLDEST, containers)).isNotSameAs(newest);
        assertThat(written.line(ApiVersion.NEWEST, containers)).isEqualTo(newest);
    }
}
