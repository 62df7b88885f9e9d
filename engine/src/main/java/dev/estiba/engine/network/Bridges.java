package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkInspect;
import dev.estiba.engine.network.NetworkChoice.Wish;
import dev.estiba.engine.settings.NetworkDefaults;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.linux.Fd;
import dev.estiba.network.EndpointConfig;
import dev.estiba.network.EndpointRequest;
import dev.estiba.network.NetworkConfig;
import dev.estiba.network.NetworkException;
import dev.estiba.network.NetworkRequest;
import dev.estiba.network.Networks;
import dev.estiba.network.PortRequest;
import dev.estiba.network.StrictEndpoint;
import dev.estiba.network.address.Subnet;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Networks as they are in the kernel, and who is in them. The kernel is not spoken to before somebody needs a network: an engine
 * that stays and has none to serve costs nothing. Safe for all threads; one thing at a time is done with one container.
 */
final class Bridges implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Bridges.class.getName());
    private static final int LOOK_SECONDS = 5;
    /** The same for every daemon, whatever directories it has. */
    private static final Path CLAIMS = Path.of("/run/estiba");

    private final Fd host;
    private final NetworkStore store;
    private final Catalogue catalogue;
    private final NetworkDefaults defaults;
    private final CniNetworks plugins;
    private final SecureRandom random = new SecureRandom();
    /** By the container's id. */
    private final Map<String, Given> given = new HashMap<>();
    /** What a container had in its last run, and may have again. */
    private final Map<String, Given> former = new HashMap<>();

    private Optional<Networks> networks = Optional.empty();
    private Optional<HostClaim> claim = Optional.empty();
    private Optional<ScheduledExecutorService> timer = Optional.empty();

    /** @param host the namespace that bridges are in; duplicated */
    Bridges(Fd host, NetworkStore store, Catalogue catalogue, NetworkDefaults defaults, Path dataRoot)
            throws IOException {
        this.host = host.duplicate();
        this.plugins = new CniNetworks(dataRoot, this.host);
        this.store = store;
        this.catalogue = catalogue;
        this.defaults = defaults;
    }

    /** A container that an earlier process has joined, and that runs. */
    record Survivor(String container, Given given) {}

    /**
     * Goes on with what an earlier process has left, ports of containers included that have ended since; looks at nothing when no network
     * was ever made.
     */
    synchronized void restore(List<Survivor> survivors) throws IOException {
        if (!survivors.isEmpty()) {
            open(survivors);
        } else if (catalogue.all().stream().anyMatch(BridgeNetwork::isMade)) {
            try {
                open(survivors);
            } catch (IOException e) {
                LOG.log(Level.WARNING, e.getMessage()); // nobody is in them: whoever comes is told
            }
        }
    }

    synchronized Networks opened() throws IOException {
        return networks.isPresent() ? networks.get() : open(List.of());
    }

    private Networks open(List<Survivor> survivors) throws IOException {
        HostClaim taken = HostClaim.take(CLAIMS, host)
                .orElseThrow(
                        () -> ApiException.conflict(
                                "another daemon has the bridge networks of this host: only one can (say --network none or host)"));
        boolean isOpen = false;
        try {
            Networks opened = reconciled(survivors);
            networks = Optional.of(opened);
            timer = Optional.of(watch(opened));
            claim = Optional.of(taken);
            isOpen = true;
            return opened;
        } finally {
            if (!isOpen) {
                taken.close();
            }
        }
    }

    private Networks reconciled(List<Survivor> survivors) throws IOException {
        renewDefault(survivors);
        Networks opened = Networks.open(host, DefaultBridge.pools(defaults, store.uniqueLocal(random)), random);
        try {
            List<NetworkConfig> wanted = new ArrayList<>();
            for (NetworkInspect network : catalogue.all()) {
                if (BridgeNetwork.isMade(network)) {
                    wanted.add(BridgeNetwork.config(network));
                }
            }
            List<EndpointConfig> endpoints = survivors.stream()
                    .flatMap(survivor -> survivor.given().places().stream())
                    .map(Given.Place::endpoint)
                    .toList();
            Networks.Reconciled found = opened.reconcile(wanted, endpoints);
            tell(found);
            for (Survivor survivor : survivors) {
                given.put(survivor.container(), left(survivor.given(), found.lost()));
            }
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** The default network of other settings is forgotten, unless somebody is in it. */
    private void renewDefault(List<Survivor> survivors) throws IOException {
        String wanted = DefaultBridge.origin(defaults);
        if (store.defaultOrigin().equals(wanted)) {
            return;
        }
        NetworkInspect network = catalogue.find(NetworkChoice.DEFAULT);
        if (survivors.stream()
                .anyMatch(survivor -> survivor.given().place(network.id()).isPresent())) {
            LOG.log(
                    Level.WARNING,
                    "containers run in the network bridge: it has its new settings when a daemon begins without them");
            return;
        }
        catalogue.forgetDefault();
        store.writeDefaultOrigin(wanted);
    }

    private static Given left(Given given, List<String> lost) {
        return new Given(given.places().stream()
                .filter(place -> !lost.contains(place.endpoint().id()))
                .toList());
    }

    private static void tell(Networks.Reconciled found) {
        found.removed().forEach(device -> LOG.log(Level.INFO, "removed the device " + device + ", which was nobody's"));
        found.problems().forEach(problem -> LOG.log(Level.WARNING, problem));
        found.told().forEach(sentence -> LOG.log(Level.INFO, sentence));
    }

    /** A firewall that somebody has flushed is noticed, not told. */
    private static ScheduledExecutorService watch(Networks networks) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "firewall");
            thread.setDaemon(true);
            return thread;
        });
        Runnable look = () -> {
            try {
                if (!networks.isFirewallIntact() && networks.restoreFirewall()) {
                    LOG.log(Level.WARNING, "somebody has changed the firewall of containers: it was made again");
                }
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "the firewall of containers cannot be looked at: " + e.getMessage());
            }
        };
        var unused = timer.scheduleWithFixedDelay(look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        return timer;
    }

    /** Makes a network: its record first, so that nothing is ever there without one. */
    synchronized NetworkInspect create(NetworkInspect described, NetworkCreateRequest wanted) throws IOException {
        return described.driver().equals(CniNetworks.DRIVER)
                ? plugIn(described, wanted)
                : make(described, BridgeNetwork.request(described.id(), wanted));
    }

    private NetworkInspect plugIn(NetworkInspect described, NetworkCreateRequest wanted) throws IOException {
        plugins.check(wanted);
        Networks opened = opened();
        NetworkInspect network = described.toBuilder().enableIpv4(true).build();
        catalogue.add(network);
        List<String> unused = opened.add(BridgeNetwork.config(network));
        return network;
    }

    /** Whether plug-ins have made it. */
    boolean isForeign(Given.Place place) {
        return CniNetworks.isOf(catalogue.withId(place.endpoint().networkId()));
    }

    /** Has plug-ins make a place. Not under the lock: they take their time. */
    void plugIn(ContainerRecord container, Given.Place place, Fd namespace, List<PortRequest> ports)
            throws IOException {
        NetworkInspect network = catalogue.find(place.endpoint().networkId());
        Given.Place made = plugins.add(network, container, place, namespace, ports);
        opened().adopt(made.endpoint());
        replace(container.id(), made);
    }

    /** Has plug-ins take a place back. */
    void plugOut(Given.Place place, Optional<Fd> namespace) throws IOException {
        plugins.delete(catalogue.withId(place.endpoint().networkId()), place.endpoint(), namespace);
    }

    /** What plug-ins have made for containers of an earlier process. */
    void restorePlugins(Set<String> running) throws IOException {
        plugins.restore(catalogue, running);
    }

    private NetworkInspect make(NetworkInspect described, NetworkRequest request) throws IOException {
        Networks opened = opened();
        NetworkConfig config = opened.allocate(request);
        NetworkInspect network = BridgeNetwork.described(described, config);
        boolean isMade = false;
        try {
            catalogue.add(network);
            opened.add(config).forEach(sentence -> LOG.log(Level.INFO, sentence));
            isMade = true;
            return network;
        } finally {
            if (!isMade) {
                opened.remove(config.id());
                if (!Catalogue.isPredefined(network.name())
                        && catalogue.all().stream().anyMatch(each -> each.id().equals(network.id()))) {
                    catalogue.remove(network.id());
                }
            }
        }
    }

    /** What {@code host-gateway} stands for: of the default network, which is made for it, unless the settings say what. */
    synchronized List<InetAddress> hostGateway() throws IOException {
        if (!defaults.hostGateway().isEmpty()) {
            return DefaultBridge.hostGateway(defaults);
        }
        Networks opened = opened();
        NetworkInspect unused = made(catalogue.find(NetworkChoice.DEFAULT));
        return opened.hostGateway();
    }

    /** The default network is made when its first container comes. */
    private NetworkInspect made(NetworkInspect network) throws IOException {
        boolean isMade = !network.ipam().config().isEmpty() || network.driver().equals(CniNetworks.DRIVER);
        if (isMade) {
            return network;
        }
        NetworkInspect described =
                network.toBuilder().options(defaults.bridgeOptions()).build();
        return make(described, DefaultBridge.request(described, defaults));
    }

    /**
     * Removes a network that nobody is in.
     *
     * @throws ApiException 403 with who is
     */
    synchronized void remove(NetworkInspect network, Map<String, String> containerNames) throws IOException {
        List<String> active = new ArrayList<>();
        given.forEach((container, places) -> places.place(network.id())
                .ifPresent(place -> active.add("name:\"" + containerNames.getOrDefault(container, container)
                        + "\" id:\"" + place.endpoint().id().substring(0, 12) + "\"")));
        if (!active.isEmpty()) {
            throw new ApiException(
                    ApiException.FORBIDDEN,
                    "error while removing network: network " + network.name() + " has active endpoints ("
                            + String.join(", ", active) + ")");
        }
        opened().remove(network.id());
        catalogue.remove(network.id());
    }

    /** The driver of a network that a container is in. */
    String driver(Given.Place place) {
        return catalogue
                .withId(place.endpoint().networkId())
                .map(NetworkInspect::driver)
                .orElse(BridgeNetwork.DRIVER);
    }

    /** Takes a place in a network for a container; nothing is made yet. It is its own from here on, until {@link #forget}. */
    synchronized Given.Place take(ContainerRecord container, Wish wish) throws IOException {
        NetworkInspect network = catalogue.find(wish.network());
        if (network.configOnly()) {
            throw ApiException.badRequest("cannot create endpoint on configuration-only network");
        }
        if (!BridgeNetwork.isKnown(network.driver())) {
            throw ApiException.badRequest("container cannot be connected to the network " + network.name());
        }
        Networks opened = opened();
        NetworkInspect made = made(network);
        NetworkConfig config = BridgeNetwork.config(made);
        EndpointRequest request = EndpointWishes.request(container, made.id(), config.isDefault(), wish.settings());
        if (config.isForeign()) {
            CniNetworks.refuse(
                    network.name(),
                    Stream.of(
                            !request.addresses().isEmpty(),
                            request.mac().isPresent(),
                            request.device().isPresent(),
                            !request.linkLocal().isEmpty(),
                            !request.sysctls().isEmpty()));
        }
        Given.Place place = config.isForeign()
                ? CniNetworks.place(made, EndpointWishes.foreign(request))
                : place(made, config, confined(container, config, allocate(opened, request)));
        given.merge(container.id(), new Given(List.of(place)), (known, _) -> known.with(place));
        return place;
    }

    /** Of a strict container the place is one, too. */
    private EndpointConfig confined(ContainerRecord container, NetworkConfig network, EndpointConfig endpoint)
            throws IOException {
        if (!StrictNetwork.isOf(container.request()) || network.parent().isPresent()) {
            return endpoint;
        }
        boolean isDone = false;
        try {
            EndpointConfig confined = endpoint.confined(
                    new StrictEndpoint(StrictNetwork.asksForHost(container.request()) ? hostGateway() : List.of()));
            isDone = true;
            return confined;
        } finally {
            if (!isDone) {
                opened().release(endpoint);
            }
        }
    }

    /** Whether strict containers' own addresses can be told from others here. */
    boolean seesFrames() throws IOException {
        try {
            return opened().seesFrames();
        } catch (ApiException e) {
            LOG.log(Level.DEBUG, e.message()); // there are no bridges: its start says so
            return true;
        }
    }

    /** What it had in its last run, when nobody else has that now. */
    private EndpointConfig allocate(Networks opened, EndpointRequest request) throws IOException {
        Optional<Given.Place> before = Optional.ofNullable(former.get(request.container()))
                .flatMap(places -> places.place(request.networkId()));
        if (before.isPresent() && request.addresses().isEmpty()) {
            EndpointRequest again = new EndpointRequest(
                    request.id(),
                    request.networkId(),
                    request.container(),
                    before.get().endpoint().addresses(),
                    request.mac(),
                    request.device(),
                    request.gatewayPriority(),
                    request.linkLocal(),
                    request.sysctls(),
                    request.names(),
                    request.links());
            try {
                return opened.allocate(again);
            } catch (NetworkException e) {
                // Somebody else has them by now, or the network is another one: any will do.
                LOG.log(Level.DEBUG, e.getMessage());
            }
        }
        return opened.allocate(request);
    }

    private static Given.Place place(NetworkInspect network, NetworkConfig config, EndpointConfig endpoint) {
        List<InetAddress> gateways = new ArrayList<>();
        config.gateway(true).ifPresent(gateways::add);
        config.gateway(false).ifPresent(gateways::add);
        List<Integer> prefixes = endpoint.addresses().stream()
                .map(address -> config.subnets()
                        .filter(subnet -> subnet.contains(address))
                        .map(Subnet::prefix)
                        .findFirst()
                        .orElse(0))
                .toList();
        return new Given.Place(network.name(), endpoint, gateways, prefixes);
    }

    /** What a container has by now. */
    synchronized Given given(String container) {
        return given.getOrDefault(container, Given.NOTHING);
    }

    synchronized Map<String, Given> all() {
        return Map.copyOf(given);
    }

    synchronized void replace(String container, Given.Place place) {
        given.computeIfPresent(container, (_, known) -> known.with(place));
    }

    /** A place is nobody's any more. */
    synchronized void forget(String container, Given.Place place) throws IOException {
        opened().release(place.endpoint());
        given.computeIfPresent(container, (_, known) -> {
            Given left = known.without(place.endpoint().networkId());
            return left.places().isEmpty() ? null : left;
        });
    }

    /** The container has ended: what it had, it may have again. */
    synchronized Given forgetAll(String container) {
        Given had = given.getOrDefault(container, Given.NOTHING);
        given.remove(container);
        if (!had.places().isEmpty()) {
            networks.ifPresent(opened -> had.places().forEach(place -> opened.release(place.endpoint())));
            former.put(container, had);
        }
        return had;
    }

    /** The container itself has gone. */
    synchronized void removed(String container) {
        former.remove(container);
    }

    @Override
    public synchronized void close() {
        timer.ifPresent(ScheduledExecutorService::shutdownNow);
        networks.ifPresent(Networks::close);
        networks = Optional.empty();
        claim.ifPresent(HostClaim::close);
        host.close();
    }
}
