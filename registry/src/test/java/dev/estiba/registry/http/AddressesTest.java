package dev.estiba.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a server may send us. */
class AddressesTest {
    private static final URI FROM = URI.create("https://registry.example/v2/a");
    private static final HttpOrigin REGISTRY = HttpOrigin.of(FROM);

    private static Addresses resolving(String address) {
        return new Addresses(host -> List.of(InetAddress.ofLiteral(address)));
    }

    @Test
    void relativeOnesStayThere() throws Exception {
        Addresses addresses = resolving("192.0.2.1");
        assertThat(addresses.follow(FROM, "/x?y=z", REGISTRY)).isEqualTo(URI.create("https://registry.example/x?y=z"));
        assertThat(addresses.follow(FROM, "b", REGISTRY)).isEqualTo(URI.create("https://registry.example/v2/b"));
        assertThat(addresses.follow(FROM, "https://storage.example/x", REGISTRY).getHost())
                .isEqualTo("storage.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"169.254.169.254", "fe80::1", "fd00:ec2::254", "127.0.0.1", "::1", "0.0.0.0", "::", "224.0.0.1"})
    void aNameOfSuchAnAddressIsRefused(String address) {
        assertThatThrownBy(() -> resolving(address).follow(FROM, "https://innocent.example/x", REGISTRY))
                .isInstanceOf(RefusedAddress.class)
                .hasMessageStartingWith(
                        "https://registry.example sends us to https://innocent.example, which is refused");
    }

    @Test
    void thisMachineMaySendToItself() throws Exception {
        URI own = URI.create("http://localhost:5000/v2/");
        assertThat(resolving("127.0.0.1").follow(own, "http://127.0.0.1:5001/x", HttpOrigin.of(own)))
                .isEqualTo(URI.create("http://127.0.0.1:5001/x"));
    }

    @Test
    void aSignatureIsNotInTheMessage() {
        assertThatThrownBy(() -> resolving("192.0.2.1").follow(FROM, "ftp://x/y?signature=marked", REGISTRY))
                .hasMessageNotContaining("marked");
    }

    @Test
    void originsAreComparedWhole() {
        assertThat(HttpOrigin.of(URI.create("https://A.example/x")))
                .isEqualTo(HttpOrigin.of(URI.create("https://a.example:443")));
        assertThat(HttpOrigin.of(URI.create("https://a.example")))
                .isNotEqualTo(HttpOrigin.of(URI.create("http://a.example")));
        assertThat(HttpOrigin.of(URI.create("https://a.example:1")).toString()).isEqualTo("https://a.example:1");
    }
}
