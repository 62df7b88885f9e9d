package dev.estiba.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.number.Errno;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Conversations with the kernel about namespaces of the test's own; what it has understood, ip(8) and nft(8) tell. */
@Tag("kernel")
@Timeout(120)
class NetlinkKernelTest {
    private static final NfTables.Table TABLE = new NfTables.Table(NfTables.Family.INET, "ours");

    private final List<Fd> namespaces = new ArrayList<>();

    @BeforeEach
    void needsRoot() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "namespaces need root");
    }

    @AfterEach
    void leave() {
        namespaces.forEach(Fd::close);
    }

    private Fd namespace() throws IOException {
        Fd namespace = NetworkNamespace.create();
        namespaces.add(namespace);
        return namespace;
    }

    private static InetAddress address(String text) throws IOException {
        return InetAddress.getByName(text);
    }

    private static String tell(Fd namespace, String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "nsenter",
                "--net=/proc/" + ProcessHandle.current().pid()
                        + namespace.procPath().substring("/proc/self".length())));
        words.addAll(List.of(command));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        return told;
    }

    @Test
    void aPairIsBornInTwoNamespaces() throws Exception {
        Fd host = namespace();
        Fd container = namespace();
        try (NetlinkSocket route = NetlinkSocket.open(host, NetlinkSocket.Family.ROUTE);
                NetlinkSocket inside = NetlinkSocket.open(container, NetlinkSocket.Family.ROUTE)) {
            route.carryOut(Links.makeBridge("bridge0", new Links.Mac("02:42:ac:11:00:01"), 1400));
            Links.Link bridge = Links.find(route, "bridge0").orElseThrow();
            assertThat(bridge.kind()).isEqualTo("bridge");
            assertThat(bridge.mac()).contains(new Links.Mac("02:42:ac:11:00:01"));
            Links.End there = new Links.End("eth0", 2, Optional.of(new Links.Mac("02:42:ac:11:00:02")), 1400);
            route.carryOut(
                    Addresses.add(bridge.index(), address("172.17.0.1"), 16),
                    Links.makePair(
                            new Links.End("port0", 0, Optional.empty(), 1400), bridge.index(), there, container));
            inside.carryOut(
                    Links.up(Links.LOOPBACK),
                    Links.up(2),
                    Addresses.add(2, address("172.17.0.2"), 16),
                    Addresses.add(2, address("fd00::2"), 64),
                    Routes.add(new Routes.Route(address("0.0.0.0"), 0, Optional.of(address("172.17.0.1")), 2, 0)));
            Links.Link port = Links.find(route, "port0").orElseThrow();
            assertThat(port.master()).hasValue(bridge.index());
            assertThat(port.mtu()).isEqualTo(1400);
            route.carryOut(Links.port(port.index(), true, true));
            assertThat(Links.all(inside)).extracting(Links.Link::name).containsExactlyInAnyOrder("lo", "eth0");
            assertThat(Addresses.all(inside))
                    .contains(new Addresses.Address(2, address("172.17.0.2"), 16))
                    .contains(new Addresses.Address(2, address("fd00::2"), 64));
            assertThat(Routes.all(inside))
                    .contains(new Routes.Route(address("0.0.0.0"), 0, Optional.of(address("172.17.0.1")), 2, 0))
                    .contains(new Routes.Route(address("172.17.0.0"), 16, Optional.empty(), 2, 0));
            assumeTrue(new File("/usr/sbin/ip").exists() || new File("/sbin/ip").exists(), "needs ip(8)");
            assertThat(tell(container, "ip", "address", "show", "dev", "eth0"))
                    .contains(
                            "inet 172.17.0.2/16 brd 172.17.255.255",
                            "02:42:ac:11:00:02",
                            "fd00::2/64 scope global nodad");
            assertThat(tell(host, "ip", "-d", "link", "show", "dev", "port0"))
                    .contains("master bridge0", "hairpin on", "isolated on");
        }
    }

    @Test
    void refusalsHaveWords() throws Exception {
        try (NetlinkSocket route = NetlinkSocket.open(namespace(), NetlinkSocket.Family.ROUTE)) {
            Message make = Links.makeBridge("bridge0", new Links.Mac("02:42:ac:11:00:01"), 0);
            route.carryOut(make);
            assertThatThrownBy(() -> route.carryOut(make))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageStartingWith("cannot make the bridge bridge0: File exists");
            assertThat(route.carryOutUnless(Errno.EEXIST, make)).isFalse();
            assertThatThrownBy(() -> route.carryOut(Routes.add(
                            new Routes.Route(address("10.0.0.0"), 8, Optional.of(address("192.168.1.1")), 0, 0))))
                    .hasMessage(
                            "cannot add a route to 10.0.0.0/8: Network is unreachable (ENETUNREACH) (Nexthop has invalid gateway)");
            // The second of three is refused; the third is carried out all the same.
            List<Optional<NetlinkException>> results = route.tryAll(List.of(
                    Links.up(Links.LOOPBACK), Links.remove("nobody"), Addresses.add(1, address("10.1.1.1"), 32)));
            assertThat(results).extracting(Optional::isPresent).containsExactly(false, true, false);
            assertThat(Links.find(route, "nobody")).isEmpty();
        }
    }

    private static NfSets.Definition ports() {
        return new NfSets.Definition(
                TABLE,
                "ports",
                1,
                List.of(NfSets.Type.TRANSPORT_PROTOCOL, NfSets.Type.IPV4_ADDRESS, NfSets.Type.PORT),
                NfSets.Gives.VALUES,
                List.of(NfSets.Type.IPV4_ADDRESS, NfSets.Type.PORT),
                false);
    }

    private static NfSets.Element port(int port) {
        return NfSets.Element.of(
                NfSets.concatenated(new byte[] {6}, new byte[4], new byte[] {(byte) (port >> 8), (byte) port}),
                NfSets.concatenated(new byte[] {10, 0, 0, 2}, new byte[] {0, 80}));
    }

    @Test
    void aFirewallIsChangedWholeOrNotAtAll() throws Exception {
        Fd host = namespace();
        try (NetlinkSocket socket = NetlinkSocket.open(host, NetlinkSocket.Family.NETFILTER)) {
            NfSets.Definition networks = new NfSets.Definition(
                    TABLE, "networks", 2, List.of(NfSets.Type.IPV4_ADDRESS), NfSets.Gives.NOTHING, List.of(), true);
            NfSets.Definition bridges = new NfSets.Definition(
                    TABLE, "bridges", 3, List.of(NfSets.Type.DEVICE_NAME), NfSets.Gives.VERDICTS, List.of(), false);
            List<Message> changes = new ArrayList<>(List.of(
                    NfTables.addTable(TABLE),
                    NfTables.addBaseChain(TABLE, "forward", NfTables.Kind.FILTER, NfTables.Hook.FORWARD, 0),
                    NfTables.addChain(TABLE, "to-one"),
                    NfSets.add(ports()),
                    NfSets.add(networks),
                    NfSets.add(bridges),
                    NfTables.addRule(
                            TABLE,
                            "forward",
                            "where to",
                            new Expressions()
                                    .meta(Expressions.Meta.OUTPUT_NAME, 0)
                                    .verdictOf("bridges", 0)),
                    NfTables.addRule(
                            TABLE,
                            "to-one",
                            "",
                            new Expressions()
                                    .connectionState(0)
                                    .mask(0, new byte[] {Expressions.ESTABLISHED | Expressions.RELATED, 0, 0, 0})
                                    .compare(0, Expressions.Comparison.DIFFERENT, new byte[4])
                                    .verdict(Expressions.Verdict.ACCEPT))));
            changes.addAll(NfSets.addElements(TABLE, "ports", List.of(port(8080), port(8081))));
            changes.addAll(NfSets.addElements(
                    TABLE, "bridges", List.of(NfSets.Element.jump(Expressions.deviceName("one"), "to-one"))));
            NfTables.commit(socket, changes);
            int generation = NfTables.generation(socket);
            assertThat(NfTables.generation(socket)).isEqualTo(generation);

            List<Message> half = new ArrayList<>(NfSets.deleteElements(TABLE, "ports", List.of(port(8080))));
            half.add(NfTables.addRule(
                    TABLE, "no-such-chain", "never", new Expressions().verdict(Expressions.Verdict.DROP)));
            assertThatThrownBy(() -> NfTables.commit(socket, half))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageContaining("no-such-chain");
            assertThat(NfSets.elements(socket, TABLE, "ports")).containsExactlyInAnyOrder(port(8080), port(8081));
            assertThat(NfSets.elements(socket, TABLE, "no-such-set")).isEmpty();
            assertThat(NfTables.rules(socket, TABLE))
                    .extracting(NfTables.Rule::comment)
                    .containsExactlyInAnyOrder(Optional.of("where to"), Optional.empty());
            assertThat(NfTables.chains(socket))
                    .contains(new NfTables.Chain(TABLE, "forward", Optional.of(NfTables.Hook.FORWARD), 0, false));
            NfTables.commit(socket, NfSets.deleteElements(TABLE, "ports", List.of(port(8081))));
            assertThat(NfTables.generation(socket)).isNotEqualTo(generation);
            assumeTrue(new File("/usr/sbin/nft").exists(), "needs nft(8)");
            assertThat(tell(host, "nft", "list", "ruleset"))
                    .contains("tcp . 0.0.0.0 . 8080 : 10.0.0.2 . 80", "\"one\" : jump to-one", "oifname vmap @bridges")
                    .contains("ct state established,related accept")
                    .doesNotContain("8081");
        }
    }

    @Test
    void manyElementsGoInOneBatch() throws Exception {
        try (NetlinkSocket socket = NetlinkSocket.open(namespace(), NetlinkSocket.Family.NETFILTER)) {
            List<Message> changes = new ArrayList<>(List.of(NfTables.addTable(TABLE), NfSets.add(ports())));
            List<NfSets.Element> elements = new ArrayList<>();
            for (int port = 1; port <= 5000; port++) {
                elements.add(port(port));
            }
            changes.addAll(NfSets.addElements(TABLE, "ports", elements));
            NfTables.commit(socket, changes);
            assertThat(NfSets.elements(socket, TABLE, "ports")).containsExactlyInAnyOrderElementsOf(elements);
        }
    }

    @Test
    void connectionsAreForgotten() throws Exception {
        Fd host = namespace();
        try (NetlinkSocket route = NetlinkSocket.open(host, NetlinkSocket.Family.ROUTE);
                NetlinkSocket socket = NetlinkSocket.open(host, NetlinkSocket.Family.NETFILTER)) {
            route.carryOut(Links.up(Links.LOOPBACK));
            // The kernel tracks connections as soon as a rule asks about them.
            NfTables.commit(
                    socket,
                    List.of(
                            NfTables.addTable(TABLE),
                            NfTables.addBaseChain(TABLE, "output", NfTables.Kind.FILTER, NfTables.Hook.OUTPUT, 0),
                            NfTables.addRule(
                                    TABLE,
                                    "output",
                                    "tracked",
                                    new Expressions().connectionState(0).verdict(Expressions.Verdict.ACCEPT))));
            boolean unused = NetworkNamespace.in(host, () -> {
                try (DatagramChannel channel = DatagramChannel.open()) {
                    channel.send(ByteBuffer.wrap(new byte[1]), new InetSocketAddress("127.0.0.1", 9999));
                    return true;
                }
            });
            assertThat(ConnectionTracking.forget(socket, it -> it.original().toPort() == 9998))
                    .isZero();
            assertThat(ConnectionTracking.forget(
                            socket,
                            it -> it.original().protocol() == 17
                                    && it.original().toPort() == 9999
                                    && it.reply().from().isLoopbackAddress()))
                    .isEqualTo(1);
            assertThat(ConnectionTracking.forget(socket, it -> true)).isZero();
        }
    }
}
