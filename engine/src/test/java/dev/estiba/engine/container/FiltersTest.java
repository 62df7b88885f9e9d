package dev.estiba.engine.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.engine.store.ContainerRecord;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiltersTest {
    private static final ContainerRecord CRATE = new ContainerRecord(
            "abcd".repeat(16),
            "stowed_crate",
            "2026-01-02T03:04:05Z",
            "sha256:ff",
            List.of("/l"),
            false,
            new CreateRequest(
                    ContainerConfig.builder()
                            .image("hello")
                            .labels(Map.of("deck", "upper", "empty", ""))
                            .build(),
                    HostConfig.builder().networkMode("none").build(),
                    new NetworkingConfig(Map.of())));
    private static final Status ENDED = new Status.Ended(3, "2026-01-02T03:04:05Z", false);

    private static boolean match(Map<String, List<String>> wanted) throws ApiException {
        return Filters.of(wanted).match(CRATE, ENDED, "unhealthy", List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "id, abcdab, true",
        "id, bcd, false",
        "name, crate, true",
        "name, ^/stowed, true",
        "name, ^crate, false",
        "name, stowed.crate$, true",
        "label, deck, true",
        "label, deck=upper, true",
        "label, deck=lower, false",
        "label, empty=, true",
        "label, upper, false",
        "health, unhealthy, true",
        "health, none, false",
        "status, exited, true",
        "status, running, false",
        "exited, 3, true",
        "exited, 0, false",
        "ancestor, hello, true",
        "ancestor, sha256:ff, true",
        "ancestor, other, false",
        "network, none, true",
        "network, host, false",
        "is-task, false, true",
        "is-task, true, false",
    })
    void aFilterLooksAtItsOwn(String filter, String value, boolean matches) throws ApiException {
        assertThat(match(Map.of(filter, List.of(value)))).isEqualTo(matches);
    }

    @Test
    void ofOneNameAnyValueWillDoAndOfSeveralNamesAllMust() throws ApiException {
        assertThat(match(Map.of("name", List.of("none", "crate")))).isTrue();
        assertThat(match(Map.of("name", List.of("crate"), "status", List.of("running"))))
                .isFalse();
        assertThat(match(Map.of())).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "colour | red | 400 | invalid filter 'colour'",
                "status | gone | 400 | invalid filter 'status=[gone]'",
                "name | ( | 400 | invalid filter 'name=[(]'",
                "before | x | 501 | the filter before is not built yet",
                "health | x | 400 | invalid filter 'health=x': invalid value for health (x): must be one of none, starting, healthy, unhealthy",
            })
    void whatIsNoFilterIsRefused(String filter, String value, int status, String message) {
        assertThatThrownBy(() -> match(Map.of(filter, List.of(value))))
                .isInstanceOf(ApiException.class)
                .hasMessage(message)
                .extracting(e -> ((ApiException) e).status())
                .isEqualTo(status);
    }

    /** A list is asked for by a person, and its pattern must not stop it. */
    @Test
    void labelsWithAnyNumberOfValuesMustAllMatch() throws ApiException {
        assertThat(match(Map.of("label", List.of("deck", "empty")))).isTrue();
    }
}
