package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.IpamConfig;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.linux.netlink.Links;
import dev.estiba.network.EndpointConfig;
import dev.estiba.network.EndpointRequest;
import dev.estiba.network.NetworkException;
import dev.estiba.network.address.Subnet;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a container wants of one network: from the API's words to those of {@code network}. */
final class EndpointWishes {
    private static final String OPTION = "com.docker.network.endpoint.";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 32;
    private static final int SHORT_ID = 12;
    private static final Pattern SYSCTL =
            Pattern.compile("\\s*(net\\.(?:ipv4|ipv6|mpls)\\.[a-z]+\\.)(?i:IFNAME)(\\.[a-z0-9_]+)\\s*=(.*)");

    private EndpointWishes() {}

    /** @throws NetworkException for what makes no sense */
    static EndpointRequest request(
            ContainerRecord container, String networkId, boolean isDefault, EndpointSettings settings)
            throws NetworkException {
        byte[] id = new byte[ID_BYTES];
        RANDOM.nextBytes(id);
        Optional<IpamConfig> ipam = settings.ipamConfig();
        List<InetAddress> addresses = new ArrayList<>();
        List<InetAddress> linkLocal = new ArrayList<>();
        if (ipam.isPresent()) {
            for (String text : List.of(ipam.get().ipv4Address(), ipam.get().ipv6Address())) {
                if (!text.isEmpty()) {
                    addresses.add(Subnet.parseAddress(text));
                }
            }
            for (String text : ipam.get().linkLocalIps()) {
                linkLocal.add(linkLocal(text));
            }
        }
        return new EndpointRequest(
                HexFormat.of().formatHex(id),
                networkId,
                container.id(),
                addresses,
                mac(settings.macAddress()),
                device(settings),
                settings.gwPriority(),
                linkLocal,
                sysctls(settings),
                isDefault ? List.of() : names(container, settings),
                isDefault ? Map.of() : links(settings));
    }

    /** A place in a network that others make: what they choose is still open. */
    static EndpointConfig foreign(EndpointRequest request) {
        return new EndpointConfig(
                request.id(),
                request.networkId(),
                request.container(),
                List.of(),
                new Links.Mac("00:00:00:00:00:00"),
                Optional.empty(),
                request.gatewayPriority(),
                List.of(),
                Map.of(),
                request.names(),
                request.links(),
                List.of());
    }

    private static InetAddress linkLocal(String text) throws NetworkException {
        InetAddress address = Subnet.parseAddress(text);
        if (!address.isLinkLocalAddress()) {
            throw NetworkException.invalid("invalid link-local IP address: " + text);
        }
        return address;
    }

    private static Optional<Links.Mac> mac(String text) throws NetworkException {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Links.Mac(text.toLowerCase(Locale.ROOT).replace('-', ':')));
        } catch (IllegalArgumentException e) {
            throw NetworkException.invalid("invalid MAC address: " + text);
        }
    }

    private static Optional<String> device(EndpointSettings settings) throws NetworkException {
        Optional<String> name = Optional.ofNullable(settings.driverOpts().get(OPTION + "ifname"));
        try {
            name.ifPresent(Links::checkName);
        } catch (IllegalArgumentException e) {
            throw NetworkException.invalid("invalid interface name: '" + name.orElse("") + "'");
        }
        return name;
    }

    /** {@code net.ipv4.conf.IFNAME.log_martians=1,net.ipv6.conf.IFNAME.accept_ra=2}; Docker's command makes all of it small. */
    private static Map<String, String> sysctls(EndpointSettings settings) throws NetworkException {
        Map<String, String> all = new LinkedHashMap<>();
        String text = settings.driverOpts().getOrDefault(OPTION + "sysctls", "");
        for (String each : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            Matcher sysctl = SYSCTL.matcher(each);
            if (!sysctl.matches()) {
                throw NetworkException.invalid(
                        "unrecognised network interface sysctl '" + each
                                + "'; represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V', 'X' must be 'ipv4', 'ipv6' or 'mpls'");
            }
            all.put(
                    sysctl.group(1) + "IFNAME" + sysctl.group(2),
                    sysctl.group(3).strip());
        }
        return all;
    }

    /** What it calls others there; a name counts when it is asked for. */
    private static Map<String, String> links(EndpointSettings settings) throws NetworkException {
        try {
            Map<String, String> all = new LinkedHashMap<>();
            Link.parse(settings.links()).forEach((alias, link) -> all.put(alias, link.target()));
            return all;
        } catch (ApiException e) {
            throw NetworkException.invalid(e.message());
        }
    }

    /** What it is called there: moby, daemon/container_operations.go, buildEndpointDNSNames. */
    static List<String> names(ContainerRecord container, EndpointSettings settings) {
        Set<String> names = new LinkedHashSet<>();
        names.add(container.name());
        names.addAll(settings.aliases());
        names.add(container.id().substring(0, SHORT_ID));
        String hostname = container.request().config().hostname();
        if (!hostname.isEmpty()) {
            names.add(hostname);
        }
        return List.copyOf(names);
    }

    /** What a container is called where it is; of the default network nobody is told names. */
    static List<String> names(ContainerRecord container, Given.Place place) {
        if (place.network().equals(NetworkChoice.DEFAULT)) {
            return List.of();
        }
        EndpointSettings settings = EndpointSettings.NOTHING;
        if (NetworkChoice.of(container.request()) instanceof NetworkChoice.Networks(List<NetworkChoice.Wish> wishes)) {
            for (NetworkChoice.Wish wish : wishes) {
                settings = wish.network().equals(place.network()) ? wish.settings() : settings;
            }
        }
        return names(container, settings);
    }

    /** @throws ApiException 400 for wishes that only a user's own network can fulfil, and for links that are none */
    static void refuse(String network, EndpointSettings settings) throws ApiException {
        var unused = Link.parse(settings.links());
        try {
            Map<String, String> unusedSysctls = sysctls(settings);
        } catch (NetworkException e) {
            throw invalid(network, String.valueOf(e.getMessage()));
        }
        if (!Catalogue.isPredefined(network)) {
            return;
        }
        boolean wantsAddress = settings.ipamConfig().isPresent()
                && !(settings.ipamConfig().get().ipv4Address()
                                + settings.ipamConfig().get().ipv6Address())
                        .isEmpty();
        if (wantsAddress) {
            List<String> errors = new ArrayList<>();
            errors.add("user specified IP address is supported on user defined networks only");
            if (!network.equals(NetworkChoice.DEFAULT)) {
                errors.add(
                        "user specified IP address is supported only when connecting to networks with user configured subnets");
            }
            throw invalid(network, IpamCheck.joined(errors));
        }
        if (!settings.aliases().isEmpty()) {
            throw invalid(network, "network-scoped aliases are only supported for user-defined networks");
        }
    }

    private static ApiException invalid(String network, String why) {
        return ApiException.badRequest(
                "invalid config for network " + network + ": invalid endpoint settings:\n" + why);
    }
}
