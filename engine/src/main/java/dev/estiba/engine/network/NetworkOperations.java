package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.ConfigReference;
import dev.estiba.api.EndpointResource;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkCreateResponse;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworkIpam;
import dev.estiba.api.NetworksPruned;
import dev.estiba.engine.event.Events;
import dev.estiba.engine.settings.NetworkDefaults;
import dev.estiba.engine.store.ContainerStore;
import dev.estiba.network.NetworkException;
import dev.estiba.network.address.Subnet;
import dev.estiba.runtime.record.Timestamps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The operations on networks themselves. */
public final class NetworkOperations {
    /** As containers' names: moby, daemon/names. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    private static final int LONGEST_NAME = 255;

    private final Catalogue catalogue;
    private final Bridges bridges;
    private final Events events;
    private final NetworkDefaults defaults;

    NetworkOperations(Catalogue catalogue, Bridges bridges, Events events, NetworkDefaults defaults) {
        this.catalogue = catalogue;
        this.bridges = bridges;
        this.events = events;
        this.defaults = defaults;
    }

    /** As {@link dev.estiba.api.NetworksApi#createNetwork}. */
    public NetworkCreateResponse create(NetworkCreateRequest asked) throws IOException {
        NetworkCreateRequest completed = defaults.completed(asked);
        refuse(completed);
        NetworkCreateRequest wanted = LentSettings.completed(completed, catalogue);
        NetworkInspect described = NetworkInspect.builder()
                .name(wanted.name())
                .id(ContainerStore.newId())
                .created(Timestamps.now())
                .driver(wanted.driver().isEmpty() ? BridgeNetwork.DRIVER : wanted.driver())
                .ipam(new NetworkIpam(
                        "default", wanted.ipam().map(NetworkIpam::options).orElse(Map.of()), List.of()))
                .internal(wanted.internal())
                .attachable(wanted.attachable())
                .options(wanted.options())
                .labels(wanted.labels())
                .configFrom(wanted.configFrom().orElse(new ConfigReference("")))
                .build();
        try {
            NetworkInspect network =
                    wanted.configOnly() ? LentSettings.lender(described, wanted) : bridges.create(described, wanted);
            if (network.configOnly()) {
                catalogue.add(network);
            }
            told("create", network);
            return new NetworkCreateResponse(network.id(), "");
        } catch (NetworkException e) {
            throw Refusal.of(e);
        }
    }

    private void refuse(NetworkCreateRequest wanted) throws ApiException {
        String name = wanted.name();
        if (name.isBlank()
                || name.length() > LONGEST_NAME
                || !NAME.matcher(name).matches()) {
            throw ApiException.badRequest(
                    "invalid network name \"" + name + "\", only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
        if (Catalogue.isPredefined(name) || name.equals("default") || name.equals("container")) {
            throw new ApiException(
                    ApiException.FORBIDDEN, "operation is not permitted on predefined " + name + " network ");
        }
        if (wanted.ipam().isPresent()) {
            IpamCheck.check(wanted.ipam().get(), wanted.enableIpv6().orElse(true));
        }
        if (catalogue.named(name).isPresent()) {
            throw ApiException.conflict("network with name " + name + " already exists");
        }
        if (!wanted.driver().isEmpty() && !wanted.configOnly() && !BridgeNetwork.isKnown(wanted.driver())) {
            refuseDriver(wanted.driver());
        }
        String ipam = wanted.ipam().map(NetworkIpam::driver).orElse("");
        if (!ipam.isEmpty() && !ipam.equals("default")) {
            throw ApiException.notFound("plugin \"" + ipam + "\" not found");
        }
        if (wanted.ingress() || wanted.scope().equals("swarm")) {
            throw noManager();
        }
    }

    private static ApiException noManager() {
        return new ApiException(
                ApiException.FORBIDDEN,
                "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this"
                        + " node to swarm and try again.");
    }

    private static void refuseDriver(String driver) throws ApiException {
        switch (driver) {
            case "host", "null" ->
                throw new ApiException(
                        ApiException.FORBIDDEN, "only one instance of \"" + driver + "\" network is allowed");
            case "overlay" -> throw noManager();
            default -> throw ApiException.notFound("plugin \"" + driver + "\" not found");
        }
    }

    /** As {@link dev.estiba.api.NetworksApi#listNetworks}. */
    public List<NetworkInspect> list(Map<String, List<String>> filters) throws IOException {
        NetworkFilters wanted = NetworkFilters.ofList(filters);
        List<NetworkInspect> found = new ArrayList<>();
        for (NetworkInspect network : catalogue.all()) {
            if (wanted.match(network, isActive(network))) {
                found.add(network);
            }
        }
        return found;
    }

    private boolean isActive(NetworkInspect network) {
        return bridges.all().values().stream()
                .anyMatch(given -> given.place(network.id()).isPresent());
    }

    /**
     * As {@link dev.estiba.api.NetworksApi#inspectNetwork}.
     *
     * @param names of containers, by their ids
     */
    public NetworkInspect inspect(String reference, Map<String, String> names) throws IOException {
        NetworkInspect network = catalogue.find(reference);
        Map<String, EndpointResource> containers = new TreeMap<>();
        bridges.all()
                .forEach((container, given) -> given.place(network.id())
                        .ifPresent(place ->
                                containers.put(container, resource(names.getOrDefault(container, ""), place))));
        return network.toBuilder().containers(containers).build();
    }

    private static EndpointResource resource(String name, Given.Place place) {
        return new EndpointResource(
                name,
                place.endpoint().id(),
                place.endpoint().mac().text(),
                address(place, true),
                address(place, false));
    }

    private static String address(Given.Place place, boolean isV4) {
        return place.endpoint()
                .address(isV4)
                .map(address -> Subnet.text(address) + "/" + place.prefix(isV4))
                .orElse("");
    }

    /** As {@link dev.estiba.api.NetworksApi#removeNetwork}. */
    public void remove(String reference, Map<String, String> names) throws IOException {
        NetworkInspect network = catalogue.find(reference);
        if (Catalogue.isPredefined(network.name())) {
            throw new ApiException(
                    ApiException.FORBIDDEN, network.name() + " is a pre-defined network and cannot be removed");
        }
        if (network.configOnly()) {
            LentSettings.checkUnused(network, catalogue);
            catalogue.remove(network.id());
        } else {
            bridges.remove(network, names);
        }
        told("destroy", network);
    }

    /**
     * As {@link dev.estiba.api.NetworksApi#pruneNetworks}.
     *
     * @param used names of networks that a container wants, also one that does not run
     */
    public NetworksPruned prune(Map<String, List<String>> filters, Set<String> used) throws IOException {
        NetworkFilters wanted = NetworkFilters.ofPruning(filters);
        List<String> removed = new ArrayList<>();
        for (NetworkInspect network : catalogue.all()) {
            if (!Catalogue.isPredefined(network.name())
                    && !network.configOnly()
                    && !used.contains(network.name())
                    && !isActive(network)
                    && wanted.match(network, false)) {
                remove(network.id(), Map.of());
                removed.add(network.name());
            }
        }
        return new NetworksPruned(removed);
    }

    private void told(String action, NetworkInspect network) {
        events.publish("network", action, network.id(), Map.of("name", network.name(), "type", network.driver()));
    }
}
