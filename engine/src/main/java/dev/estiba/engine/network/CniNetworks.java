package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworkIpam;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.linux.Fd;
import dev.estiba.linux.netlink.Links;
import dev.estiba.network.EndpointConfig;
import dev.estiba.network.Networks;
import dev.estiba.network.PortRequest;
import dev.estiba.network.PublishedPort;
import dev.estiba.network.address.Subnet;
import dev.estiba.network.cni.Attachment;
import dev.estiba.network.cni.Cni;
import dev.estiba.network.cni.CniException;
import dev.estiba.network.cni.CniResult;
import dev.estiba.network.cni.ConfigurationList;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Networks that plug-ins make (driver cni): their configuration is a file of the host's, which the network's options name. */
final class CniNetworks {
    static final String DRIVER = "cni";

    /** The file of the configuration. */
    private static final String LIST = "dev.estiba.cni.conflist";
    /** Where plug-ins are, separated by colons. */
    private static final String DIRECTORIES = "dev.estiba.cni.path";

    private static final String USUAL_DIRECTORIES = "/opt/cni/bin:/usr/lib/cni:/usr/libexec/cni";
    /** What plug-ins themselves call: iptables, nft. */
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String PORTS = "portMappings";
    private static final String NETWORK = "ESTIBA_NETWORK";
    private static final Logger LOG = System.getLogger(CniNetworks.class.getName());

    /** Until the plug-ins have made the device. */
    private static final Links.Mac NONE = new Links.Mac("00:00:00:00:00:00");

    private final Path cache;
    private final Fd host;

    /** @param host the namespace that plug-ins are in; borrowed */
    CniNetworks(Path dataRoot, Fd host) {
        this.cache = dataRoot.resolve("cni");
        this.host = host;
    }

    /** @throws ApiException 400 for what cannot be a network */
    void check(NetworkCreateRequest wanted) throws ApiException {
        boolean hasIpam = wanted.ipam()
                .map(NetworkIpam::config)
                .filter(config -> !config.isEmpty())
                .isPresent();
        if (hasIpam || wanted.internal() || wanted.enableIpv6().orElse(false)) {
            throw ApiException.badRequest(
                    "a network of the driver cni is as its plug-ins make it: addresses, --internal and --ipv6 are"
                            + " what its configuration says");
        }
        try {
            cni(wanted.options()).check(list(wanted.options()));
        } catch (IOException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static ConfigurationList list(Map<String, String> options) throws IOException {
        String file = options.getOrDefault(LIST, "");
        if (!file.startsWith("/")) {
            throw new CniException(
                    "the driver cni needs the file of its configuration: -o " + LIST + "=/etc/cni/net.d/NAME.conflist");
        }
        if (!Files.isRegularFile(Path.of(file))) {
            throw new CniException("the network configuration " + file + " is not there");
        }
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            return ConfigurationList.read(in.readNBytes(ConfigurationList.MOST_BYTES + 1));
        } catch (CniException e) {
            throw new CniException(file + ": " + e.getMessage());
        }
    }

    private Cni cni(Map<String, String> options) throws CniException {
        List<Path> directories = new ArrayList<>();
        for (String each : options.getOrDefault(DIRECTORIES, USUAL_DIRECTORIES).split(":", -1)) {
            if (!each.startsWith("/")) {
                throw new CniException(DIRECTORIES + ": not an absolute path: \"" + each + "\"");
            }
            directories.add(Path.of(each));
        }
        return new Cni(directories, cache, host, PATH, DEADLINE);
    }

    /** A place that the plug-ins are still to make. */
    static Given.Place place(NetworkInspect network, EndpointConfig wish) {
        return new Given.Place(network.name(), wish, List.of(), List.of());
    }

    /**
     * Has the plug-ins make a container's place; nothing is left when one of them fails.
     *
     * @param ports that are to be published there
     * @return the place as it is
     */
    Given.Place add(
            NetworkInspect network, ContainerRecord container, Given.Place place, Fd namespace, List<PortRequest> ports)
            throws IOException {
        ConfigurationList list = list(network.options());
        List<PublishedPort> published = published(network, list, ports);
        String device = Networks.prepare(namespace);
        Map<String, String> capabilities = new HashMap<>();
        if (!published.isEmpty()) {
            capabilities.put(PORTS, json(published));
        }
        Attachment attachment = new Attachment(
                container.id(),
                device,
                Optional.of(Joined.path(namespace)),
                Map.of("IgnoreUnknown", "1", NETWORK, network.id()),
                capabilities);
        CniResult result = cni(network.options()).add(list, attachment);
        return made(place, result, device, published);
    }

    /** Of each family the first address counts. */
    private static Given.Place made(Given.Place place, CniResult result, String device, List<PublishedPort> published) {
        List<InetAddress> addresses = new ArrayList<>();
        List<InetAddress> gateways = new ArrayList<>();
        List<Integer> prefixes = new ArrayList<>();
        for (CniResult.Address each : result.of(device)) {
            boolean isFirst = addresses.stream()
                    .noneMatch(
                            other -> other.getAddress().length == each.address().getAddress().length);
            if (isFirst) {
                addresses.add(each.address());
                prefixes.add(each.prefix());
                each.gateway().ifPresent(gateways::add);
            }
        }
        Links.Mac mac = result.inside(device).flatMap(CniResult.Interface::mac).orElse(NONE);
        EndpointConfig endpoint = place.endpoint().made(device, addresses, mac).with(published);
        return new Given.Place(place.network(), endpoint, gateways, prefixes);
    }

    private static List<PublishedPort> published(
            NetworkInspect network, ConfigurationList list, List<PortRequest> ports) throws ApiException {
        if (!ports.isEmpty() && !list.has(PORTS)) {
            throw ApiException.badRequest("the plug-ins of network " + network.name()
                    + " publish no ports: none of them has the capability " + PORTS);
        }
        List<PublishedPort> published = new ArrayList<>();
        for (PortRequest port : ports) {
            if (port.hostPorts().first() != port.hostPorts().last()
                    || port.hostPorts().first() == 0) {
                throw ApiException.badRequest(
                        "plug-ins publish a port that is named, not any that is free: say -p 8080:"
                                + port.containerPort());
            }
            published.add(new PublishedPort(
                    port.transport(),
                    port.hostAddress().orElse(Subnet.anyAddress(true)),
                    port.hostPorts().first(),
                    port.containerPort(),
                    false));
        }
        return published;
    }

    /** CONVENTIONS.md of containernetworking/cni, portMappings. */
    private static String json(List<PublishedPort> ports) {
        StringBuilder json = new StringBuilder("[");
        for (PublishedPort port : ports) {
            json.append(json.length() == 1 ? "{" : ",{")
                    .append("\"hostPort\":")
                    .append(port.hostPort())
                    .append(",\"containerPort\":")
                    .append(port.containerPort())
                    .append(",\"protocol\":\"")
                    .append(port.transport().name().toLowerCase(Locale.ROOT))
                    .append('"');
            if (!port.hostAddress().isAnyLocalAddress()) {
                json.append(",\"hostIP\":\"")
                        .append(Subnet.text(port.hostAddress()))
                        .append('"');
            }
            json.append('}');
        }
        return json.append(']').toString();
    }

    /**
     * Has the plug-ins take a container's place back.
     *
     * @param network its record; empty when that has gone
     * @param namespace the container's, when it goes on running
     */
    void delete(Optional<NetworkInspect> network, EndpointConfig endpoint, Optional<Fd> namespace) throws IOException {
        Optional<String> path = namespace.isPresent() ? Optional.of(Joined.path(namespace.get())) : Optional.empty();
        Cni cni = cni(network.map(NetworkInspect::options).orElse(Map.of()));
        for (Attachment each : cni.leftOver()) {
            if (each.container().equals(endpoint.container())
                    && endpoint.networkId().equals(each.arguments().get(NETWORK))) {
                cni.delete(each.in(path));
            }
        }
    }

    /**
     * After another process: what containers have left that do not run any more is taken back. Of those that run CHECK is not asked for:
     * plug-ins compare the path of the namespace with that of then, which was another process' descriptor.
     *
     * @param running their ids
     */
    void restore(Catalogue catalogue, Set<String> running) throws IOException {
        if (!Files.isDirectory(cache)) {
            return;
        }
        for (Attachment each : cni(Map.of()).leftOver()) {
            Optional<NetworkInspect> network =
                    Optional.ofNullable(each.arguments().get(NETWORK)).flatMap(catalogue::withId);
            try {
                Cni cni = cni(network.map(NetworkInspect::options).orElse(Map.of()));
                if (!running.contains(each.container())) {
                    cni.delete(each.in(Optional.empty()));
                }
            } catch (IOException e) {
                LOG.log(Level.WARNING, "container " + each.container() + ": " + e.getMessage());
            }
        }
    }

    /** What can only be wished of networks that are made here. */
    static void refuse(String network, Stream<Boolean> wishes) throws ApiException {
        if (wishes.anyMatch(Boolean::booleanValue)) {
            throw ApiException.badRequest("the plug-ins of network " + network
                    + " choose its containers' addresses and devices: none can be wished for");
        }
    }

    /** Whether a record is of such a network. */
    static boolean isOf(Optional<NetworkInspect> network) {
        return network.filter(each -> each.driver().equals(DRIVER)).isPresent();
    }
}
