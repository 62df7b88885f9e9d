package dev.estiba.oci.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FIPS 180-4's examples, and what is no digest. */
class DigestTest {
    private static final String ABC = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void isOfBytes() {
        assertThat(Digest.of("abc".getBytes(StandardCharsets.US_ASCII))).hasToString(ABC);
        assertThat(Digest.parse(ABC)).hasValue(Digest.of("abc".getBytes(StandardCharsets.US_ASCII)));
        assertThat(Digest.parse(ABC).orElseThrow().shortened()).isEqualTo("ba7816bf8f01");
        assertThat(Digest.parse("sha512:" + "0".repeat(128))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256",
                "sha256:",
                "sha256:ba7816bf",
                "md5:d41d8cd98f00b204e9800998ecf8427e",
                "SHA256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha256:BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha256:../816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0",
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a\u0660"
            })
    void isNone(String text) {
        assertThat(Digest.parse(text)).isEmpty();
    }

    @Test
    void isNotMadeOfWhatIsNone() {
        assertThatThrownBy(() -> new Digest(Digest.Algorithm.SHA512, "00"))
                .hasMessage("a digest of sha512 has 128 lower-case hexadecimal digits");
    }
}
