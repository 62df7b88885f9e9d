package dev.estiba.network;

import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.network.port.PortClaims.Range;
import java.net.InetAddress;
import java.util.Optional;

/**
 * {@code -p}: a container's port to be published.
 *
 * @param hostAddress all of the host's when empty
 * @param hostPorts the first that is free of them
 * @param respectsHostFirewall see {@link PublishedPort}
 */
public record PortRequest(
        Transport transport,
        Optional<InetAddress> hostAddress,
        Range hostPorts,
        int containerPort,
        boolean respectsHostFirewall) {
    /** The same port once more. */
    static PortRequest again(PublishedPort port) {
        return new PortRequest(
                port.transport(),
                Optional.of(port.hostAddress()),
                Range.of(port.hostPort()),
                port.containerPort(),
                port.respectsHostFirewall());
    }

    public static PortRequest of(int hostPort, int containerPort) {
        return new PortRequest(Transport.TCP, Optional.empty(), Range.of(hostPort), containerPort, false);
    }
}
