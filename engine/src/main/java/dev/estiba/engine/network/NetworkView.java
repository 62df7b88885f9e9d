package dev.estiba.engine.network;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.NetworkSettings;
import dev.estiba.api.Port;
import dev.estiba.api.PortBinding;
import dev.estiba.network.PublishedPort;
import dev.estiba.network.address.Subnet;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A container's networks as the API tells of them. */
public final class NetworkView {
    private NetworkView() {}

    /**
     * @param given of a container that runs; else nothing
     * @param sandbox the container's network namespace while it runs, else empty
     */
    public static NetworkSettings settings(CreateRequest request, Given given, String id, String sandbox) {
        NetworkSettings.Builder settings = NetworkSettings.builder()
                .networks(endpoints(request, given))
                .ports(ports(request, given))
                .sandboxId(sandbox.isEmpty() ? "" : id)
                .sandboxKey(sandbox);
        // The default network's are told twice, for who knew no others.
        Optional<Given.Place> bridge = given.places().stream()
                .filter(place -> place.network().equals(NetworkChoice.DEFAULT))
                .findFirst();
        if (bridge.isPresent()) {
            EndpointSettings own = told(EndpointSettings.NOTHING, bridge.get());
            settings.gateway(own.gateway())
                    .ipAddress(own.ipAddress())
                    .ipPrefixLen(own.ipPrefixLen())
                    .macAddress(own.macAddress());
        }
        return settings.build();
    }

    /** By the networks' names: what it wants of each, and while it runs what it has. */
    public static Map<String, EndpointSettings> endpoints(CreateRequest request, Given given) {
        Map<String, EndpointSettings> all = new TreeMap<>();
        switch (NetworkChoice.of(request)) {
            case NetworkChoice.None() -> {
                if (NetworkChoice.isInNone(request)) {
                    all.put(NetworkChoice.NONE, EndpointSettings.NOTHING);
                }
            }
            case NetworkChoice.Host() -> all.put(NetworkChoice.HOST, EndpointSettings.NOTHING);
            case NetworkChoice.Container(String reference) -> {}
            case NetworkChoice.Networks(List<NetworkChoice.Wish> wishes) ->
                wishes.forEach(wish -> all.put(wish.network(), wish.settings()));
        }
        given.places()
                .forEach(place -> all.put(
                        place.network(), told(all.getOrDefault(place.network(), EndpointSettings.NOTHING), place)));
        return all;
    }

    private static EndpointSettings told(EndpointSettings wish, Given.Place place) {
        Optional<InetAddress> v4 = place.endpoint().address(true);
        Optional<InetAddress> v6 = place.endpoint().address(false);
        return wish.toBuilder()
                .networkId(place.endpoint().networkId())
                .endpointId(place.endpoint().id())
                .macAddress(place.endpoint().mac().text())
                .gateway(gateway(place, Inet4Address.class))
                .ipAddress(v4.map(Subnet::text).orElse(""))
                .ipPrefixLen(place.prefix(true))
                .ipv6Gateway(gateway(place, Inet6Address.class))
                .globalIPv6Address(v6.map(Subnet::text).orElse(""))
                .globalIPv6PrefixLen(place.prefix(false))
                .dnsNames(place.endpoint().names())
                .build();
    }

    private static String gateway(Given.Place place, Class<? extends InetAddress> family) {
        return place.gateways().stream()
                .filter(family::isInstance)
                .map(Subnet::text)
                .findFirst()
                .orElse("");
    }

    private static List<PublishedPort> published(Given given) {
        return given.places().stream()
                .flatMap(place -> place.endpoint().ports().stream())
                .toList();
    }

    private static String name(PublishedPort port) {
        return port.containerPort() + "/" + protocol(port);
    }

    private static String protocol(PublishedPort port) {
        return port.transport().name().toLowerCase(Locale.ROOT);
    }

    /** {@code 80/tcp}, with nothing where it is exposed and not published. */
    private static Map<String, List<PortBinding>> ports(CreateRequest request, Given given) {
        Map<String, List<PortBinding>> all = new TreeMap<>();
        if (given.places().isEmpty()) {
            return all;
        }
        request.config().exposedPorts().forEach(exposed -> all.put(exposed, List.of()));
        for (PublishedPort port : published(given)) {
            List<PortBinding> bindings = new ArrayList<>(all.getOrDefault(name(port), List.of()));
            bindings.add(new PortBinding(Subnet.text(port.hostAddress()), Integer.toString(port.hostPort())));
            all.put(name(port), bindings);
        }
        return all;
    }

    /** As a listing has them. */
    public static List<Port> list(CreateRequest request, Given given) {
        Map<String, List<PublishedPort>> byName = new LinkedHashMap<>();
        if (!given.places().isEmpty()) {
            request.config().exposedPorts().forEach(exposed -> byName.put(exposed, new ArrayList<>()));
        }
        for (PublishedPort port : published(given)) {
            byName.computeIfAbsent(name(port), _ -> new ArrayList<>()).add(port);
        }
        List<Port> all = new ArrayList<>();
        byName.forEach((name, ports) -> {
            ports.forEach(port -> all.add(
                    new Port(Subnet.text(port.hostAddress()), port.containerPort(), port.hostPort(), protocol(port))));
            int slash = name.indexOf('/');
            boolean isPort = slash > 0 && name.substring(0, slash).matches("[0-9]{1,5}");
            if (ports.isEmpty() && isPort) {
                all.add(new Port("", Integer.parseInt(name.substring(0, slash)), 0, name.substring(slash + 1)));
            }
        });
        return all;
    }
}
