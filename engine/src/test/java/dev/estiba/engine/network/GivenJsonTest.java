package dev.estiba.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.netlink.Links;
import dev.estiba.network.EndpointConfig;
import dev.estiba.network.StrictEndpoint;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GivenJsonTest {
    private static final InetAddress OWN = InetAddress.ofLiteral("172.17.0.2");
    private static final InetAddress GATEWAY = InetAddress.ofLiteral("172.17.0.1");
    private static final EndpointConfig PLAIN = new EndpointConfig(
            "ab".repeat(32),
            "cd".repeat(32),
            "container",
            List.of(OWN),
            new Links.Mac("02:42:ac:11:00:02"),
            Optional.of("eth0"),
            0,
            List.of(),
            Map.of(),
            List.of("web"),
            Map.of("db", "other"),
            List.of());

    private static Given given(EndpointConfig endpoint) {
        return new Given(List.of(new Given.Place("bridge", endpoint, List.of(GATEWAY), List.of(16))));
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        for (EndpointConfig endpoint : List.of(
                PLAIN,
                PLAIN.confined(new StrictEndpoint(List.of())),
                PLAIN.confined(new StrictEndpoint(List.of(GATEWAY))))) {
            assertThat(GivenJson.read(GivenJson.write(given(endpoint)))).isEqualTo(given(endpoint));
        }
        assertThat(new String(GivenJson.write(given(PLAIN)), StandardCharsets.UTF_8))
                .doesNotContain("strict");
    }

    /** What is made of a strict endpoint is one. */
    @Test
    void wallsAreNotLostOnTheWay() {
        EndpointConfig strict = PLAIN.confined(new StrictEndpoint(List.of(GATEWAY)));
        assertThat(strict.with(List.of()).strict()).isEqualTo(strict.strict());
        assertThat(strict.calling(List.of("other")).strict()).isEqualTo(strict.strict());
        assertThat(strict.made("eth1", List.of(OWN), strict.mac()).strict()).isEqualTo(strict.strict());
    }
}
