package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.NetworkInspect;
import dev.estiba.engine.settings.NetworkDefaults;
import dev.estiba.network.BridgeOptions;
import dev.estiba.network.NetworkException;
import dev.estiba.network.NetworkRequest;
import dev.estiba.network.address.AddressPools;
import dev.estiba.network.address.Subnet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The default network, and where all networks have their subnets from, as the settings want them. */
public final class DefaultBridge {
    private static final int LONGEST_V4 = 30;

    private DefaultBridge() {}

    /**
     * Looks at the settings alone, never at the host.
     *
     * @throws ApiException 400 for what makes no sense
     */
    public static void check(NetworkDefaults defaults) throws ApiException {
        try {
            request(NetworkInspect.builder().build(), defaults);
            pools(defaults);
            BridgeOptions.parse(defaults.options());
            hostGateway(defaults);
        } catch (NetworkException e) {
            throw Refusal.of(e);
        }
    }

    /** @param network what is known of it already */
    static NetworkRequest request(NetworkInspect network, NetworkDefaults defaults) throws NetworkException {
        List<NetworkRequest.Pool> pools = new ArrayList<>();
        if (defaults.v4().isPresent()) {
            pools.add(pool("bip", "fixed-cidr", defaults.v4().get(), true));
        }
        if (defaults.v6().isPresent()) {
            pools.add(pool("bip6", "fixed-cidr-v6", defaults.v6().get(), false));
        }
        return new NetworkRequest(
                network.id(),
                network.name(),
                pools,
                true,
                defaults.hasV6(),
                BridgeOptions.parse(defaults.bridgeOptions()),
                false,
                true);
    }

    private static NetworkRequest.Pool pool(
            String bridgeKey, String partKey, NetworkDefaults.Range wanted, boolean isV4) throws NetworkException {
        Optional<Subnet> part = wanted.part().isEmpty() ? Optional.empty() : Optional.of(Subnet.parse(wanted.part()));
        if (part.isPresent() && part.get().isV4() != isV4) {
            throw NetworkException.invalid(partKey + ": " + wanted.part() + " is of the other family of addresses");
        }
        if (wanted.bridge().isEmpty()) {
            return new NetworkRequest.Pool(part, Optional.empty(), Optional.empty(), Map.of());
        }
        int slash = wanted.bridge().indexOf('/');
        String digits = wanted.bridge().substring(slash + 1);
        if (slash < 0 || !digits.matches("[0-9]{1,3}")) {
            throw NetworkException.invalid(bridgeKey + ": invalid CIDR address: " + wanted.bridge());
        }
        InetAddress address = Subnet.parseAddress(wanted.bridge().substring(0, slash));
        int prefix = Integer.parseInt(digits);
        if (prefix > address.getAddress().length * 8 || (address.getAddress().length == 4) != isV4) {
            throw NetworkException.invalid(bridgeKey + ": invalid CIDR address: " + wanted.bridge());
        }
        Subnet subnet = Subnet.of(address, prefix);
        if (part.isPresent() && !subnet.contains(part.get())) {
            throw NetworkException.invalid(
                    partKey + ": " + wanted.part() + " is not in " + subnet + " (" + bridgeKey + ")");
        }
        return new NetworkRequest.Pool(
                Optional.of(subnet), part.filter(each -> !each.equals(subnet)), Optional.of(address), Map.of());
    }

    private static List<AddressPools.Pool> pools(NetworkDefaults defaults) throws NetworkException {
        List<AddressPools.Pool> pools = new ArrayList<>();
        for (NetworkDefaults.Pool each : defaults.pools()) {
            Subnet base = Subnet.parse(each.base());
            if (!base.isV4()) {
                throw NetworkException.invalid("default-address-pools: " + each.base()
                        + ": pools of IPv6 are not built yet; networks have subnets of the machine's own prefix");
            }
            if (each.size() < base.prefix() || each.size() > LONGEST_V4) {
                throw NetworkException.invalid("default-address-pools: subnets of /" + each.size()
                        + " cannot be cut from " + base + ": say " + base.prefix() + " to " + LONGEST_V4);
            }
            pools.add(new AddressPools.Pool(base, each.size()));
        }
        return pools;
    }

    /** One of each family at most, as dockerd has them. */
    static List<InetAddress> hostGateway(NetworkDefaults defaults) throws NetworkException {
        List<InetAddress> all = new ArrayList<>();
        for (String text : defaults.hostGateway()) {
            InetAddress address = Subnet.parseAddress(text);
            if (all.stream().anyMatch(each -> each.getAddress().length == address.getAddress().length)) {
                throw NetworkException.invalid("host-gateway-ips: only one address of each family is allowed");
            }
            all.add(address);
        }
        return all;
    }

    /** @param uniqueLocal the machine's own prefix of IPv6 */
    static AddressPools pools(NetworkDefaults defaults, Subnet uniqueLocal) throws NetworkException {
        return defaults.pools().isEmpty()
                ? AddressPools.standard(uniqueLocal)
                : new AddressPools(pools(defaults), uniqueLocal);
    }

    /** What its record is of; empty when nobody has said anything. Of other settings it is made anew. */
    static String origin(NetworkDefaults defaults) {
        StringBuilder text = new StringBuilder();
        defaults.v4().ifPresent(each -> text.append(each).append('\n'));
        defaults.v6().ifPresent(each -> text.append(each).append('\n'));
        new TreeMap<>(defaults.bridgeOptions())
                .forEach((key, value) ->
                        text.append(key).append('=').append(value).append('\n'));
        if (!defaults.hasV6()) {
            text.append("without IPv6\n");
        }
        // Whose subnet is chosen, it is of the pools.
        if (defaults.v4().isEmpty()) {
            defaults.pools().forEach(each -> text.append(each).append('\n'));
        }
        return text.toString();
    }
}
