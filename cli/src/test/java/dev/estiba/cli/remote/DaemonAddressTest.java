package dev.estiba.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DaemonAddressTest {
    @Test
    void addressesAreReadAsDockersCommandDoes() {
        assertThat(DaemonAddress.parse("unix:///run/x.sock")).isEqualTo(new DaemonAddress.Unix(Path.of("/run/x.sock")));
        assertThat(DaemonAddress.parse("tcp://h:1")).isEqualTo(new DaemonAddress.Tcp("h", 1));
        assertThat(DaemonAddress.parse("tcp://h/")).isEqualTo(new DaemonAddress.Tcp("h", 2375));
        assertThat(DaemonAddress.parse("tcp://[::1]:99")).isEqualTo(new DaemonAddress.Tcp("::1", 99));
        assertThat(DaemonAddress.parse("tcp://[::1]").toString()).isEqualTo("tcp://[::1]:2375");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "h:1", "unix://x", "tcp://", "tcp://h:0", "tcp://h:x", "ssh://h"})
    void othersAreRefused(String text) {
        assertThatThrownBy(() -> DaemonAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unable to parse docker host");
    }
}
