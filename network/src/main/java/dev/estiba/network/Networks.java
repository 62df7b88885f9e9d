package dev.estiba.network;

import dev.estiba.linux.Fd;
import dev.estiba.linux.netlink.Links;
import dev.estiba.network.address.AddressPools;
import dev.estiba.network.firewall.Firewall;
import dev.estiba.network.firewall.ForeignFirewalls;
import dev.estiba.network.port.PortClaims;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * All bridge networks of a host. What exists is the caller's: he keeps the records, tells them again after a crash ({@link #reconcile}),
 * and does one thing at a time with one endpoint. For several threads.
 */
public final class Networks implements AutoCloseable {
    private final HostNetwork host;
    private final Firewall firewall;
    private final PortClaims claims;
    private final EventLoop loop;
    private final Ipam ipam;
    private final RandomGenerator random;
    private final Map<String, Present> networks = new HashMap<>();
    private final Map<String, Joined> endpoints = new HashMap<>();

    /** A network that is there, and the number of its bridge. */
    private record Present(NetworkConfig config, int bridge) {}

    /** An endpoint that is there. */
    private static final class Joined {
        private final EndpointConfig config;
        private Optional<Publication> publication = Optional.empty();

        Joined(EndpointConfig config) {
            this.config = config;
        }
    }

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
     */
    public static Networks open(Fd namespace, AddressPools pools, RandomGenerator random) throws IOException {
        HostNetwork host = HostNetwork.open(namespace);
        try {
            EventLoop loop = EventLoop.start("network", namespace);
            try {
                return new Networks(host, Firewall.open(host), loop, pools, random);
            } catch (IOException e) {
                loop.close();
                throw e;
            }
        } catch (IOException e) {
            host.close();
            throw e;
        }
    }

    /** The thread that serves relays and resolvers, in the host's namespace. */
    EventLoop loop() {
        return loop;
    }

    /**
     * Chooses a network's subnets and gateways, and takes them; nothing is made yet. {@link #add} follows, or {@link #remove}.
     *
     * @throws NetworkException in Docker's words
     */
    public NetworkConfig allocate(NetworkRequest request) throws IOException {
        NetworkConfig network = ipam.allocate(request);
        try {
            checkBridge(network);
            return network;
        } catch (IOException e) {
            ipam.release(network.id());
            throw e;
        }
    }

    private synchronized void checkBridge(NetworkConfig network) throws NetworkException {
        for (Present other : networks.values()) {
            boolean isSame = other.config().id().equals(network.id());
            if (!isSame && other.config().bridge().equals(network.bridge())) {
                throw NetworkException.taken("cannot create network " + network.id() + " (" + network.bridge()
                        + "): conflicts with network " + other.config().id() + " ("
                        + other.config().bridge() + "): networks have same bridge name");
            }
        }
    }

    /**
     * Makes a network, or sets right what is there of it.
     *
     * @return for a person: what was changed about the host, and which other firewall would drop the network's packets
     */
    public synchronized List<String> add(NetworkConfig network) throws IOException {
        checkBridge(network);
        List<String> told = new ArrayList<>();
        boolean isNew = !networks.containsKey(network.id());
        // The guard is there before anything could pass.
        Forwarding.Changes none = new Forwarding.Changes(Set.of(), Set.of(), List.of());
        firewall.apply(withNetwork(network));
        try {
            int bridge = Bridge.ensure(host, network, random);
            Forwarding.Changes changes = network.isInternal() ? none : Forwarding.ensure(host, network.has(false));
            if (!changes.sentences().isEmpty()) {
                firewall.close(changes.v4(), changes.v6());
                firewall.apply(withNetwork(network));
            }
            networks.put(network.id(), new Present(network, bridge));
            told.addAll(changes.sentences());
        } catch (IOException | RuntimeException e) {
            if (isNew) {
                firewall.apply(configs());
            }
            throw e;
        }
        if (!network.isInternal()) {
            told.addAll(ForeignFirewalls.advice(host, network.bridge()));
        }
        return told;
    }

    private List<NetworkConfig> configs() {
        return networks.values().stream()
                .map(Present::config)
                .sorted(Comparator.comparing(NetworkConfig::id))
                .toList();
    }

    private List<NetworkConfig> withNetwork(NetworkConfig network) {
        List<NetworkConfig> all = new ArrayList<>(configs());
        all.removeIf(other -> other.id().equals(network.id()));
        all.add(network);
        return all;
    }

    /** Removes a network, whose endpoints have gone; it may have gone itself. */
    public synchronized void remove(String networkId) throws IOException {
        Present present = networks.get(networkId);
        if (present != null) {
            Bridge.remove(host, present.config().bridge());
            networks.remove(networkId);
            firewall.apply(configs());
        }
        ipam.release(networkId);
    }

    private synchronized Present present(String networkId) throws NetworkException {
        Present present = networks.get(networkId);
        if (present == null) {
            throw new NetworkException(NetworkException.Reason.ABSENT, "network " + networkId + " not found");
        }
        return present;
    }

    /** Takes addresses for an endpoint; nothing is made yet. {@link #release} gives them back. */
    public EndpointConfig allocate(EndpointRequest request) throws IOException {
        EndpointConfig endpoint = ipam.allocate(present(request.networkId()).config(), request);
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
        Present present = present(endpoint.networkId());
        Endpoint.check(endpoint);
        List<EndpointConfig> all = ofContainer(endpoint.container());
        all.removeIf(other -> other.id().equals(endpoint.id()));
        all.add(endpoint);
        Endpoint.Gateways gateways = new Endpoint.Gateways(
                gateway(all, true).filter(it -> it.endpoint().equals(endpoint)).map(Way::gateway),
                gateway(all, false).filter(it -> it.endpoint().equals(endpoint)).map(Way::gateway));
        String device =
                Endpoint.connect(host, present.config(), present.bridge(), endpoint, namespace, gateways, false);
        EndpointConfig connected = endpoint.named(device);
        synchronized (this) {
            endpoints.put(endpoint.id(), new Joined(connected));
        }
        return connected;
    }

    private synchronized List<EndpointConfig> ofContainer(String container) {
        List<EndpointConfig> found = new ArrayList<>();
        for (Joined joined : endpoints.values()) {
            if (joined.config.container().equals(container)) {
                found.add(joined.config);
            }
        }
        return found;
    }

    /** Which endpoint a default route goes by. */
    private record Way(EndpointConfig endpoint, InetAddress gateway, String network) {}

    /** The one with the highest priority; of several, the one whose network's name comes first. */
    private Optional<Way> gateway(List<EndpointConfig> all, boolean isV4) throws NetworkException {
        List<Way> ways = new ArrayList<>();
        for (EndpointConfig endpoint : all) {
            NetworkConfig network = present(endpoint.networkId()).config();
            Optional<InetAddress> gateway = network.gateway(isV4);
            if (!network.isInternal()
                    && gateway.isPresent()
                    && endpoint.address(isV4).isPresent()) {
                ways.add(new Way(endpoint, gateway.get(), network.name()));
            }
        }
        return ways.stream()
                .min(Comparator.comparingInt((Way way) -> -way.endpoint().gatewayPriority())
                        .thenComparing(Way::network));
    }

    /**
     * Takes a container out of a network. Its addresses stay taken until {@link #release}.
     *
     * @param namespace the container's, when it goes on running: its default route may have to be another one now
     */
    public void disconnect(String endpointId, Optional<Fd> namespace) throws IOException {
        unpublish(endpointId);
        Joined joined;
        synchronized (this) {
            joined = endpoints.remove(endpointId);
        }
        if (joined == null) {
            return;
        }
        Endpoint.disconnect(
                host, joined.config, present(joined.config.networkId()).bridge());
        if (namespace.isPresent()) {
            List<EndpointConfig> left = ofContainer(joined.config.container());
            for (boolean isV4 : new boolean[] {true, false}) {
                Optional<Way> way = gateway(left, isV4);
                if (way.isPresent()) {
                    Optional<InetAddress> gateway = Optional.of(way.get().gateway());
                    Endpoint.reroute(
                            namespace.get(),
                            way.get().endpoint().device().orElse("eth0"),
                            isV4
                                    ? new Endpoint.Gateways(gateway, Optional.empty())
                                    : new Endpoint.Gateways(Optional.empty(), gateway));
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
        synchronized (this) {
            endpoints.remove(endpointId);
        }
    }

    private synchronized Joined joined(String endpointId) throws NetworkException {
        Joined joined = endpoints.get(endpointId);
        if (joined == null) {
            throw new NetworkException(NetworkException.Reason.ABSENT, "endpoint " + endpointId + " not found");
        }
        return joined;
    }

    /**
     * Publishes ports of an endpoint that is connected: all of them, or none. Of an internal network nothing is published.
     *
     * @param holder the container, as whoever wants the same port is told: {@code container web}
     * @return with the host's ports that were taken
     * @throws NetworkException TAKEN or EXHAUSTED, in Docker's words and with the holder
     */
    public List<PublishedPort> publish(String endpointId, List<PortRequest> requests, String holder)
            throws IOException {
        Joined joined = joined(endpointId);
        NetworkConfig network = present(joined.config.networkId()).config();
        if (network.isInternal() || requests.isEmpty()) {
            return List.of();
        }
        if (joined.publication.isPresent()) {
            throw NetworkException.invalid("the ports of endpoint " + endpointId + " are published already");
        }
        Publication publication = Publication.publish(means(), network, joined.config, requests, holder);
        try {
            if (Bridge.isFiltered(host)) {
                Endpoint.treatPort(host, network, joined.config, true);
            }
        } catch (IOException e) {
            publication.close(host);
            throw e;
        }
        synchronized (this) {
            joined.publication = Optional.of(publication);
        }
        return publication.ports();
    }

    private Publication.Means means() {
        return new Publication.Means(host, firewall, claims, loop);
    }

    /** Takes the published ports of an endpoint back; it may have none. */
    public void unpublish(String endpointId) throws IOException {
        Optional<Publication> publication = Optional.empty();
        synchronized (this) {
            Joined joined = endpoints.get(endpointId);
            if (joined != null) {
                publication = joined.publication;
                joined.publication = Optional.empty();
            }
        }
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
        Reconciliation found =
                new Reconciliation(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        expectPorts(wantedNetworks, wantedEndpoints);
        for (NetworkConfig network : wantedNetworks) {
            try {
                ipam.restore(network);
                found.told().addAll(add(network));
            } catch (IOException e) {
                found.problems().add("the network " + network.name() + " is not there: " + e.getMessage());
            }
        }
        Set<String> devices = new HashSet<>();
        List<Links.Link> links = Links.all(host.route());
        links.forEach(link -> devices.add(link.name()));
        for (EndpointConfig endpoint : wantedEndpoints) {
            restore(endpoint, devices, found);
        }
        removeOrphans(links, found);
        return new Reconciled(
                found.lost(),
                found.removed(),
                found.problems(),
                found.told().stream().distinct().toList());
    }

    /** What was published before stays so while the firewall is made again, network by network. */
    private void expectPorts(List<NetworkConfig> wantedNetworks, List<EndpointConfig> wantedEndpoints) {
        for (EndpointConfig endpoint : wantedEndpoints) {
            wantedNetworks.stream()
                    .filter(network -> network.id().equals(endpoint.networkId()) && !network.isInternal())
                    .forEach(network -> endpoint.ports()
                            .forEach(port -> Publication.mapping(network, endpoint, port)
                                    .ifPresent(mapping -> firewall.expect(List.of(mapping)))));
        }
    }

    private record Reconciliation(List<String> lost, List<String> removed, List<String> problems, List<String> told) {}

    private void restore(EndpointConfig endpoint, Set<String> devices, Reconciliation found) throws IOException {
        if (!devices.contains(endpoint.hostDevice())) {
            found.lost().add(endpoint.id());
            unexpect(endpoint);
            return;
        }
        String name = "container " + endpoint.container();
        try {
            NetworkConfig network = present(endpoint.networkId()).config();
            ipam.restore(endpoint);
            Joined joined = new Joined(endpoint);
            endpoints.put(endpoint.id(), joined);
            if (!endpoint.ports().isEmpty() && !network.isInternal()) {
                joined.publication = Optional.of(Publication.publish(
                        means(),
                        network,
                        endpoint,
                        endpoint.ports().stream().map(PortRequest::again).toList(),
                        name));
            }
        } catch (IOException e) {
            found.problems().add(name + ": " + e.getMessage());
            unexpect(endpoint);
        }
    }

    /** Its ports are nobody's any more. */
    private void unexpect(EndpointConfig endpoint) throws IOException {
        Present present = networks.get(endpoint.networkId());
        if (present != null) {
            firewall.unpublish(endpoint.ports().stream()
                    .flatMap(port -> Publication.mapping(present.config(), endpoint, port).stream())
                    .toList());
        }
    }

    private void removeOrphans(List<Links.Link> links, Reconciliation found) throws IOException {
        Set<String> wanted = new HashSet<>();
        networks.values().forEach(present -> wanted.add(present.config().bridge()));
        endpoints.values().forEach(joined -> wanted.add(joined.config.hostDevice()));
        for (Links.Link link : links) {
            boolean isPort = link.kind().equals("veth") && link.name().startsWith(EndpointConfig.PORT_PREFIX);
            if ((isPort || Bridge.isOurs(link)) && !wanted.contains(link.name())) {
                Bridge.remove(host, link.name());
                found.removed().add(link.name());
            }
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

    /** The addresses that a container may call the host by ({@code host-gateway}): the default network's bridge. */
    public synchronized List<InetAddress> hostGateway() {
        List<InetAddress> addresses = new ArrayList<>();
        networks.values().stream()
                .map(Present::config)
                .filter(NetworkConfig::isDefault)
                .forEach(network -> {
                    network.gateway(true).ifPresent(addresses::add);
                    network.gateway(false).ifPresent(addresses::add);
                });
        return addresses;
    }

    /** Lets go of everything in this process. What is in the kernel stays: containers go on. */
    @Override
    public void close() {
        loop.close();
        endpoints.values().forEach(joined -> joined.publication.ifPresent(Publication::letGo));
        host.close();
    }
}
