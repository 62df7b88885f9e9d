package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworkIpam;
import dev.estiba.api.NetworkIpamConfig;
import dev.estiba.network.BridgeOptions;
import dev.estiba.network.NetworkConfig;
import dev.estiba.network.NetworkException;
import dev.estiba.network.NetworkRequest;
import dev.estiba.network.address.AddressPool;
import dev.estiba.network.address.Subnet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Networks of the bridge driver, between the API's words and those of {@code network}. */
final class BridgeNetwork {
    static final String DRIVER = "bridge";

    private BridgeNetwork() {}

    /** Whether it is to be in the kernel: the default one is not before its first container. */
    static boolean isMade(NetworkInspect network) {
        return network.driver().equals(DRIVER) && !network.ipam().config().isEmpty();
    }

    /** @throws NetworkException for what makes no sense */
    static NetworkRequest request(String id, NetworkCreateRequest wanted) throws NetworkException {
        List<NetworkRequest.Pool> pools = new ArrayList<>();
        List<NetworkIpamConfig> configs = wanted.ipam().map(NetworkIpam::config).orElse(List.of());
        for (NetworkIpamConfig config : configs) {
            pools.add(new NetworkRequest.Pool(
                    subnet(config.subnet()),
                    subnet(config.ipRange()),
                    address(config.gateway()),
                    addresses(config.auxiliaryAddresses())));
        }
        return new NetworkRequest(
                id,
                wanted.name(),
                pools,
                wanted.enableIpv4().orElse(true),
                wanted.enableIpv6().orElse(true),
                BridgeOptions.parse(wanted.options()),
                wanted.internal(),
                false);
    }

    private static Optional<Subnet> subnet(String text) throws NetworkException {
        return text.isEmpty() ? Optional.empty() : Optional.of(Subnet.parse(text));
    }

    private static Optional<InetAddress> address(String text) throws NetworkException {
        return text.isEmpty() ? Optional.empty() : Optional.of(Subnet.parseAddress(text));
    }

    private static Map<String, InetAddress> addresses(Map<String, String> texts) throws NetworkException {
        Map<String, InetAddress> all = new LinkedHashMap<>();
        for (Map.Entry<String, String> each : texts.entrySet()) {
            all.put(each.getKey(), Subnet.parseAddress(each.getValue()));
        }
        return all;
    }

    /** What was chosen, as the API tells of it. */
    static NetworkInspect described(NetworkInspect network, NetworkConfig config) {
        List<NetworkIpamConfig> pools = config.pools().stream()
                .map(pool -> new NetworkIpamConfig(
                        pool.subnet().toString(),
                        pool.range().map(Subnet::toString).orElse(""),
                        pool.gateway().map(Subnet::text).orElse(""),
                        texts(pool.auxiliary())))
                .toList();
        NetworkIpam ipam = network.ipam();
        return network.toBuilder()
                .enableIpv4(config.has(true))
                .enableIpv6(config.has(false))
                .ipam(new NetworkIpam(ipam.driver(), ipam.options(), pools))
                .build();
    }

    private static Map<String, String> texts(Map<String, InetAddress> addresses) {
        Map<String, String> all = new LinkedHashMap<>();
        addresses.forEach((name, address) -> all.put(name, Subnet.text(address)));
        return all;
    }

    /** The network of a record. */
    static NetworkConfig config(NetworkInspect network) throws ApiException {
        try {
            List<AddressPool.Config> pools = new ArrayList<>();
            for (NetworkIpamConfig config : network.ipam().config()) {
                pools.add(new AddressPool.Config(
                        Subnet.parse(config.subnet()),
                        subnet(config.ipRange()),
                        address(config.gateway()),
                        addresses(config.auxiliaryAddresses())));
            }
            return new NetworkConfig(
                    network.id(),
                    network.name(),
                    pools,
                    BridgeOptions.parse(network.options()),
                    network.internal(),
                    network.name().equals(NetworkChoice.DEFAULT));
        } catch (NetworkException e) {
            throw ApiException.serverError(
                    "the record of the network " + network.name() + " is damaged: " + e.getMessage());
        }
    }
}
