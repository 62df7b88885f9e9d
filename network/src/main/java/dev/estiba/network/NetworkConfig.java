package dev.estiba.network;

import dev.estiba.linux.netlink.Links;
import dev.estiba.network.address.AddressPool;
import dev.estiba.network.address.Subnet;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A network as its record has it.
 *
 * @param id hexadecimal, 64 digits
 * @param pools its subnets, with their gateways chosen
 * @param isInternal nothing comes in and nothing goes out
 * @param parent the device of the host that its containers share; a bridge of its own when empty
 * @param isForeign others make its devices and addresses; here its names are told
 * @param isDefault the one that containers join that name none: it has no names, and its device is {@value #DEFAULT_BRIDGE}
 */
public record NetworkConfig(
        String id,
        String name,
        List<AddressPool.Config> pools,
        BridgeOptions options,
        boolean isInternal,
        boolean isDefault,
        Optional<ParentOptions> parent,
        boolean isForeign) {
    /** The device of the default network: docker0 may stand beside it. */
    public static final String DEFAULT_BRIDGE = "estiba0";

    /** What other bridges of ours are called, with 11 digits of the id: a device's name has 15 characters at most. */
    static final String BRIDGE_PREFIX = "est-";

    private static final int DIGITS = 11;

    public NetworkConfig {
        if (!id.matches("[0-9a-f]{12,64}")) {
            throw new IllegalArgumentException("not an id: " + id);
        }
        pools = List.copyOf(pools);
    }

    /** A bridge network. */
    public NetworkConfig(
            String id,
            String name,
            List<AddressPool.Config> pools,
            BridgeOptions options,
            boolean isInternal,
            boolean isDefault) {
        this(id, name, pools, options, isInternal, isDefault, Optional.empty(), false);
    }

    /** One that others make. */
    public static NetworkConfig foreign(String id, String name) {
        return new NetworkConfig(id, name, List.of(), BridgeOptions.defaults(), false, false, Optional.empty(), true);
    }

    /** Whether it has a bridge, and the firewall knows of it. */
    boolean hasBridge() {
        return parent.isEmpty() && !isForeign;
    }

    /** As many of its id's digits as a device's name has room for. */
    String digits() {
        return id.substring(0, DIGITS);
    }

    /** The device that its containers share. */
    String parentDevice() {
        return parent.flatMap(ParentOptions::name).orElse(Parent.DUMMY_PREFIX + digits());
    }

    /** The name of its bridge. */
    public String bridge() {
        String own = isDefault ? DEFAULT_BRIDGE : BRIDGE_PREFIX + digits();
        String name = options.name().orElse(own);
        Links.checkName(name);
        return name;
    }

    public Stream<Subnet> subnets() {
        return pools.stream().map(AddressPool.Config::subnet);
    }

    /** Whether it has addresses of that family. */
    public boolean has(boolean isV4) {
        return subnets().anyMatch(subnet -> subnet.isV4() == isV4);
    }

    /** The gateway's address, unless there is none of that family. */
    public Optional<InetAddress> gateway(boolean isV4) {
        boolean hasNone = mode(isV4) == BridgeOptions.GatewayMode.ISOLATED
                || parent.filter(ParentOptions::routes).isPresent();
        if (hasNone) {
            return Optional.empty();
        }
        return pools.stream()
                .filter(pool -> pool.subnet().isV4() == isV4)
                .flatMap(pool -> pool.gateway().stream())
                .findFirst();
    }

    /** What a default route goes by: the gateway, or the device itself, which is 0.0.0.0 or ::. */
    Optional<InetAddress> way(boolean isV4) {
        return parent.filter(ParentOptions::routes).isPresent() && has(isV4)
                ? Optional.of(Subnet.anyAddress(isV4))
                : gateway(isV4);
    }

    public BridgeOptions.GatewayMode mode(boolean isV4) {
        return isV4 ? options.modeV4() : options.modeV6();
    }

    BridgeOptions.GatewayMode mode(InetAddress address) {
        return mode(address instanceof Inet4Address);
    }

    /** Whether names of its containers are told by a resolver. */
    public boolean hasNames() {
        return !isDefault;
    }
}
