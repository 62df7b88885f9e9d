package dev.estiba.network;

import dev.estiba.linux.netlink.Links;
import dev.estiba.network.NetworkState.Present;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is there made what is wanted, after a crash or a reboot. */
final class Reconciliation {
    private final Networks networks;
    private final NetworkState state;
    private final Ipam ipam;
    private final Publication.Means means;
    private final List<String> lost = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    Reconciliation(Networks networks, NetworkState state, Ipam ipam, Publication.Means means) {
        this.networks = networks;
        this.state = state;
        this.ipam = ipam;
        this.means = means;
    }

    Networks.Reconciled run(List<NetworkConfig> wantedNetworks, List<EndpointConfig> wantedEndpoints)
            throws IOException {
        expectPorts(wantedNetworks, wantedEndpoints);
        for (NetworkConfig network : wantedNetworks) {
            try {
                ipam.restore(network);
                told.addAll(networks.add(network));
            } catch (IOException e) {
                problems.add("the network " + network.name() + " is not there: " + e.getMessage());
            }
        }
        if (wantedNetworks.stream().noneMatch(NetworkConfig::hasBridge)) {
            means.firewall().remove();
        }
        List<Links.Link> links = Links.all(means.host().route());
        Set<String> devices = new HashSet<>();
        links.forEach(link -> devices.add(link.name()));
        for (EndpointConfig endpoint : wantedEndpoints) {
            restore(endpoint, devices);
        }
        removeOrphans(links);
        return new Networks.Reconciled(
                lost, removed, problems, told.stream().distinct().toList());
    }

    /** What was published before stays so, and who was kept in, while the firewall is made again, network by network. */
    private void expectPorts(List<NetworkConfig> wantedNetworks, List<EndpointConfig> wantedEndpoints) {
        for (EndpointConfig endpoint : wantedEndpoints) {
            for (NetworkConfig network : wantedNetworks) {
                if (!network.id().equals(endpoint.networkId()) || !network.hasBridge()) {
                    continue;
                }
                endpoint.strictPort(network.bridge()).ifPresent(means.firewall()::expect);
                if (!network.isInternal()) {
                    endpoint.ports()
                            .forEach(port -> means.firewall().expect(Publication.mappings(network, endpoint, port)));
                }
            }
        }
    }

    private void restore(EndpointConfig endpoint, Set<String> devices) throws IOException {
        // A device on top of another one is in the container's namespace alone, and there as long as that is.
        boolean isBridged = state.findNetwork(endpoint.networkId())
                .filter(present -> !present.config().hasBridge())
                .isEmpty();
        if (isBridged && !devices.contains(endpoint.hostDevice())) {
            lost.add(endpoint.id());
            unexpect(endpoint);
            letGo(endpoint);
            return;
        }
        String name = "container " + endpoint.container();
        try {
            NetworkConfig network = state.network(endpoint.networkId()).config();
            if (!network.isForeign()) {
                ipam.restore(endpoint);
            }
            state.add(endpoint);
            if (!endpoint.ports().isEmpty() && !network.isInternal() && network.hasBridge()) {
                List<PortRequest> again =
                        endpoint.ports().stream().map(PortRequest::again).toList();
                Publication publication = Publication.publish(means, network, endpoint, again, name);
                state.publish(endpoint.id(), Optional.of(publication));
            }
        } catch (IOException e) {
            problems.add(name + ": " + e.getMessage());
            unexpect(endpoint);
        }
    }

    /** Its ports are nobody's any more. */
    private void unexpect(EndpointConfig endpoint) throws IOException {
        Optional<Present> present = state.findNetwork(endpoint.networkId());
        if (present.filter(each -> each.config().hasBridge()).isPresent()) {
            NetworkConfig network = present.get().config();
            means.firewall()
                    .unpublish(endpoint.ports().stream()
                            .flatMap(port -> Publication.mappings(network, endpoint, port).stream())
                            .toList());
        }
    }

    private void letGo(EndpointConfig endpoint) throws IOException {
        Optional<Present> present = state.findNetwork(endpoint.networkId());
        if (present.isPresent()) {
            StrictPorts.letGo(means.firewall(), present.get().config(), endpoint);
        }
    }

    private void removeOrphans(List<Links.Link> links) throws IOException {
        Set<String> wanted = new HashSet<>();
        state.networks()
                .forEach(network -> wanted.add(network.hasBridge() ? network.bridge() : network.parentDevice()));
        state.endpoints().forEach(joined -> wanted.add(joined.config().hostDevice()));
        for (Links.Link link : links) {
            boolean isPort = link.kind().equals("veth") && link.name().startsWith(EndpointConfig.PORT_PREFIX);
            if ((isPort || Bridge.isOurs(link) || Parent.isOurs(link)) && !wanted.contains(link.name())) {
                Bridge.remove(means.host(), link.name());
                removed.add(link.name());
            }
        }
    }
}
