package dev.estiba.network.dns;

import static dev.estiba.linux.netlink.Expressions.Comparison.EQUAL;

import dev.estiba.linux.Fd;
import dev.estiba.linux.InetSocket;
import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.netlink.Expressions;
import dev.estiba.linux.netlink.Message;
import dev.estiba.linux.netlink.NetlinkException;
import dev.estiba.linux.netlink.NetlinkSocket;
import dev.estiba.linux.netlink.NfTables;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The sockets at which a container finds its resolver. They are on ports that the kernel has chosen, and a table in the container's
 * namespace leads 127.0.0.11:53 there, so that the container can have a server at port 53 itself. Whoever has the two descriptors can
 * serve them: they may be handed on to another process.
 */
public record DnsSockets(Fd datagrams, Fd connections) implements AutoCloseable {
    /** Where containers ask. */
    public static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.11");

    private static final NfTables.Table TABLE = new NfTables.Table(NfTables.Family.IPV4, "estiba-dns");
    private static final int BEFORE_FILTERS = -150;
    private static final int SOURCE_ADDRESS = 12;
    private static final int DESTINATION_ADDRESS = 16;
    private static final int STANDARD = 53;
    private static final int BACKLOG = 64;

    /** Makes them in a namespace whose loopback is up. */
    public static DnsSockets open(Fd namespace) throws IOException {
        return NetworkNamespace.in(namespace, () -> {
            Fd datagrams = InetSocket.open(Transport.UDP, false);
            try {
                Fd connections = InetSocket.open(Transport.TCP, false);
                try {
                    InetSocket.bind(datagrams, new InetSocketAddress(ADDRESS, 0));
                    InetSocket.bind(connections, new InetSocketAddress(ADDRESS, 0));
                    InetSocket.listen(connections, BACKLOG);
                    lead(
                            InetSocket.localAddress(datagrams).getPort(),
                            InetSocket.localAddress(connections).getPort());
                    return new DnsSockets(datagrams, connections);
                } catch (IOException e) {
                    connections.close();
                    throw e;
                }
            } catch (IOException e) {
                datagrams.close();
                throw e;
            }
        });
    }

    /**
     * Ports are written over in the packets themselves, on their way and on their way back: translation would have the kernel track all
     * of the container's connections.
     */
    private static void lead(int datagrams, int connections) throws IOException {
        List<Message> messages = new ArrayList<>();
        messages.add(
                NfTables.addBaseChain(TABLE, "output", NfTables.Kind.FILTER, NfTables.Hook.OUTPUT, BEFORE_FILTERS));
        for (Transport transport : List.of(Transport.UDP, Transport.TCP)) {
            byte[] port = port(transport == Transport.UDP ? datagrams : connections);
            byte[] standard = port(STANDARD);
            Expressions question = of(transport, DESTINATION_ADDRESS)
                    .destinationPort(0)
                    .compare(0, EQUAL, standard)
                    .load(0, port)
                    .writePort(Expressions.Port.DESTINATION, transport, 0);
            Expressions answer = of(transport, SOURCE_ADDRESS)
                    .sourcePort(0)
                    .compare(0, EQUAL, port)
                    .load(0, standard)
                    .writePort(Expressions.Port.SOURCE, transport, 0);
            messages.add(NfTables.addRule(TABLE, "output", "to the resolver", question));
            messages.add(NfTables.addRule(TABLE, "output", "from the resolver", answer));
        }
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.Family.NETFILTER)) {
            List<Message> first =
                    new ArrayList<>(List.of(NfTables.addTable(TABLE).exclusive()));
            first.addAll(messages);
            try {
                NfTables.commit(socket, first);
            } catch (NetlinkException e) {
                if (!e.is(Errno.EEXIST)) {
                    throw e;
                }
                // Of a former resolver. Not tried first, because whoever deletes waits for all processors when he
                // closes the socket.
                messages.addAll(0, List.of(NfTables.deleteTable(TABLE), NfTables.addTable(TABLE)));
                NfTables.commit(socket, messages);
            }
        }
    }

    private static Expressions of(Transport transport, int addressAt) {
        return new Expressions()
                .networkHeader(addressAt, 4, 0)
                .compare(0, EQUAL, ADDRESS.getAddress())
                .meta(Expressions.Meta.TRANSPORT_PROTOCOL, 0)
                .compare(0, EQUAL, (byte) transport.number());
    }

    private static byte[] port(int port) {
        return new byte[] {(byte) (port >> 8), (byte) port};
    }

    @Override
    public void close() {
        datagrams.close();
        connections.close();
    }
}
