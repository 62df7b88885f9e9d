package dev.estiba.engine.settings;

import dev.estiba.api.NetworkCreateRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What networks have that nobody has said.
 *
 * @param v4 of the default network; absent: chosen
 * @param v6 of the default network; absent: chosen
 * @param hasV6 whether the default network has IPv6
 * @param bridgeOptions of the default network, as Docker's bridge driver has them
 * @param pools where subnets of IPv4 are cut from; empty: Docker's
 * @param options of other bridge networks, for which they are said in vain when a network says them itself
 * @param hostGateway what {@code host-gateway} stands for; empty: the default network's addresses
 */
public record NetworkDefaults(
        Optional<Range> v4,
        Optional<Range> v6,
        boolean hasV6,
        Map<String, String> bridgeOptions,
        List<Pool> pools,
        Map<String, String> options,
        List<String> hostGateway) {
    /** Nothing is said. */
    public static final NetworkDefaults USUAL =
            new NetworkDefaults(Optional.empty(), Optional.empty(), true, Map.of(), List.of(), Map.of(), List.of());

    public NetworkDefaults {
        bridgeOptions = Map.copyOf(bridgeOptions);
        pools = List.copyOf(pools);
        options = Map.copyOf(options);
        hostGateway = List.copyOf(hostGateway);
    }

    /**
     * The addresses of a bridge.
     *
     * @param bridge its own, with its prefix: {@code bip}; empty when there is a part
     * @param part which containers have theirs of: {@code fixed-cidr}; empty: all
     */
    public record Range(String bridge, String part) {}

    /** {@code default-address-pools}: subnets of that prefix are cut from the base. */
    public record Pool(String base, int size) {}

    /** A request with the options that it leaves open. */
    public NetworkCreateRequest completed(NetworkCreateRequest request) {
        boolean isBridge = request.driver().isEmpty() || request.driver().equals("bridge");
        if (options.isEmpty()
                || !isBridge
                || request.configOnly()
                || request.configFrom().isPresent()) {
            return request;
        }
        Map<String, String> all = new LinkedHashMap<>(options);
        all.putAll(request.options());
        return request.toBuilder().options(all).build();
    }
}
