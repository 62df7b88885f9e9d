package dev.estiba.engine;

import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.netlink.Addresses;
import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.NetlinkSocket;
import dev.estiba.linux.netlink.Routes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A host and an outsider on its wire, each a network namespace: 10.9.0.1 and 10.9.0.2. This machine's own is never touched. */
record Wire(Fd host, Fd outsider) implements AutoCloseable {
    static final String HOST = "10.9.0.1";
    private static final int PATIENT = 20_000;
    private static final int BRIEF = 250;

    static Wire make() throws IOException {
        Fd host = NetworkNamespace.create();
        Fd outsider = NetworkNamespace.create();
        Links.End here = new Links.End("uplink", 0, Optional.empty(), 0);
        Links.End there = new Links.End("eth0", 0, Optional.empty(), 0);
        try (NetlinkSocket inside = NetlinkSocket.open(host, NetlinkSocket.Family.ROUTE);
                NetlinkSocket outside = NetlinkSocket.open(outsider, NetlinkSocket.Family.ROUTE)) {
            inside.carryOut(Links.up(Links.LOOPBACK), Links.makePair(here, 0, there, outsider));
            int uplink = Links.find(inside, "uplink").orElseThrow().index();
            int eth0 = Links.find(outside, "eth0").orElseThrow().index();
            inside.carryOut(Links.up(uplink), Addresses.add(uplink, address(HOST), 24));
            outside.carryOut(
                    Links.up(Links.LOOPBACK),
                    Links.up(eth0),
                    Addresses.add(eth0, address("10.9.0.2"), 24),
                    Routes.add(new Routes.Route(address("0.0.0.0"), 0, Optional.of(address(HOST)), eth0, 0)));
        }
        return new Wire(host, outsider);
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    /** What a server of HTTP says; nothing when there is no way to it. */
    private static String fetch(Fd from, String host, int port, int timeout) throws IOException {
        return NetworkNamespace.in(from, () -> {
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(timeout);
                socket.connect(new InetSocketAddress(address(host), port), timeout);
                socket.getOutputStream().write("GET /name HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            } catch (IOException e) {
                return "";
            }
        });
    }

    /** What a container's server says is its name; asked again while it may not listen yet. */
    static String fetch(Fd from, String host, int port) throws Exception {
        long end = System.nanoTime() + PATIENT * 1_000_000L;
        String answer = fetch(from, host, port, PATIENT);
        while (answer.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(20);
            answer = fetch(from, host, port, PATIENT);
        }
        return answer.lines().reduce("", (_, line) -> line);
    }

    static boolean isRefused(Fd from, String host, int port) throws IOException {
        return fetch(from, host, port, BRIEF).isEmpty();
    }

    /** The devices of a namespace that are there for containers. */
    static List<String> devices(Fd namespace) throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.open(namespace, NetlinkSocket.Family.ROUTE)) {
            return Links.all(socket).stream()
                    .map(Links.Link::name)
                    .filter(name -> name.startsWith("est"))
                    .toList();
        }
    }

    @Override
    public void close() {
        host.close();
        outsider.close();
    }
}
