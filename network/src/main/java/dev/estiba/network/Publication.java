package dev.estiba.network;

import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.linux.netlink.ConnectionTracking;
import dev.estiba.network.address.Subnet;
import dev.estiba.network.firewall.Firewall;
import dev.estiba.network.firewall.PortMapping;
import dev.estiba.network.port.PortClaim;
import dev.estiba.network.port.PortClaims;
import dev.estiba.network.port.Relay;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is published of one endpoint, as long as it is.
 *
 * <p>The firewall translates what comes from outside, from other containers and from 127.0.0.0/8. A relay carries what it cannot: from
 * ::1, which no routing table lets out of the host; from a family that the container has no address of; and where clients are to pass
 * the host's own firewall, whose rules for the port see it in INPUT only when a process of the host has it.
 */
final class Publication {
    private final Firewall firewall;
    private final EventLoop loop;
    private final List<PublishedPort> ports = new ArrayList<>();
    private final List<PortClaim> claims = new ArrayList<>();
    private final List<Relay> relays = new ArrayList<>();
    private final List<PortMapping> mappings = new ArrayList<>();

    private Publication(Firewall firewall, EventLoop loop) {
        this.firewall = firewall;
        this.loop = loop;
    }

    /** What publishing needs of the host. */
    record Means(HostNetwork host, Firewall firewall, PortClaims claims, EventLoop loop) {}

    /**
     * Publishes ports: all of them, or none.
     *
     * @param holder the container, as others shall be told who has the port
     */
    static Publication publish(
            Means means, NetworkConfig network, EndpointConfig endpoint, List<PortRequest> requests, String holder)
            throws IOException {
        Publication publication = new Publication(means.firewall(), means.loop());
        try {
            for (PortRequest request : requests) {
                publication.add(means, network, endpoint, request, holder);
            }
            publication.open(means, network);
            return publication;
        } catch (IOException | RuntimeException e) {
            publication.close(means.host());
            throw e;
        }
    }

    private void add(Means means, NetworkConfig network, EndpointConfig endpoint, PortRequest request, String holder)
            throws IOException {
        List<InetAddress> hostAddresses = new ArrayList<>();
        for (InetAddress address : addresses(network, endpoint, request)) {
            if (isOpened(network, endpoint, address)) {
                publish(network, endpoint, request, address, request.containerPort());
            } else {
                hostAddresses.add(address);
            }
        }
        if (hostAddresses.isEmpty()) {
            return;
        }
        List<PortClaim> taken = means.claims()
                .take(
                        request.transport(),
                        hostAddresses,
                        request.hostPorts(),
                        holder,
                        address -> isRelayed(endpoint, request, address));
        claims.addAll(taken);
        for (PortClaim claim : taken) {
            if (isRelayed(endpoint, request, claim.address()) && claim.socket().isPresent()) {
                boolean isV4 = claim.address() instanceof Inet4Address;
                InetAddress target = endpoint.address(isV4)
                        .or(() -> endpoint.address(!isV4))
                        .orElseThrow(() -> new IOException("the container has no address"));
                relays.add(Relay.start(loop, claim, new InetSocketAddress(target, request.containerPort())));
            }
            publish(network, endpoint, request, claim.address(), claim.port());
        }
    }

    private void publish(
            NetworkConfig network, EndpointConfig endpoint, PortRequest request, InetAddress address, int hostPort) {
        PublishedPort port = new PublishedPort(
                request.transport(), address, hostPort, request.containerPort(), request.respectsHostFirewall());
        ports.add(port);
        mappings.addAll(mappings(network, endpoint, port));
    }

    /** What the firewall has of a published port. */
    static List<PortMapping> mappings(NetworkConfig network, EndpointConfig endpoint, PublishedPort port) {
        Optional<InetAddress> container = endpoint.address(port.isV4());
        if (container.isPresent() && isOpened(network, endpoint, port.hostAddress())) {
            return List.of(PortMapping.opened(port.transport(), container.get(), port.containerPort()));
        }
        List<PortMapping> mappings = new ArrayList<>();
        if (isRelayed(endpoint, PortRequest.again(port), port.hostAddress())) {
            mappings.add(PortMapping.relayed(port.transport(), port.hostAddress(), port.hostPort()));
        }
        if (container.isPresent() && !port.respectsHostFirewall() && !isLoopbackV6(port.hostAddress())) {
            mappings.add(PortMapping.translated(
                    port.transport(), port.hostAddress(), port.hostPort(), container.get(), port.containerPort()));
        }
        return mappings;
    }

    /** Whether clients come to the container's own address, and no port of the host is taken. */
    private static boolean isOpened(NetworkConfig network, EndpointConfig endpoint, InetAddress address) {
        return network.mode(address) == BridgeOptions.GatewayMode.ROUTED
                && endpoint.address(address instanceof Inet4Address).isPresent();
    }

    /** Whether a process of the host serves what comes to that address, or some of it. */
    private static boolean isRelayed(EndpointConfig endpoint, PortRequest request, InetAddress address) {
        boolean isV4 = address instanceof Inet4Address;
        boolean isOfBoth = endpoint.address(isV4).isPresent();
        return request.transport() != Transport.SCTP
                && (request.respectsHostFirewall()
                        || !isOfBoth
                        || !isV4 && address.isAnyLocalAddress()
                        || isLoopbackV6(address));
    }

    private static boolean isLoopbackV6(InetAddress address) {
        return address.equals(Subnet.loopback(false));
    }

    private static List<InetAddress> addresses(NetworkConfig network, EndpointConfig endpoint, PortRequest request) {
        Optional<InetAddress> wanted = request.hostAddress().or(network.options()::hostBinding);
        if (wanted.isPresent()) {
            return List.of(wanted.get());
        }
        // Over both, also to a container that has one of them only: SCTP cannot be relayed to the other one.
        return List.of(Subnet.anyAddress(true), Subnet.anyAddress(false)).stream()
                .filter(address -> request.transport() != Transport.SCTP
                        || endpoint.address(address instanceof Inet4Address).isPresent())
                .toList();
    }

    private void open(Means means, NetworkConfig network) throws IOException {
        firewall.publish(mappings);
        boolean isForLoopback = mappings.stream()
                .map(PortMapping::hostAddress)
                .anyMatch(address -> address instanceof Inet4Address
                        && (address.isAnyLocalAddress() || address.isLoopbackAddress()));
        if (isForLoopback) {
            // Behind the firewall's guard, which is there by now.
            Bridge.routeLoopback(means.host(), network.bridge());
        }
        forgetFlows(means.host());
    }

    /** A stream of datagrams that has begun before, or went to the port's former holder, goes on as it began otherwise. */
    private void forgetFlows(HostNetwork host) throws IOException {
        Set<Integer> udp = ports.stream()
                .filter(port -> port.transport() == Transport.UDP)
                .map(PublishedPort::hostPort)
                .collect(Collectors.toSet());
        if (!udp.isEmpty()) {
            int unused = ConnectionTracking.forget(
                    host.netfilter(),
                    flow -> flow.original().protocol() == Transport.UDP.number()
                            && udp.contains(flow.original().toPort()));
        }
    }

    List<PublishedPort> ports() {
        return List.copyOf(ports);
    }

    List<PortMapping> mappings() {
        return List.copyOf(mappings);
    }

    /** Lets go of the sockets; the firewall's elements stay, so that connections go on until the next life. */
    void letGo() {
        claims.forEach(PortClaim::close);
    }

    /** Takes everything back. */
    void close(HostNetwork host) throws IOException {
        try {
            firewall.unpublish(mappings);
            forgetFlows(host);
        } finally {
            if (!relays.isEmpty()) {
                boolean unused = loop.call(() -> {
                    relays.forEach(Relay::close);
                    return true;
                });
            }
            claims.forEach(PortClaim::close);
        }
    }
}
