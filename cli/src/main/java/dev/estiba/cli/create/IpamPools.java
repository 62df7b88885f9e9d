package dev.estiba.cli.create;

import dev.estiba.api.NetworkIpamConfig;
import dev.estiba.cli.flag.BadValue;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code --subnet}, {@code --ip-range}, {@code --gateway}, {@code --aux-address}: each of the last three belongs to the subnet it is in. */
public final class IpamPools {
    private IpamPools() {}

    /** Addresses that begin with the same bits. */
    private record Block(byte[] address, int prefix) {
        static Block of(String text) throws BadValue {
            Pair pair = Pair.cut(text, '/');
            boolean isBlock = pair.isCut()
                    && Addresses.isAddress(pair.before())
                    && pair.after().matches("[0-9]{1,3}");
            if (!isBlock) {
                throw new BadValue("invalid CIDR address: " + text);
            }
            byte[] address = InetAddress.ofLiteral(pair.before()).getAddress();
            int prefix = Integer.parseInt(pair.after());
            if (prefix > 8 * address.length) {
                throw new BadValue("invalid CIDR address: " + text);
            }
            return new Block(address, prefix);
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < prefix; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** @throws BadValue for what is in no subnet, or the second in one */
    public static List<NetworkIpamConfig> of(
            List<String> subnets, List<String> ranges, List<String> gateways, List<String> auxiliary) throws BadValue {
        if (subnets.size() < ranges.size() || subnets.size() < gateways.size()) {
            throw new BadValue("every ip-range or gateway must have a corresponding subnet");
        }
        Map<String, Block> blocks = new LinkedHashMap<>();
        for (String subnet : subnets) {
            Block block = Block.of(subnet);
            for (Block other : blocks.values()) {
                if (block.contains(other.address()) || other.contains(block.address())) {
                    throw new BadValue("multiple overlapping subnet configuration is not supported");
                }
            }
            blocks.put(subnet, block);
        }
        Map<String, String> rangeOf = new LinkedHashMap<>();
        for (String range : ranges) {
            put(rangeOf, subnet(blocks, Block.of(range).address(), "range " + range), range, "ranges");
        }
        Map<String, String> gatewayOf = new LinkedHashMap<>();
        for (String gateway : gateways) {
            put(gatewayOf, subnet(blocks, address(gateway), "gateway " + gateway), gateway, "gateways");
        }
        Map<String, Map<String, String>> auxiliaryOf = new LinkedHashMap<>();
        for (String each : auxiliary) {
            Pair pair = Pair.cut(each, '=');
            String subnet = subnet(blocks, address(pair.after()), "aux-address " + pair.after());
            auxiliaryOf.computeIfAbsent(subnet, _ -> new LinkedHashMap<>()).put(pair.before(), pair.after());
        }
        List<NetworkIpamConfig> all = new ArrayList<>();
        for (String subnet : blocks.keySet()) {
            all.add(new NetworkIpamConfig(
                    subnet,
                    rangeOf.getOrDefault(subnet, ""),
                    gatewayOf.getOrDefault(subnet, ""),
                    auxiliaryOf.getOrDefault(subnet, Map.of())));
        }
        return all;
    }

    private static byte[] address(String text) throws BadValue {
        if (!Addresses.isAddress(text)) {
            throw new BadValue("invalid IP address: " + text);
        }
        return InetAddress.ofLiteral(text).getAddress();
    }

    private static String subnet(Map<String, Block> blocks, byte[] address, String what) throws BadValue {
        for (Map.Entry<String, Block> block : blocks.entrySet()) {
            if (block.getValue().contains(address)) {
                return block.getKey();
            }
        }
        throw new BadValue("no matching subnet for " + what);
    }

    private static void put(Map<String, String> to, String subnet, String value, String what) throws BadValue {
        String before = to.put(subnet, value);
        if (before != null) {
            throw new BadValue("cannot configure multiple " + what + " (" + value + ", " + before
                    + ") on the same subnet (" + subnet + ")");
        }
    }
}
