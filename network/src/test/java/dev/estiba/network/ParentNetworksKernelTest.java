package dev.estiba.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Fd;
import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.NetlinkException;
import dev.estiba.linux.netlink.NetlinkSocket;
import dev.estiba.linux.netlink.StackedLinks;
import dev.estiba.linux.number.Errno;
import dev.estiba.network.address.Subnet;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Containers on top of one of the host's devices. What this machine's kernel lacks is tried in the guests. */
@Tag("kernel")
class ParentNetworksKernelTest {
    private World world;
    private Networks networks;

    @BeforeEach
    void make() throws Exception {
        world = new World();
        networks = world.networks();
    }

    @AfterEach
    void end() throws Exception {
        world.close();
    }

    private static NetworkRequest.Pool outside() throws NetworkException {
        return new NetworkRequest.Pool(
                Optional.of(Subnet.parse("10.9.0.0/24")),
                Optional.of(Subnet.parse("10.9.0.128/25")),
                Optional.of(World.address("10.9.0.2")),
                Map.of());
    }

    private NetworkRequest request(String driver, NetworkRequest.Pool pool, Map<String, String> options)
            throws NetworkException {
        return new NetworkRequest(
                world.id(),
                "net",
                List.of(pool),
                true,
                false,
                BridgeOptions.defaults(),
                false,
                false,
                Optional.of(ParentOptions.parse(driver, options)));
    }

    private NetworkConfig macvlan(String mode) throws IOException {
        assumeTrue(has(new StackedLinks.Macvlan(StackedLinks.MacvlanMode.BRIDGE)), "this kernel has no macvlan");
        return world.network(networks, request("macvlan", outside(), Map.of("parent", "uplink", "macvlan_mode", mode)));
    }

    private boolean has(StackedLinks.Kind kind) throws IOException {
        try (NetlinkSocket host = NetlinkSocket.open(world.host(), NetlinkSocket.Family.ROUTE)) {
            int uplink = Links.find(host, "uplink").orElseThrow().index();
            Optional<NetlinkException> refusal = host.tryAll(
                            List.of(StackedLinks.make("trial", uplink, kind, Optional.empty(), 0, Optional.empty())))
                    .getFirst();
            if (refusal.isEmpty()) {
                host.carryOut(Links.remove("trial"));
            }
            return refusal.isEmpty() || !refusal.get().is(Errno.EOPNOTSUPP);
        }
    }

    private static List<String> devices(Fd namespace) throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.open(namespace, NetlinkSocket.Family.ROUTE)) {
            return Links.all(socket).stream().map(Links.Link::name).toList();
        }
    }

    @Test
    void containersAreOnTheWireOfTheHost() throws Exception {
        NetworkConfig network = macvlan("bridge");
        World.Container one = world.container(networks, network);
        World.Container two = world.container(networks, network);
        assertThat(one.v4()).isEqualTo("10.9.0.128");
        assertThat(one.endpoint().device()).contains("eth0");
        world.serve(one.namespace(), 80);
        world.serve(world.outsider(), 81);
        World.reaches(two.namespace(), one.v4(), 80, two.v4());
        World.reaches(world.outsider(), one.v4(), 80, "10.9.0.2");
        World.reaches(two.namespace(), "10.9.0.2", 81, two.v4());
        assertThat(World.tell(one.namespace(), "ip", "route")).contains("default via 10.9.0.2 dev eth0");
        assertThat(World.tell(one.namespace(), "ip", "link", "show", "eth0"))
                .contains(one.endpoint().mac().text());
        assertThat(devices(world.host())).as("nothing of it is the host's").containsExactlyInAnyOrder("lo", "uplink");
        assertThat(networks.publish(one.endpoint().id(), List.of(PortRequest.of(80, 80)), "one"))
                .as("it is outside already")
                .isEmpty();
    }

    @Test
    void whoLeavesHasNoDeviceAnyMoreAndItsAddressIsFree() throws Exception {
        NetworkConfig network = macvlan("bridge");
        World.Container one = world.container(networks, network);
        networks.disconnect(one.endpoint().id(), Optional.of(one.namespace()));
        networks.release(one.endpoint());
        assertThat(devices(one.namespace())).containsExactly("lo");
        assertThat(world.container(networks, network).v4()).isEqualTo(one.v4());
        networks.remove(network.id());
        assertThat(devices(world.host())).containsExactlyInAnyOrder("lo", "uplink");
    }

    @Test
    void privateOnesAreAlone() throws Exception {
        NetworkConfig network = macvlan("private");
        World.Container one = world.container(networks, network);
        World.Container two = world.container(networks, network);
        world.serve(one.namespace(), 80);
        World.reaches(world.outsider(), one.v4(), 80, "10.9.0.2");
        World.doesNotReach(two.namespace(), one.v4(), 80);
    }

    @Test
    void aDeviceThatIsPassedThroughIsOneContainersAlone() throws Exception {
        NetworkConfig network = macvlan("passthru");
        world.container(networks, network);
        Fd second = world.namespace();
        EndpointConfig wanted =
                networks.allocate(EndpointRequest.of(world.id(), network.id(), "second", List.of("second")));
        assertThatThrownBy(() -> networks.connect(wanted, second))
                .hasMessageStartingWith("the device uplink of network net cannot be shared by one more container");
        assertThat(devices(second)).containsExactly("lo");
        assertThatThrownBy(() -> networks.allocate(request(
                        "macvlan", NetworkRequest.Pool.of(Subnet.parse("10.44.0.0/24")), Map.of("parent", "uplink"))))
                .hasMessageStartingWith("network net is already using parent interface uplink");
        // The next process finds the device in use, and goes on.
        networks.close();
        assertThat(world.networks().reconcile(List.of(network), List.of()).problems())
                .isEmpty();
    }

    @Test
    void theNextProcessGoesOn() throws Exception {
        NetworkConfig network = macvlan("bridge");
        World.Container one = world.container(networks, network);
        networks.close();
        Networks next = world.networks();
        Networks.Reconciled found = next.reconcile(List.of(network), List.of(one.endpoint()));
        assertThat(found.lost()).isEmpty();
        assertThat(found.problems()).isEmpty();
        assertThat(world.container(next, network).v4()).isNotEqualTo(one.v4());
        next.disconnect(one.endpoint().id(), Optional.of(one.namespace()));
        assertThat(devices(one.namespace())).containsExactly("lo");
    }

    @Test
    void whatItsNameIsTakenForIsTold() throws Exception {
        NetworkConfig network = macvlan("bridge");
        EndpointRequest wish = EndpointRequest.of(world.id(), network.id(), "one", List.of());
        EndpointRequest named = new EndpointRequest(
                wish.id(),
                wish.networkId(),
                wish.container(),
                List.of(),
                Optional.empty(),
                Optional.of("lo"),
                0,
                List.of(),
                Map.of(),
                List.of(),
                Map.of());
        Fd namespace = world.namespace();
        EndpointConfig endpoint = networks.allocate(named);
        assertThatThrownBy(() -> networks.connect(endpoint, namespace))
                .hasMessageContaining("the container has a device lo already");
        assertThat(devices(namespace)).containsExactly("lo");
    }

    /** On a kernel that has it the network is made, and what was made for it goes with it. */
    private void isMadeOrRefused(String driver, Map<String, String> options, String lacking) throws Exception {
        NetworkConfig network =
                networks.allocate(request(driver, NetworkRequest.Pool.of(Subnet.parse("10.44.0.0/24")), options));
        try {
            networks.add(network);
        } catch (NetworkException e) {
            assertThat(e).hasMessageStartingWith("operation not supported: the kernel of this host has no " + lacking);
        }
        networks.remove(network.id());
        assertThat(devices(world.host())).containsExactlyInAnyOrder("lo", "uplink");
    }

    @Test
    void whatTheKernelLacksIsNamedAndNothingIsLeft() throws Exception {
        isMadeOrRefused("ipvlan", Map.of("parent", "uplink"), "ipvlan devices (CONFIG_IPVLAN)");
        isMadeOrRefused("macvlan", Map.of("parent", "uplink.10"), "VLANs (CONFIG_VLAN_8021Q)");
        isMadeOrRefused("macvlan", Map.of(), "dummy devices (CONFIG_DUMMY)");
    }

    @Test
    void aParentThatIsNotThereIsNamed() throws Exception {
        isRefused("nosuch0", "-o parent interface was not found on the host: nosuch0");
        isRefused("nosuch0.10", "-o parent interface was not found on the host: nosuch0");
        isRefused("uplink.0", "vlan id must be between 1-4094, received: 0");
        isRefused("uplink.x", "-o parent interface was not found on the host: uplink.x");
    }

    private void isRefused(String parent, String sentence) throws Exception {
        NetworkConfig network = networks.allocate(
                request("macvlan", NetworkRequest.Pool.of(Subnet.parse("10.44.0.0/24")), Map.of("parent", parent)));
        assertThatThrownBy(() -> networks.add(network))
                .isInstanceOf(NetworkException.class)
                .hasMessageStartingWith(sentence);
        networks.remove(network.id());
    }
}
