package dev.estiba.daemon.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "tcp://10.1.2.3:4, tcp://10.1.2.3:4",
        "tcp://10.1.2.3, tcp://10.1.2.3:2376",
        "tcp://:4, tcp://127.0.0.1:4",
        "tcp://, tcp://127.0.0.1:2376",
        "tcp://localhost:4/, tcp://127.0.0.1:4",
        "tcp://0.0.0.0:0, tcp://0.0.0.0:0",
        "tcp://[::1]:4, tcp://[0:0:0:0:0:0:0:1]:4"
    })
    void reads(String host, String address) throws Exception {
        assertThat(TcpAddress.text(TcpAddress.parse(host).address())).isEqualTo(address);
    }

    /** A name would be looked up, and might be somebody else's by tomorrow. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp://ship:4",
                "tcp://10.1.2.3:65536",
                "tcp://10.1.2.3:4:5",
                "tcp://::1:4",
                "tcp://10.1.2.3:4/path",
                "tcp://user@10.1.2.3:4"
            })
    void refuses(String host) {
        assertThatThrownBy(() -> TcpAddress.parse(host))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("invalid --host " + host + ": must be tcp://IP:PORT");
    }

    @Test
    void metricsNeedAPort() throws Exception {
        assertThat(TcpAddress.text(TcpAddress.ofMetrics(":9323"))).isEqualTo("tcp://127.0.0.1:9323");
        assertThatThrownBy(() -> TcpAddress.ofMetrics("10.1.2.3"))
                .hasMessageContaining("invalid metrics-addr 10.1.2.3: must be IP:PORT");
    }
}
