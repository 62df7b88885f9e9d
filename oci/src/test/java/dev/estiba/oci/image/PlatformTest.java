package dev.estiba.oci.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Platforms as containerd's package of that name reads and orders them. */
class PlatformTest {
    private static final Platform HOST = Platform.linux("x86_64");

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64",
        "Linux/x86_64, linux/amd64",
        "linux/amd64/v1, linux/amd64",
        "linux/amd64/v3, linux/amd64/v3",
        "linux/aarch64, linux/arm64",
        "linux/arm64/v8, linux/arm64",
        "linux/arm, linux/arm/v7",
        "linux/armhf, linux/arm/v7",
        "linux/armel, linux/arm/v6",
        "linux/arm/6, linux/arm/v6",
        "linux/i686, linux/386",
        "linux/riscv64, linux/riscv64",
        "arm64, linux/arm64",
        "windows/amd64, windows/amd64",
        "macos/arm64, darwin/arm64",
    })
    void isReadInOneWay(String written, String normal) {
        assertThat(Platform.parse(written, HOST)).hasToString(normal);
        assertThat(Platform.parse(normal, HOST)).hasToString(normal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "linux/", "linux//v7", "linux/arm/v7/x", "linux/a b", "linux/\n"})
    void isRefused(String written) {
        assertThatThrownBy(() -> Platform.parse(written, HOST)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void runsWhatIsMadeForLess() {
        assertThat(Platform.parse("linux/arm/v7", HOST).runs())
                .extracting(Platform::toString)
                .containsExactly("linux/arm/v7", "linux/arm/v6", "linux/arm/v5");
        assertThat(Platform.parse("linux/arm64", HOST).runs())
                .extracting(Platform::toString)
                .containsExactly("linux/arm64", "linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5");
        assertThat(Platform.parse("linux/amd64/v3", HOST).runs())
                .extracting(Platform::toString)
                .containsExactly("linux/amd64/v3", "linux/amd64/v2", "linux/amd64", "linux/386");
        assertThat(Platform.parse("linux/s390x", HOST).runs())
                .extracting(Platform::toString)
                .containsExactly("linux/s390x");
    }

    @Test
    void isTheHostsWhereItIsLeftOut() {
        assertThat(HOST).hasToString("linux/amd64");
        assertThat(Platform.linux("aarch64")).hasToString("linux/arm64");
        assertThat(Platform.parse("linux", HOST)).isEqualTo(HOST);
    }

    @Test
    void isTheSameHoweverItIsWritten() {
        assertThat(Platform.parse("linux/arm64/v8", HOST).isSame(Platform.of("linux", "aarch64")))
                .isTrue();
        assertThat(Platform.parse("linux/arm64", HOST).isSame(Platform.of("linux", "arm")))
                .isFalse();
        assertThat(Platform.parse("linux/amd64", HOST).isSame(Platform.of("windows", "amd64")))
                .isFalse();
    }
}
