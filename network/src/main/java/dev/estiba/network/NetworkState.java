package dev.estiba.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is there, as far as this process has made it or was told of it. For several threads. */
final class NetworkState {
    private final Map<String, Present> networks = new HashMap<>();
    private final Map<String, Joined> endpoints = new HashMap<>();
    private final NameTable names = new NameTable();

    /** A network, and the number of its bridge, or of the device that its containers share. */
    record Present(NetworkConfig config, int device) {}

    /** An endpoint, and what is published of it. */
    record Joined(EndpointConfig config, Optional<Publication> publication) {}

    /** The endpoint that a container's default route goes by. */
    record Way(EndpointConfig endpoint, InetAddress gateway, String network) {}

    NameTable names() {
        return names;
    }

    synchronized void add(NetworkConfig network, int bridge) {
        networks.put(network.id(), new Present(network, bridge));
    }

    synchronized void removeNetwork(String id) {
        networks.remove(id);
    }

    synchronized Optional<Present> findNetwork(String id) {
        return Optional.ofNullable(networks.get(id));
    }

    Present network(String id) throws NetworkException {
        return findNetwork(id)
                .orElseThrow(
                        () -> new NetworkException(NetworkException.Reason.ABSENT, "network " + id + " not found"));
    }

    synchronized List<NetworkConfig> networks() {
        return networks.values().stream()
                .map(Present::config)
                .sorted(Comparator.comparing(NetworkConfig::id))
                .toList();
    }

    /** Those that have a bridge: the firewall knows no others. */
    List<NetworkConfig> bridges() {
        return networks().stream().filter(NetworkConfig::hasBridge).toList();
    }

    /** With one more, or in the place of the former one of its id. */
    List<NetworkConfig> bridgesWith(NetworkConfig network) {
        List<NetworkConfig> all = new ArrayList<>(bridges());
        all.removeIf(other -> other.id().equals(network.id()));
        all.add(network);
        return all;
    }

    synchronized void add(EndpointConfig endpoint) throws NetworkException {
        names.add(network(endpoint.networkId()).config(), endpoint);
        endpoints.put(endpoint.id(), new Joined(endpoint, Optional.empty()));
    }

    synchronized Optional<Joined> removeEndpoint(String id) {
        Optional<Joined> joined = Optional.ofNullable(endpoints.remove(id));
        joined.ifPresent(it -> names.remove(it.config()));
        return joined;
    }

    /** Has an endpoint be called otherwise; nobody sees it without a name meanwhile. */
    synchronized EndpointConfig rename(String id, List<String> called) throws NetworkException {
        Joined joined = endpoint(id);
        EndpointConfig renamed = joined.config().calling(called);
        names.replace(network(renamed.networkId()).config(), joined.config(), renamed);
        endpoints.put(id, new Joined(renamed, joined.publication()));
        return renamed;
    }

    synchronized Joined endpoint(String id) throws NetworkException {
        Joined joined = endpoints.get(id);
        if (joined == null) {
            throw new NetworkException(NetworkException.Reason.ABSENT, "endpoint " + id + " not found");
        }
        return joined;
    }

    synchronized List<Joined> endpoints() {
        return List.copyOf(endpoints.values());
    }

    /**
     * Has an endpoint publish that from now on.
     *
     * @return what it has published before
     */
    synchronized Optional<Publication> publish(String id, Optional<Publication> publication) {
        Joined joined = endpoints.get(id);
        if (joined == null) {
            return Optional.empty();
        }
        endpoints.put(id, new Joined(joined.config(), publication));
        return joined.publication();
    }

    synchronized List<EndpointConfig> ofContainer(String container) {
        return new ArrayList<>(endpoints.values().stream()
                .map(Joined::config)
                .filter(endpoint -> endpoint.container().equals(container))
                .toList());
    }

    /**
     * Which of a container's endpoints has its default route: the one with the highest priority; of several, the one whose network's
     * name comes first. None of an internal network, and none that has no gateway.
     */
    Optional<Way> gateway(List<EndpointConfig> all, boolean isV4) throws NetworkException {
        List<Way> ways = new ArrayList<>();
        for (EndpointConfig endpoint : all) {
            NetworkConfig network = network(endpoint.networkId()).config();
            Optional<InetAddress> gateway = network.way(isV4);
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
}
