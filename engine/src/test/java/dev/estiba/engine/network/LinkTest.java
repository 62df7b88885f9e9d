package dev.estiba.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {
    @ParameterizedTest
    @CsvSource({"db,db,db", "db:alias,db,alias", "/db:/web/alias,db,alias", "/db,db,db"})
    void whatStandsInALink(String text, String target, String alias) throws Exception {
        assertThat(Link.parse(text)).isEqualTo(new Link(target, alias));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b:c", "a:", ":b", "a:b c", "a:b\n1.2.3.4 evil", "a:#b", "a:b/c", "/"})
    void whatIsNone(String text) {
        assertThatThrownBy(() -> Link.parse(text)).hasMessage("bad format for links: " + text);
    }

    @Test
    void ofTwoWithOneAliasTheFirstOneCounts() throws Exception {
        assertThat(Link.parse(List.of("one:db", "two:db", "two:other")).values())
                .containsExactly(new Link("one", "db"), new Link("two", "other"));
    }

    @Test
    void portsAreToldOneByOneAndInRows() {
        assertThat(LinkEnvironment.of(
                        "web", "db", "10.0.0.2", List.of("5/udp", "7/tcp"), List.of("A=b=c", "PATH=/", "x")))
                .containsExactly(
                        "DB_PORT=tcp://10.0.0.2:7",
                        "DB_PORT_7_TCP=tcp://10.0.0.2:7",
                        "DB_PORT_7_TCP_ADDR=10.0.0.2",
                        "DB_PORT_7_TCP_PORT=7",
                        "DB_PORT_7_TCP_PROTO=tcp",
                        "DB_PORT_5_UDP=udp://10.0.0.2:5",
                        "DB_PORT_5_UDP_ADDR=10.0.0.2",
                        "DB_PORT_5_UDP_PORT=5",
                        "DB_PORT_5_UDP_PROTO=udp",
                        "DB_NAME=/web/db",
                        "DB_ENV_A=b=c");
        assertThat(LinkEnvironment.of("web", "db", "10.0.0.2", List.of(), List.of()))
                .containsExactly("DB_NAME=/web/db");
    }
}
