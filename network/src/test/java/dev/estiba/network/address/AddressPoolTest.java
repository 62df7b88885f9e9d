package dev.estiba.network.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.network.NetworkException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddressPoolTest {
    private static Subnet subnet(String text) throws NetworkException {
        return Subnet.parse(text);
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    @Test
    void subnetsAreReadAsDockerReadsThem() throws NetworkException {
        assertThat(subnet("172.17.0.0/16").last()).isEqualTo(address("172.17.255.255"));
        assertThat(subnet("fd00::/8").last()).isEqualTo(address("fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
        assertThat(subnet("0.0.0.0/0").contains(address("255.1.2.3"))).isTrue();
        assertThat(subnet("10.0.0.0/8").contains(address("fd00::1"))).isFalse();
        assertThat(subnet("10.0.0.0/8").overlaps(subnet("10.200.0.0/16"))).isTrue();
        assertThat(subnet("10.200.0.0/16").overlaps(subnet("10.0.0.0/8"))).isTrue();
        assertThat(subnet("10.0.0.0/9").overlaps(subnet("10.128.0.0/9"))).isFalse();
        assertThatThrownBy(() -> subnet("10.0.0.1/8")).hasMessage("invalid subnet 10.0.0.1/8: it should be 10.0.0.0/8");
        for (String wrong :
                new String[] {"", "/", "10.0.0.0", "10.0.0.0/33", "::/129", "a.b/8", "10.0.0.0/-1", "fe80::%lo/64"}) {
            assertThatThrownBy(() -> subnet(wrong)).hasMessage("invalid CIDR address: " + wrong);
        }
    }

    @Test
    void addressesAreWrittenShort() {
        for (String text : new String[] {
            "::", "::1", "fd00::1", "1:0:0:2::", "1::2:0:0:3", "0:1::", "1:2:3:4:5:6:7:8", "1:0:2:3:4:5:6:7"
        }) {
            assertThat(Subnet.text(InetAddress.ofLiteral(text)))
                    .isEqualTo(text.equals("1::2:0:0:3") ? "1::2:0:0:3" : text);
        }
        assertThat(Subnet.text(address("10.0.0.1"))).isEqualTo("10.0.0.1");
    }

    @Test
    void theLowestFreeIsGiven() throws NetworkException {
        AddressPool pool = new AddressPool(AddressPool.Config.of(subnet("10.1.0.0/29")));
        assertThat(pool.gateway()).isEqualTo(address("10.1.0.1"));
        for (int i = 2; i < 7; i++) {
            assertThat(pool.takeNext()).contains(address("10.1.0." + i));
        }
        assertThat(pool.takeNext()).isEmpty();
        pool.release(address("10.1.0.4"));
        pool.release(address("10.1.0.3"));
        pool.release(address("10.1.0.1"));
        assertThat(pool.takeNext()).contains(address("10.1.0.3"));
        assertThatThrownBy(() -> pool.take(address("10.1.0.1"))).hasMessage("Address already in use");
        assertThatThrownBy(() -> pool.take(address("10.2.0.1")))
                .hasMessage("invalid address 10.2.0.1: It does not belong to any of this network's subnets");
    }

    @Test
    void rangesGatewaysAndAuxiliaryAddressesAreKept() throws NetworkException {
        AddressPool pool = new AddressPool(new AddressPool.Config(
                subnet("10.1.0.0/16"),
                Optional.of(subnet("10.1.7.0/30")),
                Optional.of(address("10.1.7.1")),
                Map.of("printer", address("10.1.7.2"))));
        assertThat(pool.takeNext()).contains(address("10.1.7.0"));
        assertThat(pool.takeNext()).contains(address("10.1.7.3"));
        assertThat(pool.takeNext()).isEmpty();
        pool.take(address("10.1.99.9"));
        pool.release(address("10.1.7.2"));
        assertThat(pool.takeNext()).isEmpty();
        assertThatThrownBy(() -> new AddressPool(new AddressPool.Config(
                        subnet("10.1.0.0/16"), Optional.empty(), Optional.of(address("10.2.0.1")), Map.of())))
                .hasMessageContaining("invalid gateway 10.2.0.1");
        assertThatThrownBy(() -> new AddressPool(new AddressPool.Config(
                        subnet("10.1.0.0/16"), Optional.of(subnet("10.0.0.0/8")), Optional.empty(), Map.of())))
                .hasMessageContaining("invalid ip-range 10.0.0.0/8");
        assertThatThrownBy(() -> new AddressPool(AddressPool.Config.of(subnet("10.1.0.0/31"))))
                .hasMessageContaining("no room");
    }

    @Test
    void networksAreCutFromDockersPools() throws NetworkException {
        AddressPools pools = AddressPools.standard(subnet("fd01:2:3::/48"));
        List<Subnet> taken = new ArrayList<>();
        for (int i = 0; i < 31; i++) {
            taken.add(pools.nextV4(taken));
        }
        assertThat(taken)
                .extracting(Subnet::toString)
                .startsWith("172.17.0.0/16", "172.18.0.0/16", "172.19.0.0/16", "172.20.0.0/16");
        assertThat(taken).extracting(Subnet::toString).contains("172.31.0.0/16", "192.168.0.0/20", "192.168.240.0/20");
        assertThatThrownBy(() -> pools.nextV4(taken))
                .hasMessageStartingWith("all predefined address pools have been fully subnetted");
        assertThat(pools.nextV6(List.of(subnet("fd01:2:3::/64")))).hasToString("fd01:2:3:1::/64");
        assertThat(AddressPools.newUniqueLocal(new Random(1)).toString())
                .matches("fd[0-9a-f]{2}:[0-9a-f]+:[0-9a-f]+::/48");
    }

    /** Whatever is taken and released in whatever order: nobody has another one's address, and none is lost. */
    @Test
    void nothingIsGivenTwice() throws NetworkException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        AddressPool pool = new AddressPool(AddressPool.Config.of(subnet("10.1.0.0/24")));
        Set<InetAddress> held = new HashSet<>();
        for (int round = 0; round < 5_000; round++) {
            if (random.nextInt(3) > 0) {
                Optional<InetAddress> next = pool.takeNext();
                assertThat(next.isPresent()).as("seed %d", seed).isEqualTo(held.size() < 253);
                next.ifPresent(address ->
                        assertThat(held.add(address)).as("seed %d", seed).isTrue());
            } else if (!held.isEmpty()) {
                InetAddress any = held.stream()
                        .skip(random.nextInt(held.size()))
                        .findFirst()
                        .orElseThrow();
                held.remove(any);
                pool.release(any);
            }
        }
    }
}
