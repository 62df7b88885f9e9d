package dev.estiba.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.netlink.StackedLinks.Ipvlan;
import dev.estiba.linux.netlink.StackedLinks.IpvlanFlag;
import dev.estiba.linux.netlink.StackedLinks.IpvlanMode;
import dev.estiba.linux.netlink.StackedLinks.Macvlan;
import dev.estiba.linux.netlink.StackedLinks.MacvlanMode;
import dev.estiba.network.address.AddressPool;
import dev.estiba.network.address.Subnet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ParentOptionsTest {
    @Test
    void whatIsNotSaidIsAsWithDocker() throws Exception {
        assertThat(ParentOptions.parse("macvlan", Map.of()))
                .isEqualTo(new ParentOptions(new Macvlan(MacvlanMode.BRIDGE), Optional.empty()));
        assertThat(ParentOptions.parse("ipvlan", Map.of("parent", "eth0.10")))
                .isEqualTo(new ParentOptions(new Ipvlan(IpvlanMode.L2, IpvlanFlag.BRIDGE), Optional.of("eth0.10")));
    }

    @Test
    void whatIsSaidIsRead() throws Exception {
        assertThat(ParentOptions.parse("macvlan", Map.of("macvlan_mode", "passthru", "ipvlan_mode", "nonsense"))
                        .kind())
                .isEqualTo(new Macvlan(MacvlanMode.PASSTHRU));
        assertThat(ParentOptions.parse("ipvlan", Map.of("ipvlan_mode", "l3s", "ipvlan_flag", "private"))
                        .kind())
                .isEqualTo(new Ipvlan(IpvlanMode.L3S, IpvlanFlag.PRIVATE));
    }

    @Test
    void nonsenseIsRefused() {
        refused("macvlan", "macvlan_mode", "bent", "requested macvlan mode 'bent' is not valid");
        refused("ipvlan", "ipvlan_mode", "bent", "requested ipvlan mode 'bent' is not valid");
        refused("ipvlan", "ipvlan_flag", "bent", "requested ipvlan flag 'bent' is not valid");
        refused("macvlan", "parent", "lo", "loopback interface is not a valid macvlan parent link");
        refused("macvlan", "parent", "a/../b", "invalid interface name: 'a/../b'");
    }

    private static void refused(String driver, String key, String value, String sentence) {
        assertThatThrownBy(() -> ParentOptions.parse(driver, Map.of(key, value)))
                .isInstanceOf(NetworkException.class)
                .hasMessageStartingWith(sentence);
    }

    /** The host routes for the containers of ipvlan's layer 3: they have no gateway, and send all to their device. */
    @Test
    void whoIsRoutedForHasNoGateway() throws Exception {
        assertThat(network("l2").gateway(true)).contains(World.address("10.1.1.1"));
        assertThat(network("l2").way(true)).contains(World.address("10.1.1.1"));
        assertThat(network("l3").gateway(true)).isEmpty();
        assertThat(network("l3").way(true)).contains(World.address("0.0.0.0"));
        assertThat(network("l3").way(false)).isEmpty();
    }

    private static NetworkConfig network(String mode) throws NetworkException {
        AddressPool.Config pool = new AddressPool.Config(
                Subnet.parse("10.1.1.0/24"), Optional.empty(), Optional.of(World.address("10.1.1.1")), Map.of());
        return new NetworkConfig(
                "0123456789abcdef",
                "net",
                List.of(pool),
                BridgeOptions.defaults(),
                false,
                false,
                Optional.of(ParentOptions.parse("ipvlan", Map.of("ipvlan_mode", mode, "parent", "eth0"))),
                false);
    }
}
