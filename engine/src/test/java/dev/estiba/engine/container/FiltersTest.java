package dev.estiba.engine.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.Port;
import dev.estiba.api.SummaryNetworks;
import dev.estiba.engine.store.ContainerRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private static final ContainerSummary SUMMARY = ContainerSummary.builder()
            .labels(CRATE.request().config().labels())
            .networkSettings(new SummaryNetworks(Map.of(
                    "deck",
                    EndpointSettings.NOTHING.toBuilder().networkId("0123abc").build())))
            .ports(List.of(new Port("", 53, 0, "udp"), new Port("0.0.0.0", 80, 8080, "tcp")))
            .build();

    /** The crate, one that is older, one that is younger; and an image. */
    private static final Filters.Known KNOWN = new Filters.Known() {
        @Override
        public Filters.Made container(String reference) throws IOException {
            return switch (reference) {
                case "crate" -> new Filters.Made(CRATE.id(), Instant.parse(CRATE.created()));
                case "older" -> new Filters.Made("a", Instant.parse("2026-01-02T03:04:04Z"));
                case "younger" -> new Filters.Made("b", Instant.parse("2026-01-02T03:04:05.1Z"));
                default -> throw ApiException.notFound("No such container: " + reference);
            };
        }

        @Override
        public Optional<String> image(String reference) {
            return reference.startsWith("hello") ? Optional.of("sha256:ff") : Optional.empty();
        }
    };

    private static boolean match(Map<String, List<String>> wanted) throws IOException {
        return Filters.of(wanted, KNOWN).match(CRATE, ENDED, "unhealthy", SUMMARY);
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
        "ancestor, hello:latest, true",
        "ancestor, other, false",
        "network, deck, true",
        "network, 0123, true",
        "network, host, false",
        "before, crate, false",
        "before, older, false",
        "before, younger, true",
        "since, crate, false",
        "since, older, true",
        "since, younger, false",
        "publish, 8080, true",
        "publish, 8080/udp, false",
        "publish, 80, false",
        "publish, 8000-8100/tcp, true",
        "expose, 53/udp, true",
        "expose, 53, false",
        "expose, 80-80, true",
        "name, (, false",
        "isolation, hyperv, true",
        "is-task, false, true",
        "is-task, true, false",
    })
    void aFilterLooksAtItsOwn(String filter, String value, boolean matches) throws IOException {
        assertThat(match(Map.of(filter, List.of(value)))).isEqualTo(matches);
    }

    @Test
    void ofOneNameAnyValueWillDoAndOfSeveralNamesAllMust() throws IOException {
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
                "status | gone | 400 | invalid filter 'status=gone': invalid value for state (gone): must be one of created, running, paused, restarting, removing, exited, dead",
                "before | x | 404 | No such container: x",
                "since | x | 404 | No such container: x",
                "publish | 1:2 | 400 | filter for 'publish' should not contain ':': 1:2",
                "expose | 9-8 | 400 | error while looking up for expose 9-8: invalid range specified for port",
                "expose | 65536 | 400 | error while looking up for expose 65536: value out of range",
                "publish | x/tcp | 400 | error while looking up for publish x/tcp: invalid syntax",
                "exited | one | 400 | strconv.Atoi: parsing \"one\": invalid syntax",
                "is-task | x | 400 | invalid filter 'is-task=[x]'",
                "health | x | 400 | invalid filter 'health=x': invalid value for health (x): must be one of none, starting, healthy, unhealthy",
            })
    void whatIsNoFilterIsRefused(String filter, String value, int status, String message) {
        assertThatThrownBy(() -> match(Map.of(filter, List.of(value))))
                .isInstanceOf(ApiException.class)
                .hasMessage(message)
                .extracting(e -> ((ApiException) e).status())
                .isEqualTo(status);
    }

    @Test
    void ofLabelsAllMustBeThere() throws IOException {
        assertThat(match(Map.of("label", List.of("deck", "empty")))).isTrue();
        assertThat(match(Map.of("label", List.of("deck", "other")))).isFalse();
    }

    @Test
    void aPortThatIsPublishedOrOneThatIsExposedWillDo() throws IOException {
        assertThat(match(Map.of("publish", List.of("1"), "expose", List.of("53/udp"))))
                .isTrue();
        assertThat(match(Map.of("publish", List.of("1"), "expose", List.of("2"))))
                .isFalse();
    }
}
