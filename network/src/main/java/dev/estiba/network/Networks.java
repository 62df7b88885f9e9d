package dev.estiba.network;

import dev.estiba.linux.Fd;
import dev.estiba.linux.netlink.StackedLinks;
import dev.estiba.network.NetworkState.Joined;
import dev.estiba.network.NetworkState.Present;
import dev.estiba.network.NetworkState.Way;
import dev.estiba.network.address.AddressPools;
import dev.estiba.network.dns.DnsSockets;
import dev.estiba.network.dns.Resolver;
import dev.estiba.network.firewall.Firewall;
import dev.estiba.network.firewall.ForeignFirewalls;
import dev.estiba.network.port.PortClaims;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * All networks of a host. What exists is the caller's: he keeps the records, tells them again after a crash ({@link #reconcile}),
 * and does one thing at a time with one endpoint. For several threads.
 */
public final class Networks implements AutoCloseable {
    private final HostNetwork host;
    private final Firewall firewall;
    private final PortClaims claims;
    private final EventLoop loop;
    private final Ipam ipam;
    private final RandomGenerator random;
    private final NetworkState state = new NetworkState();
    private final Map<String, Resolver> resolvers = new HashMap<>();

    private Networks(HostNetwork host, Firewall firewall, EventLoop loop, AddressPools pools, RandomGenerator random) {
        this.host = host;
        this.firewall = firewall;
        this.claims = new PortClaims(host);
        this.loop = loop;
        this.ipam = new Ipam(host, pools, random);
        this.random = random;
    }

    /**
     * Those of a namespace. Nothing is changed there before a network is added, or all of them are told.
     *
     * @param namespace the host's; duplicated
     * @param random which nobody can guess
     */
    public static Networks open(Fd namespace, AddressPools pools, RandomGenerator random) throws IOException {
        return open(namespace, pools, random, true);
    }

    /** @param isOwned see {@link Firewall#open} */
    static Networks open(Fd namespace, AddressPools pools, RandomGenerator random, boolean isOwned) throws IOException {
        HostNetwork host = HostNetwork.open(namespace);
        try {
            EventLoop loop = EventLoop.start("network", namespace);
            try {
                return new Networks(host, Firewall.open(host, isOwned), loop, pools, random);
            } catch (IOException e) {
                loop.close();
                throw e;
            }
        } catch (IOException e) {
            host.close();
            throw e;
        }
    }

    /**
     * Chooses a network's subnets and gateways, and takes them; nothing is made yet. {@link #add} follows, or {@link #remove}.
     *
     * @throws NetworkException in Docker's words
     */
    public NetworkConfig allocate(NetworkRequest request) throws IOException {
        NetworkConfig network = ipam.allocate(request);
        try {
            check(network);
            return network;
        } catch (IOException e) {
            ipam.release(network.id());
            throw e;
        }
    }

    private void check(NetworkConfig network) throws NetworkException {
        if (network.parent().isPresent()) {
            Parent.check(network, state.networks());
            return;
        }
        for (NetworkConfig other : state.bridges()) {
            boolean isSame = other.id().equals(network.id());
            if (!isSame && other.bridge().equals(network.bridge())) {
                throw NetworkException.taken("cannot create network " + network.id() + " (" + network.bridge()
                        + "): conflicts with network " + other.id() + " (" + other.bridge()
                        + "): networks have same bridge name");
            }
        }
    }

    /**
     * Makes a network, or sets right what is there of it.
     *
     * @return for a person: what was changed about the host, and which other firewall would drop the network's packets
     */
    public synchronized List<String> add(NetworkConfig network) throws IOException {
        if (network.isForeign()) {
            state.add(network, 0);
            return List.of();
        }
        check(network);
        if (network.parent().isPresent()) {
            state.add(network, Parent.ensure(host, network));
            return List.of();
        }
        List<String> told = new ArrayList<>();
        List<NetworkConfig> before = state.bridges();
        // The guard is there before anything could pass.
        firewall.apply(state.bridgesWith(network));
        try {
            int bridge = Bridge.ensure(host, network, random);
            if (!network.isInternal()) {
                told.addAll(forward(network));
                told.addAll(ForeignFirewalls.advice(host, network.bridge()));
            }
            state.add(network, bridge);
            return told;
        } catch (IOException | RuntimeException e) {
            firewall.apply(before);
            throw e;
        }
    }

    private List<String> forward(NetworkConfig network) throws IOException {
        Forwarding.Changes changes = Forwarding.ensure(host, network.has(false));
        if (!changes.sentences().isEmpty()) {
            firewall.close(changes.v4(), changes.v6());
            firewall.apply(state.bridgesWith(network));
        }
        return changes.sentences();
    }

    /** Removes a network, whose endpoints have gone; it may have gone itself. */
    public synchronized void remove(String networkId) throws IOException {
        Optional<Present> present = state.findNetwork(networkId);
        if (present.isPresent()) {
            NetworkConfig network = present.get().config();
            if (network.parent().isPresent()) {
                Parent.remove(host, network, state.networks());
            } else if (network.hasBridge()) {
                Bridge.remove(host, network.bridge());
            }
            state.removeNetwork(networkId);
            if (network.hasBridge()) {
                firewall.apply(state.bridges());
            }
        }
        ipam.release(networkId);
    }

    /** Takes addresses for an endpoint; nothing is made yet. {@link #release} gives them back. */
    public EndpointConfig allocate(EndpointRequest request) throws IOException {
        NetworkConfig network = state.network(request.networkId()).config();
        boolean hasNoOwnMac = network.parent()
                .filter(parent -> parent.kind() instanceof StackedLinks.Ipvlan)
                .isPresent();
        if (hasNoOwnMac && request.mac().isPresent()) {
            throw NetworkException.invalid("ipvlan interfaces do not support custom mac address assignment");
        }
        EndpointConfig endpoint = ipam.allocate(network, request);
        try {
            Endpoint.check(endpoint);
            return endpoint;
        } catch (IOException e) {
            ipam.release(endpoint);
            throw e;
        }
    }

    /** Gives an endpoint's addresses back. */
    public void release(EndpointConfig endpoint) {
        ipam.release(endpoint);
    }

    /**
     * Joins a container, which may be running, to a network.
     *
     * @param namespace the container's
     * @return the endpoint with its device's name
     */
    public EndpointConfig connect(EndpointConfig endpoint, Fd namespace) throws IOException {
        Present present = state.network(endpoint.networkId());
        Endpoint.check(endpoint);
        List<EndpointConfig> all = state.ofContainer(endpoint.container());
        all.removeIf(other -> other.id().equals(endpoint.id()));
        all.add(endpoint);
        Endpoint.Gateways gateways = new Endpoint.Gateways(
                state.gateway(all, true)
                        .filter(it -> it.endpoint().equals(endpoint))
                        .map(Way::gateway),
                state.gateway(all, false)
                        .filter(it -> it.endpoint().equals(endpoint))
                        .map(Way::gateway));
        NetworkConfig network = present.config();
        EndpointConfig connected = network.parent().isPresent()
                ? StackedEndpoint.connect(host, network, endpoint, namespace, gateways)
                : endpoint.named(StrictPorts.connect(firewall, host, present, endpoint, namespace, gateways));
        state.add(connected);
        return connected;
    }

    /** Whether strict containers' addresses are looked at: older or smaller kernels cannot. */
    public boolean seesFrames() throws IOException {
        return firewall.seesFrames();
    }

    /** A container is in a network that others make: its names are told from here on, until it is disconnected. */
    public void adopt(EndpointConfig endpoint) throws NetworkException {
        state.add(endpoint);
    }

    /**
     * Makes a container ready for others to make a device in it: it has its loopback, by which it is told names.
     *
     * @return the name of a device that it has not got yet: eth0, eth1 …
     */
    public static String prepare(Fd namespace) throws IOException {
        return Endpoint.prepare(namespace);
    }

    /**
     * Takes a container out of a network. Its addresses stay taken until {@link #release}.
     *
     * @param namespace the container's, when it goes on running: its default route may have to be another one now
     */
    public void disconnect(String endpointId, Optional<Fd> namespace) throws IOException {
        unpublish(endpointId);
        Optional<Joined> joined = state.removeEndpoint(endpointId);
        if (joined.isEmpty()) {
            return;
        }
        EndpointConfig endpoint = joined.get().config();
        Present network = state.network(endpoint.networkId());
        if (network.config().hasBridge()) {
            Endpoint.disconnect(host, endpoint, network.device());
        } else if (namespace.isPresent() && !network.config().isForeign()) {
            StackedEndpoint.disconnect(network.config(), endpoint, namespace.get());
        }
        StrictPorts.letGo(firewall, network.config(), endpoint);
        if (namespace.isPresent()) {
            List<EndpointConfig> left = state.ofContainer(endpoint.container());
            for (boolean isV4 : new boolean[] {true, false}) {
                Optional<Way> way = state.gateway(left, isV4);
                if (way.isPresent()) {
                    Endpoint.reroute(namespace.get(), way.get(), isV4);
                }
            }
        }
    }

    /**
     * The container has ended, and its namespace with it or soon: the kernel removes its devices by itself, and nobody waits for that.
     * Its ports are free when this returns.
     */
    public void ended(String endpointId) throws IOException {
        unpublish(endpointId);
        Optional<Joined> joined = state.removeEndpoint(endpointId);
        if (joined.isPresent()) {
            EndpointConfig endpoint = joined.get().config();
            Optional<Present> network = state.findNetwork(endpoint.networkId());
            if (network.isPresent()) {
                StrictPorts.letGo(firewall, network.get().config(), endpoint);
            }
        }
    }

    /**
     * Has a container be called otherwise in a network, by its own resolver and all others'.
     *
     * @return the endpoint with these names
     */
    public EndpointConfig rename(String endpointId, List<String> names) throws IOException {
        return state.rename(endpointId, names);
    }

    /**
     * Publishes ports of an endpoint that is connected: all of them, or none. Of an internal network nothing is published, nor of one
     * that is outside itself.
     *
     * @param holder the container, as whoever wants the same port is told: {@code container web}
     * @return with the host's ports that were taken
     * @throws NetworkException TAKEN or EXHAUSTED, in Docker's words and with the holder
     */
    public List<PublishedPort> publish(String endpointId, List<PortRequest> requests, String holder)
            throws IOException {
        Joined joined = state.endpoint(endpointId);
        EndpointConfig endpoint = joined.config();
        NetworkConfig network = state.network(endpoint.networkId()).config();
        if (network.isInternal() || !network.hasBridge() || requests.isEmpty()) {
            return List.of();
        }
        if (joined.publication().isPresent()) {
            throw NetworkException.invalid("the ports of endpoint " + endpointId + " are published already");
        }
        Publication publication = Publication.publish(means(), network, endpoint, requests, holder);
        try {
            if (Bridge.isFiltered(host)) {
                Endpoint.treatPort(host, network, endpoint, true);
            }
        } catch (IOException e) {
            publication.close(host);
            throw e;
        }
        state.publish(endpointId, Optional.of(publication));
        return publication.ports();
    }

    private Publication.Means means() {
        return new Publication.Means(host, firewall, claims, loop);
    }

    /** Takes the published ports of an endpoint back; it may have none. */
    public void unpublish(String endpointId) throws IOException {
        Optional<Publication> publication = state.publish(endpointId, Optional.empty());
        if (publication.isPresent()) {
            publication.get().close(host);
        }
    }

    /**
     * What was found after a crash.
     *
     * @param lost endpoints whose devices have gone, with their containers
     * @param removed devices that were nobody's
     * @param problems what could not be had again, for a person
     * @param told what {@link #add} tells
     */
    public record Reconciled(List<String> lost, List<String> removed, List<String> problems, List<String> told) {
        public Reconciled {
            lost = List.copyOf(lost);
            removed = List.copyOf(removed);
            problems = List.copyOf(problems);
            told = List.copyOf(told);
        }
    }

    /**
     * Makes what is there what is wanted, after a crash or a reboot: bridges and the firewall are set right, ports are taken again, and
     * bridges, pairs and elements of ours that nobody wants are removed. Connections that go on are not disturbed.
     *
     * @param wantedEndpoints of containers that run
     */
    public synchronized Reconciled reconcile(List<NetworkConfig> wantedNetworks, List<EndpointConfig> wantedEndpoints)
            throws IOException {
        return new Reconciliation(this, state, ipam, means()).run(wantedNetworks, wantedEndpoints);
    }

    /**
     * Begins to answer a container's questions for names.
     *
     * @param sockets made in its namespace when it was connected, or taken over from a former process; {@link #stopResolver} closes them
     * @param servers for names that are not of its networks; asked from the host's namespace, and not at all for a container whose
     *     networks are all internal
     */
    public void startResolver(String container, DnsSockets sockets, List<InetSocketAddress> servers)
            throws IOException {
        Resolver resolver = Resolver.start(loop, sockets, state.names().seenBy(container, servers), random);
        Optional<Resolver> former;
        synchronized (resolvers) {
            former = Optional.ofNullable(resolvers.put(container, resolver));
        }
        if (former.isPresent()) {
            former.get().close();
        }
    }

    /** The container has ended. */
    public void stopResolver(String container) throws IOException {
        Optional<Resolver> resolver;
        synchronized (resolvers) {
            resolver = Optional.ofNullable(resolvers.remove(container));
        }
        if (resolver.isPresent()) {
            resolver.get().close();
        }
    }

    /** Whether the firewall is as it was made: microseconds, as long as nobody has changed any of the host's. */
    public boolean isFirewallIntact() throws IOException {
        return firewall.isIntact();
    }

    /** Makes the firewall again when somebody has changed it; whether that was so. */
    public boolean restoreFirewall() throws IOException {
        return firewall.restore();
    }

    /** Whether the host has IPv6 at all: without, a network of it cannot be made. */
    public boolean hasV6() throws IOException {
        return host.in(() -> {
            try (Sysctls sysctls = Sysctls.open()) {
                return sysctls.read("ipv6/conf/all/disable_ipv6").isPresent();
            }
        });
    }

    /** The addresses that a container may call the host by ({@code host-gateway}): the default network's bridge. */
    public List<InetAddress> hostGateway() {
        List<InetAddress> addresses = new ArrayList<>();
        for (NetworkConfig network : state.networks()) {
            if (network.isDefault()) {
                network.gateway(true).ifPresent(addresses::add);
                network.gateway(false).ifPresent(addresses::add);
            }
        }
        return addresses;
    }

    /** Lets go of everything in this process. What is in the kernel stays: containers go on. */
    @Override
    public void close() {
        loop.close();
        synchronized (resolvers) {
            resolvers.values().forEach(Resolver::letGo);
            resolvers.clear();
        }
        state.endpoints().forEach(joined -> joined.publication().ifPresent(Publication::letGo));
        host.close();
    }
}
