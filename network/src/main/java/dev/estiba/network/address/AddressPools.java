package dev.estiba.network.address;

import dev.estiba.network.NetworkException;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Where networks without a subnet of their own get one: Docker's pools, and of a unique local prefix of IPv6 (RFC 4193) that the
 * machine has made up for itself once.
 *
 * @param pools of IPv4, in their order
 * @param uniqueLocal 48 bits; each network has 64 of it
 */
public record AddressPools(List<Pool> pools, Subnet uniqueLocal) {
    private static final int NETWORK = 64;
    private static final int SITE = 48;

    public AddressPools {
        pools = List.copyOf(pools);
        if (uniqueLocal.isV4() || uniqueLocal.prefix() != SITE) {
            throw new IllegalArgumentException("not 48 bits of IPv6: " + uniqueLocal);
        }
    }

    /** A block that subnets of that prefix are cut from: {@code default-address-pools} of daemon.json. */
    public record Pool(Subnet base, int size) {
        public Pool {
            if (size < base.prefix() || size > (base.isV4() ? 30 : 64)) {
                throw new IllegalArgumentException("subnets of /" + size + " cannot be cut from " + base);
            }
        }
    }

    /** Docker's, with a prefix of the machine's. */
    public static AddressPools standard(Subnet uniqueLocal) {
        return new AddressPools(
                List.of(
                        pool("172.17.0.0/16", 16),
                        pool("172.18.0.0/16", 16),
                        pool("172.19.0.0/16", 16),
                        pool("172.20.0.0/14", 16),
                        pool("172.24.0.0/14", 16),
                        pool("172.28.0.0/14", 16),
                        pool("192.168.0.0/16", 20)),
                uniqueLocal);
    }

    private static Pool pool(String base, int size) {
        try {
            return new Pool(Subnet.parse(base), size);
        } catch (NetworkException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A prefix for a machine that has none yet: fd, then 40 random bits (RFC 4193, 3.2.1). */
    public static Subnet newUniqueLocal(RandomGenerator random) {
        byte[] bytes = new byte[16];
        byte[] global = new byte[5];
        random.nextBytes(global);
        bytes[0] = (byte) 0xfd;
        System.arraycopy(global, 0, bytes, 1, global.length);
        return new Subnet(Subnet.address(bytes), SITE);
    }

    /**
     * The first subnet that overlaps nothing.
     *
     * @param taken subnets of other networks, and what the host itself has routes to or addresses in
     */
    public Subnet nextV4(Collection<Subnet> taken) throws NetworkException {
        for (Pool pool : pools) {
            if (!pool.base().isV4()) {
                continue;
            }
            int parts = 1 << (pool.size() - pool.base().prefix());
            for (int i = 0; i < parts; i++) {
                Subnet subnet = pool.base().part(pool.size(), BigInteger.valueOf(i));
                if (taken.stream().noneMatch(subnet::overlaps)) {
                    return subnet;
                }
            }
        }
        throw new NetworkException(
                NetworkException.Reason.EXHAUSTED,
                "all predefined address pools have been fully subnetted, or overlap networks of this host: "
                        + "give the network a --subnet");
    }

    /** The first 64 bits of the machine's prefix that overlap nothing. */
    public Subnet nextV6(Collection<Subnet> taken) throws NetworkException {
        for (int i = 0; i < 1 << (NETWORK - SITE); i++) {
            Subnet subnet = uniqueLocal.part(NETWORK, BigInteger.valueOf(i));
            if (taken.stream().noneMatch(subnet::overlaps)) {
                return subnet;
            }
        }
        throw new NetworkException(NetworkException.Reason.EXHAUSTED, "all networks of " + uniqueLocal + " are taken");
    }
}
