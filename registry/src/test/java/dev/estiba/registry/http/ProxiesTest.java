package dev.estiba.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Go's rules for proxies; most of the cases are those of its own test. */
class ProxiesTest {
    private static boolean goesThrough(String exceptions, String target) {
        return Proxies.of("http://proxy:3128", "proxy:3129", exceptions)
                .proxyFor(URI.create(target))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|http://example.org/|true",
                "|http://localhost/|false",
                "|http://127.0.0.1/|false",
                "|http://127.0.0.2/|false",
                "|http://[::1]/|false",
                "*|http://example.org/|false",
                "example.org|http://example.org/|false",
                "example.org|http://www.example.org/|false",
                "example.org|http://anexample.org/|true",
                ".example.org|http://example.org/|true",
                ".example.org|http://www.example.org/|false",
                "*.example.org|http://www.example.org/|false",
                "*.example.org|http://example.org/|true",
                "example.org:8080|http://example.org:8080/|false",
                "example.org:8080|http://example.org/|true",
                "example.org:443|https://example.org/|false",
                "EXAMPLE.org , other|http://example.ORG/|false",
                "10.0.0.0/8|http://10.1.2.3/|false",
                "10.0.0.0/8|http://11.1.2.3/|true",
                "10.0.0.128/25|http://10.0.0.127/|true",
                "10.0.0.128/25|http://10.0.0.200/|false",
                "10.0.0.0/8|http://ten.example/|true",
                "192.168.1.1|http://192.168.1.1/|false",
                "192.168.1.1:80|http://192.168.1.1/|false",
                "192.168.1.1:81|http://192.168.1.1/|true",
                "fd00::/8|http://[fd00::1]/|false",
                "[fd00::1]:80|http://[fd00::1]/|false",
                "nonsense/99, ,|http://example.org/|true"
            })
    void goes(String exceptions, String target, boolean through) {
        assertThat(goesThrough(exceptions == null ? "" : exceptions, target)).isEqualTo(through);
    }

    @Test
    void eachSchemeHasItsOwn() {
        Proxies proxies = Proxies.of("http://u:p@proxy:3128", "proxy:3129", "");
        assertThat(proxies.proxyFor(URI.create("http://a.example"))).hasValue(URI.create("http://u:p@proxy:3128"));
        assertThat(proxies.proxyFor(URI.create("https://a.example"))).hasValue(URI.create("http://proxy:3129"));
        assertThat(proxies.authorization(URI.create("http://a.example"))).hasValue("Basic dTpw");
        assertThat(proxies.authorization(URI.create("https://a.example"))).isEmpty();
        assertThat(proxies.toString()).doesNotContain("u:p");
    }

    @Test
    void refusesWhatIsNoProxyWithoutItsPassword() {
        for (String value :
                new String[] {"https://user:marked@proxy", "socks5://user:marked@proxy", "http://u:marked@"}) {
            assertThatThrownBy(() -> Proxies.of(value, "", ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("HTTP_PROXY")
                    .hasMessageNotContaining("marked");
        }
    }
}
