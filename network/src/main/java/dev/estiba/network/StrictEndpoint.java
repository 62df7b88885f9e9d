package dev.estiba.network;

import java.net.InetAddress;
import java.util.List;

/**
 * That an endpoint's container is kept in narrowly: it sends by its own addresses alone, and it reaches no service of the host's, nor
 * the metadata of the cloud's machine that the host is. Of bridge networks.
 *
 * @param hostAddresses addresses of the host that it reaches all the same
 */
public record StrictEndpoint(List<InetAddress> hostAddresses) {
    public StrictEndpoint {
        hostAddresses = List.copyOf(hostAddresses);
    }
}
