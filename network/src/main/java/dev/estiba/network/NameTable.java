package dev.estiba.network;

import dev.estiba.network.dns.Resolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Who is called what in which network. A name counts in its network alone; NAME.NETWORK does too. For several threads. */
final class NameTable {
    private final Map<String, Names> networks = new HashMap<>();
    private final Map<String, List<EndpointConfig>> containers = new HashMap<>();

    /** Of one network. */
    private static final class Names {
        private final NetworkConfig network;
        private final Map<String, List<EndpointConfig>> byName = new HashMap<>();
        private final Map<InetAddress, EndpointConfig> byAddress = new HashMap<>();

        Names(NetworkConfig network) {
            this.network = network;
        }
    }

    synchronized void add(NetworkConfig network, EndpointConfig endpoint) {
        Names names = networks.computeIfAbsent(network.id(), id -> new Names(network));
        containers
                .computeIfAbsent(endpoint.container(), id -> new ArrayList<>())
                .add(endpoint);
        for (String name : distinct(endpoint)) {
            names.byName.computeIfAbsent(name, any -> new ArrayList<>()).add(endpoint);
        }
        endpoint.addresses().forEach(address -> names.byAddress.put(address, endpoint));
    }

    synchronized void replace(NetworkConfig network, EndpointConfig former, EndpointConfig now) {
        remove(former);
        add(network, now);
    }

    private static Collection<String> distinct(EndpointConfig endpoint) {
        return endpoint.names().stream().map(NameTable::small).distinct().toList();
    }

    private static String small(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    synchronized void remove(EndpointConfig endpoint) {
        List<EndpointConfig> own = containers.getOrDefault(endpoint.container(), List.of());
        own.removeIf(each -> each.id().equals(endpoint.id()));
        if (own.isEmpty()) {
            containers.remove(endpoint.container());
        }
        Names names = networks.get(endpoint.networkId());
        if (names == null) {
            return;
        }
        names.byName.values().forEach(all -> all.removeIf(each -> each.id().equals(endpoint.id())));
        names.byName.values().removeIf(List::isEmpty);
        names.byAddress.values().removeIf(each -> each.id().equals(endpoint.id()));
        if (names.byAddress.isEmpty()) {
            networks.remove(endpoint.networkId());
        }
    }

    private synchronized List<Names> of(String container) {
        List<Names> found = new ArrayList<>();
        for (EndpointConfig endpoint : containers.getOrDefault(container, List.of())) {
            Names names = networks.get(endpoint.networkId());
            if (names != null && names.network.hasNames()) {
                found.add(names);
            }
        }
        return found;
    }

    /**
     * What a container sees.
     *
     * @param servers for all other names, unless its networks are all internal
     */
    Resolver.Names seenBy(String container, List<InetSocketAddress> servers) {
        List<InetSocketAddress> copy = List.copyOf(servers);
        return new Resolver.Names() {
            @Override
            public Optional<List<InetAddress>> find(String name) {
                return addresses(container, name);
            }

            @Override
            public Optional<String> find(InetAddress address) {
                return nameOf(container, address);
            }

            @Override
            public boolean isInside(InetAddress address) {
                return of(container).stream()
                        .anyMatch(names -> names.network.subnets().anyMatch(subnet -> subnet.contains(address)));
            }

            @Override
            public List<InetSocketAddress> servers() {
                return reachesOutside(container) ? copy : List.of();
            }
        };
    }

    private synchronized boolean reachesOutside(String container) {
        for (EndpointConfig endpoint : containers.getOrDefault(container, List.of())) {
            Names names = networks.get(endpoint.networkId());
            if (names != null && !names.network.isInternal()) {
                return true;
            }
        }
        return false;
    }

    private synchronized Optional<List<InetAddress>> addresses(String container, String name) {
        List<EndpointConfig> found = linked(container, name);
        if (found.isEmpty()) {
            for (Names names : of(container)) {
                for (String each : forms(name, names.network)) {
                    if (!links(container, names.network).containsKey(each)) {
                        found.addAll(names.byName.getOrDefault(each, List.of()));
                    }
                }
            }
        }
        List<InetAddress> addresses = found.stream()
                .flatMap(endpoint -> endpoint.addresses().stream())
                .distinct()
                .toList();
        return addresses.isEmpty() ? Optional.empty() : Optional.of(addresses);
    }

    /** By the container's own words, which go before what all call somebody else: moby, libnetwork, Sandbox.ResolveName. */
    private List<EndpointConfig> linked(String container, String name) {
        for (Names names : of(container)) {
            Map<String, String> links = links(container, names.network);
            for (String each : forms(name, names.network)) {
                List<EndpointConfig> found = names.byName.getOrDefault(small(links.getOrDefault(each, "")), List.of());
                if (!found.isEmpty()) {
                    return new ArrayList<>(found);
                }
            }
        }
        return new ArrayList<>();
    }

    private Map<String, String> links(String container, NetworkConfig network) {
        Map<String, String> all = new HashMap<>();
        for (EndpointConfig endpoint : containers.getOrDefault(container, List.of())) {
            if (endpoint.networkId().equals(network.id())) {
                endpoint.links().forEach((own, known) -> all.put(small(own), known));
            }
        }
        return all;
    }

    /** NAME, and of NAME.NETWORK what stands before. */
    private static List<String> forms(String name, NetworkConfig network) {
        String suffix = "." + small(network.name());
        return name.endsWith(suffix)
                ? List.of(name, name.substring(0, name.length() - suffix.length()))
                : List.of(name);
    }

    private synchronized Optional<String> nameOf(String container, InetAddress address) {
        for (Names names : of(container)) {
            EndpointConfig endpoint = names.byAddress.get(address);
            if (endpoint != null && !endpoint.names().isEmpty()) {
                return Optional.of(endpoint.names().getFirst() + "." + names.network.name());
            }
        }
        return Optional.empty();
    }
}
