package dev.estiba.network;

import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.network.address.Subnet;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * A port of the host that leads to one of a container.
 *
 * @param hostAddress zeros for all of that family's
 * @param hostPort taken already
 * @param containerPort at the container's address
 * @param respectsHostFirewall clients come to a process of the host first, so that whatever the host's firewall says of its own ports
 *     ({@code ufw deny 8080}, a rule in INPUT) holds for this one; the container sees the gateway's address instead of the client's
 */
public record PublishedPort(
        Transport transport, InetAddress hostAddress, int hostPort, int containerPort, boolean respectsHostFirewall) {
    private static final int HIGHEST = 65535;

    public PublishedPort {
        if (hostPort < 1 || hostPort > HIGHEST || containerPort < 1 || containerPort > HIGHEST) {
            throw new IllegalArgumentException("no port: " + hostPort + " to " + containerPort);
        }
        if (respectsHostFirewall && transport == Transport.SCTP) {
            throw new IllegalArgumentException("a port of SCTP cannot be relayed");
        }
    }

    public boolean isV4() {
        return hostAddress instanceof Inet4Address;
    }

    /** As Docker writes it: {@code 0.0.0.0:8080}, {@code [::]:8080}. */
    public String text() {
        String host = Subnet.text(hostAddress);
        return (isV4() ? host : "[" + host + "]") + ":" + hostPort;
    }
}
