package dev.estiba.doors.docker;

import dev.estiba.api.EndpointResource;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworkIpamConfig;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;

/** How many addresses of a network's subnets are in use: {@code Status} of version 1.52. */
final class AddressStatus {
    private static final BigInteger MOST = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    private AddressStatus() {}

    /** A block of addresses, as {@code 10.0.0.0/8}. */
    private record Block(BigInteger first, int bits, int prefix) {
        static Block of(String text) {
            int slash = text.indexOf('/');
            byte[] address = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
            int bits = address.length * 8;
            int prefix = Integer.parseInt(text.substring(slash + 1));
            BigInteger size = BigInteger.TWO.pow(bits - prefix);
            BigInteger number = new BigInteger(1, address);
            return new Block(number.subtract(number.mod(size)), bits, prefix);
        }

        BigInteger size() {
            return BigInteger.TWO.pow(bits - prefix);
        }

        boolean has(BigInteger address) {
            return address.compareTo(first) >= 0 && address.compareTo(first.add(size())) < 0;
        }
    }

    private static void take(Block subnet, String text, Set<BigInteger> used) {
        if (text.isEmpty()) {
            return;
        }
        int slash = text.indexOf('/');
        byte[] address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash))
                .getAddress();
        BigInteger number = new BigInteger(1, address);
        if (address.length * 8 == subnet.bits() && subnet.has(number)) {
            used.add(number);
        }
    }

    static String json(NetworkInspect network) {
        StringBuilder subnets = new StringBuilder();
        for (NetworkIpamConfig config : network.ipam().config()) {
            Block subnet = Block.of(config.subnet());
            Set<BigInteger> used = new HashSet<>();
            // Nobody is given a subnet's own address, nor IPv4's of all.
            used.add(subnet.first());
            if (subnet.bits() == 32) {
                used.add(subnet.first().add(subnet.size()).subtract(BigInteger.ONE));
            }
            take(subnet, config.gateway(), used);
            config.auxiliaryAddresses().values().forEach(each -> take(subnet, each, used));
            for (EndpointResource endpoint : network.containers().values()) {
                take(subnet, endpoint.ipv4Address(), used);
                take(subnet, endpoint.ipv6Address(), used);
            }
            Block range = config.ipRange().isEmpty() ? subnet : Block.of(config.ipRange());
            long inRange = used.stream().filter(range::has).count();
            subnets.append(subnets.isEmpty() ? "" : ",")
                    .append('"')
                    .append(config.subnet())
                    .append("\":{\"IPsInUse\":")
                    .append(used.size())
                    .append(",\"DynamicIPsAvailable\":")
                    .append(range.size().subtract(BigInteger.valueOf(inRange)).min(MOST))
                    .append('}');
        }
        return "{\"IPAM\":{\"Subnets\":{" + subnets + "}}}";
    }
}
