package dev.estiba.network;

import dev.estiba.linux.netlink.Links;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A place in a network that somebody wants; the fields are {@link EndpointConfig}'s.
 *
 * @param addresses {@code --ip}, {@code --ip6}; of a family that he names none of, one is chosen
 * @param mac chosen when empty
 */
public record EndpointRequest(
        String id,
        String networkId,
        String container,
        List<InetAddress> addresses,
        Optional<Links.Mac> mac,
        Optional<String> device,
        int gatewayPriority,
        List<InetAddress> linkLocal,
        Map<String, String> sysctls,
        List<String> names,
        Map<String, String> links) {
    public EndpointRequest {
        addresses = List.copyOf(addresses);
        linkLocal = List.copyOf(linkLocal);
        sysctls = Map.copyOf(sysctls);
        names = List.copyOf(names);
        links = Map.copyOf(links);
    }

    /** One without wishes. */
    public static EndpointRequest of(String id, String networkId, String container, List<String> names) {
        return new EndpointRequest(
                id,
                networkId,
                container,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                0,
                List.of(),
                Map.of(),
                names,
                Map.of());
    }
}
