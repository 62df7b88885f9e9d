package dev.estiba.registry.http;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** A range of addresses: {@code 10.0.0.0/8}. */
public record Network(InetAddress address, int bits) {
    private static final Pattern BITS = Pattern.compile("[0-9]{1,3}");

    /** Empty when it is none. */
    public static Optional<Network> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !BITS.matcher(text.substring(slash + 1)).matches()) {
            return Optional.empty();
        }
        int bits = Integer.parseInt(text.substring(slash + 1));
        return Proxies.literal(text.substring(0, slash))
                .filter(address -> bits <= 8 * address.getAddress().length)
                .map(address -> new Network(address, bits));
    }

    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        int whole = bits / 8;
        int rest = bits % 8;
        return Arrays.equals(mine, 0, whole, theirs, 0, whole)
                && (rest == 0 || sameBits(mine[whole], theirs[whole], rest));
    }

    private static boolean sameBits(byte mine, byte theirs, int bits) {
        return ((mine ^ theirs) & 0xff) >> (8 - bits) == 0;
    }
}
