package dev.estiba.network.address;

import dev.estiba.network.NetworkException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The addresses of one subnet of a network, and which of them somebody has. Safe for several threads. */
public final class AddressPool {
    private final Config config;
    private final InetAddress gateway;
    private final Set<BigInteger> taken = new HashSet<>();
    private BigInteger lowestFree = BigInteger.ZERO;

    /**
     * What of a subnet is given to containers.
     *
     * @param range containers without an address of their own are given one from there; the whole subnet when empty
     * @param gateway the bridge's own; the first that is free when empty
     * @param auxiliary addresses that somebody else has, by his name
     */
    public record Config(
            Subnet subnet, Optional<Subnet> range, Optional<InetAddress> gateway, Map<String, InetAddress> auxiliary) {
        public Config {
            auxiliary = Map.copyOf(auxiliary);
        }

        public static Config of(Subnet subnet) {
            return new Config(subnet, Optional.empty(), Optional.empty(), Map.of());
        }

        /** Refuses what lies outside of the subnet, in Docker's words. */
        void check() throws NetworkException {
            if (subnet.isV4() && subnet.prefix() > 30) {
                throw NetworkException.invalid(
                        "invalid pool request: the subnet " + subnet + " has no room for a gateway and a container");
            }
            if (range.isPresent() && !subnet.contains(range.get())) {
                throw NetworkException.invalid(
                        "invalid ip-range " + range.get() + ": it is not contained in the subnet " + subnet);
            }
            if (gateway.isPresent() && !subnet.contains(gateway.get())) {
                throw NetworkException.invalid("invalid gateway " + Subnet.text(gateway.get())
                        + ": parent subnet is an IPv" + (subnet.isV4() ? 4 : 6) + " block " + subnet
                        + " that does not contain it");
            }
            for (Map.Entry<String, InetAddress> each : auxiliary.entrySet()) {
                if (!subnet.contains(each.getValue())) {
                    throw NetworkException.invalid(
                            "no matching subnet for aux-address " + each.getKey() + "=" + Subnet.text(each.getValue()));
                }
            }
        }
    }

    /** @throws NetworkException when the configuration contradicts itself */
    public AddressPool(Config config) throws NetworkException {
        config.check();
        this.config = config;
        Subnet subnet = config.subnet();
        // The network's own address, and in IPv4 the one for all, are nobody's.
        taken.add(BigInteger.ZERO);
        if (subnet.isV4()) {
            taken.add(subnet.size().subtract(BigInteger.ONE));
        }
        for (InetAddress auxiliary : config.auxiliary().values()) {
            taken.add(subnet.offset(auxiliary));
        }
        if (config.gateway().isPresent()) {
            gateway = config.gateway().get();
            take(gateway);
        } else {
            gateway = next(subnet);
            taken.add(subnet.offset(gateway));
        }
    }

    public Subnet subnet() {
        return config.subnet();
    }

    public Config config() {
        return config;
    }

    public InetAddress gateway() {
        return gateway;
    }

    /**
     * Takes an address that somebody wants.
     *
     * @throws NetworkException TAKEN: "Address already in use"
     */
    public synchronized void take(InetAddress address) throws NetworkException {
        if (!subnet().contains(address)) {
            throw NetworkException.invalid("invalid address " + Subnet.text(address)
                    + ": It does not belong to any of this network's subnets");
        }
        if (!taken.add(subnet().offset(address))) {
            throw NetworkException.taken("Address already in use");
        }
    }

    /** The lowest that is free. Empty when there is none. */
    public synchronized Optional<InetAddress> takeNext() {
        Subnet range = config.range().orElse(subnet());
        try {
            InetAddress address = next(range);
            taken.add(subnet().offset(address));
            return Optional.of(address);
        } catch (NetworkException e) {
            return Optional.empty();
        }
    }

    /** The one so far from the subnet's first, when it is free and in the range; else {@link #takeNext}. */
    public synchronized Optional<InetAddress> takeNear(BigInteger offset) {
        boolean fits = offset.compareTo(subnet().size()) < 0
                && config.range().orElse(subnet()).contains(subnet().at(offset));
        return fits && taken.add(offset) ? Optional.of(subnet().at(offset)) : takeNext();
    }

    private synchronized InetAddress next(Subnet range) throws NetworkException {
        BigInteger from = subnet().offset(range.first());
        BigInteger end = from.add(range.size());
        BigInteger at = from.max(lowestFree);
        while (at.compareTo(end) < 0 && taken.contains(at)) {
            at = at.add(BigInteger.ONE);
        }
        if (at.compareTo(end) >= 0) {
            throw new NetworkException(NetworkException.Reason.EXHAUSTED, "no available addresses in " + range);
        }
        if (from.compareTo(lowestFree) <= 0) {
            lowestFree = at;
        }
        return subnet().at(at);
    }

    /** Gives one back; the gateway's and reserved ones stay. */
    public synchronized void release(InetAddress address) {
        boolean isReserved = address.equals(gateway)
                || config.auxiliary().containsValue(address)
                || address.equals(subnet().first());
        if (subnet().contains(address) && !isReserved) {
            BigInteger offset = subnet().offset(address);
            taken.remove(offset);
            lowestFree = lowestFree.min(offset);
        }
    }
}
