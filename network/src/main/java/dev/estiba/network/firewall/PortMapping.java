package dev.estiba.network.firewall;

import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.linux.netlink.NfSets;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * An element of one of the table's maps.
 *
 * @param kind what is done with the port
 * @param hostAddress zeros for all of that family's; of the container itself, when it is opened
 * @param containerAddress the host's again, when it is relayed
 */
public record PortMapping(
        Kind kind,
        Transport transport,
        InetAddress hostAddress,
        int hostPort,
        InetAddress containerAddress,
        int containerPort) {
    public PortMapping {
        if (hostAddress instanceof Inet4Address != containerAddress instanceof Inet4Address) {
            throw new IllegalArgumentException(hostAddress + " cannot be translated to " + containerAddress);
        }
    }

    /** What becomes of packets for a port. */
    public enum Kind {
        /** They go on to the container. */
        TRANSLATED("ports"),
        /** They may go to the container, whose address they have. */
        OPENED("open"),
        /** A process of the host has them, which no container of an internal network may reach. */
        RELAYED("relayed");

        private final String set;

        Kind(String set) {
            this.set = set;
        }
    }

    /** The host's address led to the container's. */
    public static PortMapping translated(
            Transport transport, InetAddress host, int hostPort, InetAddress container, int containerPort) {
        return new PortMapping(Kind.TRANSLATED, transport, host, hostPort, container, containerPort);
    }

    /** The container's own address opened for that port. */
    public static PortMapping opened(Transport transport, InetAddress container, int port) {
        return new PortMapping(Kind.OPENED, transport, container, port, container, port);
    }

    /** A port of the host that a relay listens at. */
    public static PortMapping relayed(Transport transport, InetAddress host, int port) {
        return new PortMapping(Kind.RELAYED, transport, host, port, host, port);
    }

    boolean isV4() {
        return hostAddress instanceof Inet4Address;
    }

    /** The set or map that it is an element of. */
    String set() {
        return kind.set + (isV4() ? "4" : "6");
    }

    NfSets.Element element() {
        byte[] key =
                NfSets.concatenated(new byte[] {(byte) transport.number()}, hostAddress.getAddress(), port(hostPort));
        return kind == Kind.TRANSLATED
                ? NfSets.Element.of(key, NfSets.concatenated(containerAddress.getAddress(), port(containerPort)))
                : NfSets.Element.of(key);
    }

    private static byte[] port(int port) {
        return new byte[] {(byte) (port >> 8), (byte) port};
    }
}
