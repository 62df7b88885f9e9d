package dev.estiba.oci.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names as distribution/reference reads them. */
class ReferenceTest {
    private static final String HASH = "7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa";

    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io/library/busybox, busybox",
        "busybox:1.36, docker.io/library/busybox:1.36, busybox:1.36",
        "library/busybox, docker.io/library/busybox, busybox",
        "docker.io/busybox, docker.io/library/busybox, busybox",
        "index.docker.io/busybox, docker.io/library/busybox, busybox",
        "someone/thing, docker.io/someone/thing, someone/thing",
        "localhost/thing, localhost/thing, localhost/thing",
        "localhost:5000/thing:x, localhost:5000/thing:x, localhost:5000/thing:x",
        "LOCAL/thing, LOCAL/thing, LOCAL/thing",
        "example.com/a/b/c:v1, example.com/a/b/c:v1, example.com/a/b/c:v1",
        "'[2001:db8::1]:5000/thing', '[2001:db8::1]:5000/thing', '[2001:db8::1]:5000/thing'",
        "a__b/c-d.e_f, docker.io/a__b/c-d.e_f, a__b/c-d.e_f",
        "a---b, docker.io/library/a---b, a---b",
        "library/a/b, docker.io/library/a/b, library/a/b",
    })
    void isMadeWholeAndShort(String written, String whole, String familiar) {
        Reference reference = Reference.parse(written);
        assertThat(reference).hasToString(whole);
        assertThat(reference.familiar()).isEqualTo(familiar);
        assertThat(Reference.parse(familiar)).isEqualTo(reference);
    }

    @Test
    void hasATagOrADigestOrBoth() {
        String digest = "sha256:" + HASH;
        assertThat(Reference.parse("busybox").tagged().familiar()).isEqualTo("busybox:latest");
        assertThat(Reference.parse("busybox@" + digest).tagged().familiar()).isEqualTo("busybox@" + digest);
        Reference both = Reference.parse("localhost:5000/x:y@" + digest);
        assertThat(both.tag()).contains("y");
        assertThat(both.digest()).hasValueSatisfying(each -> assertThat(each).hasToString(digest));
        assertThat(both).hasToString("localhost:5000/x:y@" + digest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":x",
                "a:",
                "a b",
                "a//b",
                "/a",
                "a/",
                "a..b",
                "a___b",
                "-a",
                "a-",
                "a@b",
                "a@sha256:abc",
                "a:b:c",
                "a:-b",
                "http://a/b",
                "a/../b",
                "a\nb",
                "a\0b",
                "ä",
                "localhost:port/x",
                "[::g]/x",
                "a@sha256:7CC4B5AEFD1D0CADF8D97D4350462BA51C694EBCA145B08D7D41B41ACC8DB5AA"
            })
    void isRefused(String written) {
        assertThatThrownBy(() -> Reference.parse(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("invalid reference format");
    }

    @Test
    void isRefusedInDockersWords() {
        assertThatThrownBy(() -> Reference.parse("Busybox"))
                .hasMessage("invalid reference format: repository name (library/Busybox) must be lowercase");
        assertThatThrownBy(() -> Reference.parse("localhost:5000/Busybox:x"))
                .hasMessage("invalid reference format: repository name (Busybox) must be lowercase");
        assertThatThrownBy(() -> Reference.parse(HASH))
                .hasMessage("invalid repository name (" + HASH + "), cannot specify 64-byte hexadecimal strings");
        assertThatThrownBy(() -> Reference.parse("example.com/" + "a/".repeat(130) + "b"))
                .hasMessageStartingWith("repository name must not be more than 255 characters: example.com/a/a/");
        assertThatThrownBy(() -> Reference.parse("a:" + "x".repeat(129))).hasMessage("invalid reference format");
        assertThat(Reference.parse("a:" + "x".repeat(128)).tag()).isPresent();
    }

    @Test
    void anyTextIsReadOrRefused() {
        long seed = Long.getLong("estiba.seed", System.nanoTime());
        Random random = new Random(seed);
        String letters = "ab0.:/_-@[]A s\n\0é";
        int read = 0;
        for (int i = 0; i < (Boolean.getBoolean("estiba.long") ? 2_000_000 : 100_000); i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            try {
                Reference reference = Reference.parse(text.toString());
                read++;
                assertThat(Reference.parse(reference.toString()))
                        .as("seed %d", seed)
                        .isEqualTo(reference);
                assertThat(Reference.parse(reference.familiar()))
                        .as("seed %d", seed)
                        .isEqualTo(reference);
            } catch (IllegalArgumentException e) {
                assertThat(e).as("seed %d: %s", seed, text).hasMessageStartingWith("invalid reference format");
            }
        }
        assertThat(read).isPositive();
    }
}
