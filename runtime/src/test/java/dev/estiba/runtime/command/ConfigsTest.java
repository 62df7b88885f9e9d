package dev.estiba.runtime.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.runtime.Config;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConfigsTest {
    private final Configs configs = new Configs();

    private static byte[] named(String hostname) {
        return ("{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"},\"hostname\":\"" + hostname + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theSameBytesAreReadOnce() throws DocumentException {
        Config first = configs.read(named("a"));
        assertThat(configs.read(named("a"))).isSameAs(first);
    }

    @Test
    void otherBytesAreAnotherConfiguration() throws DocumentException {
        configs.read(named("a"));
        assertThat(configs.read(named("b")).hostname()).contains("b");
    }

    @Test
    void whatWasNotUsedLongestIsForgotten() throws DocumentException {
        Config first = configs.read(named("first"));
        for (int i = 0; i < 16; i++) {
            configs.read(named("n" + i));
        }
        assertThat(configs.read(named("first"))).isNotSameAs(first).isEqualTo(first);
    }

    @Test
    void aBrokenOneIsRefusedEachTime() {
        byte[] broken = "{".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> configs.read(broken)).isInstanceOf(DocumentException.class);
        assertThatThrownBy(() -> configs.read(broken)).isInstanceOf(DocumentException.class);
    }
}
