package dev.estiba.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BridgeOptionsTest {
    private static BridgeOptions parse(String key, String value) throws NetworkException {
        return BridgeOptions.parse(Map.of("com.docker.network." + key, value));
    }

    @Test
    void dockersOptionsAreRead() throws NetworkException {
        assertThat(BridgeOptions.parse(Map.of("another.driver", "x"))).isEqualTo(BridgeOptions.defaults());
        assertThat(parse("bridge.name", "br-x").name()).contains("br-x");
        assertThat(parse("bridge.enable_icc", "false").interContainer()).isFalse();
        assertThat(parse("bridge.enable_ip_masquerade", "0").masquerade()).isFalse();
        assertThat(parse("bridge.host_binding_ipv4", "127.0.0.1").hostBinding()).contains(World.address("127.0.0.1"));
        assertThat(parse("bridge.gateway_mode_ipv6", "routed").modeV6()).isEqualTo(BridgeOptions.GatewayMode.ROUTED);
        assertThat(parse("driver.mtu", "9000").mtu()).isEqualTo(9000);
        assertThat(parse("bridge.inhibit_ipv4", "T").inhibitIpv4()).isTrue();
        assertThat(parse("bridge.trusted_host_interfaces", "vxlan.1:eth3").trustedDevices())
                .isEqualTo(List.of("vxlan.1", "eth3"));
    }

    @Test
    void wrongOnesAreRefused() {
        assertThatThrownBy(() -> parse("bridge.name", "../x")).hasMessage("invalid interface name: '../x'");
        assertThatThrownBy(() -> parse("bridge.enable_icc", "maybe")).hasMessageContaining("enable_icc value: maybe (");
        assertThatThrownBy(() -> parse("driver.mtu", "-1")).hasMessage("invalid MTU number: -1");
        assertThatThrownBy(() -> parse("driver.mtu", "99999")).hasMessage("invalid MTU number: 99999");
        assertThatThrownBy(() -> parse("bridge.gateway_mode_ipv4", "bent"))
                .hasMessageEndingWith(" value: bent (unknown gateway mode bent)");
        assertThatThrownBy(() -> parse("bridge.host_binding_ipv4", "localhost"))
                .hasMessageEndingWith(" value: localhost (nil ip)");
    }

    @Test
    void namesOfBridgesFitTheKernel() {
        NetworkConfig network = new NetworkConfig(
                "0123456789abcdef".repeat(4), "net", List.of(), BridgeOptions.defaults(), false, false);
        assertThat(network.bridge()).isEqualTo("est-0123456789a");
        assertThatThrownBy(() -> new NetworkConfig("../../etc", "x", List.of(), BridgeOptions.defaults(), false, false))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
