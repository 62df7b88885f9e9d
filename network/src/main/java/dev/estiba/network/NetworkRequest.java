package dev.estiba.network;

import dev.estiba.network.address.Subnet;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network that somebody wants.
 *
 * @param pools what he says of its subnets; of a family that he says nothing of, one is chosen
 * @param hasV4 whether containers get addresses of IPv4
 * @param hasV6 whether containers get addresses of IPv6
 * @param parent the device of the host that its containers share; a bridge of its own when empty
 */
public record NetworkRequest(
        String id,
        String name,
        List<Pool> pools,
        boolean hasV4,
        boolean hasV6,
        BridgeOptions options,
        boolean isInternal,
        boolean isDefault,
        Optional<ParentOptions> parent) {
    public NetworkRequest {
        pools = List.copyOf(pools);
    }

    /** A bridge network. */
    public NetworkRequest(
            String id,
            String name,
            List<Pool> pools,
            boolean hasV4,
            boolean hasV6,
            BridgeOptions options,
            boolean isInternal,
            boolean isDefault) {
        this(id, name, pools, hasV4, hasV6, options, isInternal, isDefault, Optional.empty());
    }

    /**
     * {@code --subnet}, {@code --ip-range}, {@code --gateway}, {@code --aux-address}.
     *
     * @param subnet chosen, of IPv4, when empty
     */
    public record Pool(
            Optional<Subnet> subnet,
            Optional<Subnet> range,
            Optional<InetAddress> gateway,
            Map<String, InetAddress> auxiliary) {
        public Pool {
            auxiliary = Map.copyOf(auxiliary);
        }

        public static Pool of(Subnet subnet) {
            return new Pool(Optional.of(subnet), Optional.empty(), Optional.empty(), Map.of());
        }
    }

    /** One with Docker's settings. */
    public static NetworkRequest of(String id, String name) {
        return new NetworkRequest(id, name, List.of(), true, true, BridgeOptions.defaults(), false, false);
    }
}
