package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1024, 1024",
        "8m, 8388608",
        "8M, 8388608",
        "1.5g, 1610612736",
        "1 GiB, 1073741824",
        "2kb, 2048",
        "1t, 1099511627776"
    })
    void sizesAreReadAsDockerdReadsThem(String text, long bytes) throws Exception {
        assertThat(StorageSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "ten", "1x", "9999999999999999g", "1.", "0x10"})
    void othersAreRefused(String text) {
        Requests.refused(() -> StorageSize.parse(text), 400, "invalid size: '" + text + "'");
    }

    @Test
    void aContainerMaySayNothing() throws Exception {
        assertThat(StorageSize.of(Requests.host(host -> host))).isEmpty();
        assertThat(StorageSize.of(Requests.host(host -> host.storageOpt(Map.of("size", "1k")))))
                .hasValue(1024);
    }
}
