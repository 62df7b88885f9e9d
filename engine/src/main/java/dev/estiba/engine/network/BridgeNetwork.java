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
import dev.estiba.network.ParentOptions;
import dev.estiba.network.address.AddressPool;
import dev.estiba.network.address.Subnet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Networks that are made here, between the API's words and those of {@code network}. */
final class BridgeNetwork {
    static final String DRIVER = "bridge";

    private static final String MTU = "com.docker.network.driver.mtu";

    /** Those whose containers share one of the host's devices. */
    private static final Set<String> ON_PARENTS = Set.of(ParentOptions.MACVLAN, ParentOptions.IPVLAN);

    private BridgeNetwork() {}

    /** Whether it is to be in the kernel: the default one is not before its first container. */
    static boolean isMade(NetworkInspect network) {
        return network.driver().equals(CniNetworks.DRIVER)
                || isKnown(network.driver()) && !network.ipam().config().isEmpty();
    }

    /** Whether networks of that driver are made here. */
    static boolean isKnown(String driver) {
        return driver.equals(DRIVER) || ON_PARENTS.contains(driver) || driver.equals(CniNetworks.DRIVER);
    }

    private static Optional<ParentOptions> parent(String driver, Map<String, String> options) throws NetworkException {
        return ON_PARENTS.contains(driver) ? Optional.of(ParentOptions.parse(driver, options)) : Optional.empty();
    }

    /** What a bridge has is not said of a network without one. */
    private static BridgeOptions options(String driver, Map<String, String> options) throws NetworkException {
        String mtu = options.getOrDefault(MTU, "");
        return ON_PARENTS.contains(driver)
                ? BridgeOptions.parse(mtu.isEmpty() ? Map.of() : Map.of(MTU, mtu))
                : BridgeOptions.parse(options);
    }

    /** Without a device that leads outside it is an internal one. */
    private static boolean isInternal(boolean isWanted, Optional<ParentOptions> parent) {
        return isWanted || parent.filter(each -> each.name().isEmpty()).isPresent();
    }

    /** On somebody else's wire there is no IPv6 of ours unless it is asked for: its gateway would be nowhere. */
    private static boolean hasV6(NetworkCreateRequest wanted, Optional<ParentOptions> parent) {
        boolean isNamed = wanted.ipam().stream()
                .flatMap(ipam -> ipam.config().stream())
                .anyMatch(config -> config.subnet().contains(":"));
        return wanted.enableIpv6().orElse(parent.isEmpty() || isNamed);
    }

    /** @throws NetworkException for what makes no sense */
    static NetworkRequest request(String id, NetworkCreateRequest wanted) throws NetworkException {
        BridgeOptions options = options(wanted.driver(), wanted.options());
        Optional<ParentOptions> parent = parent(wanted.driver(), wanted.options());
        boolean isIsolated = options.modeV4() == BridgeOptions.GatewayMode.ISOLATED
                || options.modeV6() == BridgeOptions.GatewayMode.ISOLATED;
        if (isIsolated && !wanted.internal()) {
            throw NetworkException.invalid("gateway mode 'isolated' can only be used for an internal network");
        }
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
                hasV6(wanted, parent),
                options,
                isInternal(wanted.internal(), parent),
                false,
                parent);
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
                .internal(config.isInternal())
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
        if (network.driver().equals(CniNetworks.DRIVER)) {
            return NetworkConfig.foreign(network.id(), network.name());
        }
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
                    options(network.driver(), network.options()),
                    network.internal(),
                    network.name().equals(NetworkChoice.DEFAULT),
                    parent(network.driver(), network.options()),
                    false);
        } catch (NetworkException e) {
            throw ApiException.serverError(
                    "the record of the network " + network.name() + " is damaged: " + e.getMessage());
        }
    }
}
