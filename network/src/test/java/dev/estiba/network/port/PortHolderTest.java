package dev.estiba.network.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.network.address.Subnet;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class PortHolderTest {
    @Test
    void addressesOfProcAreRead() {
        InetAddress any = Subnet.anyAddress(true);
        InetAddress loopback = Subnet.loopback(true);
        assertThat(PortHolder.holds("0100007F:1F90", loopback, 8080)).isTrue();
        assertThat(PortHolder.holds("0100007F:1F90", any, 8080)).isTrue();
        assertThat(PortHolder.holds("0100007F:1F90", InetAddress.ofLiteral("10.0.0.1"), 8080))
                .isFalse();
        assertThat(PortHolder.holds("00000000:1F90", loopback, 8080)).isTrue();
        assertThat(PortHolder.holds("00000000:1F91", loopback, 8080)).isFalse();
        String six = "00000000000000000000000001000000:0050";
        assertThat(PortHolder.holds(six, Subnet.loopback(false), 80)).isTrue();
        assertThat(PortHolder.holds(six, loopback, 80)).isFalse();
        assertThat(PortHolder.holds("0000000000000000FFFF00000100007F:0050", loopback, 80))
                .isTrue();
    }
}
