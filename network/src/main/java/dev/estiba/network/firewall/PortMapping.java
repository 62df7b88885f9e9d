package dev.estiba.network.firewall;

import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.linux.netlink.NfSets;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * An element of one of the table's maps.
 *
 * @param hostAddress zeros for all of that family's; of the container itself, when it is only opened
 * @param isOpened whether the container's own address is opened, rather than the host's translated
 */
public record PortMapping(
        Transport transport,
        InetAddress hostAddress,
        int hostPort,
        InetAddress containerAddress,
        int containerPort,
        boolean isOpened) {
    public PortMapping {
        if (hostAddress instanceof Inet4Address != containerAddress instanceof Inet4Address) {
            throw new IllegalArgumentException(hostAddress + " cannot be translated to " + containerAddress);
        }
    }

    /** The host's address led to the container's. */
    public static PortMapping translated(
            Transport transport, InetAddress host, int hostPort, InetAddress container, int containerPort) {
        return new PortMapping(transport, host, hostPort, container, containerPort, false);
    }

    /** The container's own address opened for that port. */
    public static PortMapping opened(Transport transport, InetAddress container, int port) {
        return new PortMapping(transport, container, port, container, port, true);
    }

    boolean isV4() {
        return hostAddress instanceof Inet4Address;
    }

    /** The set or map that it is an element of. */
    String set() {
        return (isOpened ? "open" : "ports") + (isV4() ? "4" : "6");
    }

    NfSets.Element element() {
        byte[] key =
                NfSets.concatenated(new byte[] {(byte) transport.number()}, hostAddress.getAddress(), port(hostPort));
        return isOpened
                ? NfSets.Element.of(key)
                : NfSets.Element.of(key, NfSets.concatenated(containerAddress.getAddress(), port(containerPort)));
    }

    private static byte[] port(int port) {
        return new byte[] {(byte) (port >> 8), (byte) port};
    }
}
