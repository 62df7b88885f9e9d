package dev.estiba.network.address;

import dev.estiba.network.NetworkException;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The addresses that begin with the same bits.
 *
 * @param first the one with zeros behind them
 * @param prefix how many bits those are
 */
public record Subnet(InetAddress first, int prefix) {
    public Subnet {
        if (prefix < 0 || prefix > bits(first)) {
            throw new IllegalArgumentException("a prefix of " + prefix + " bits for " + first.getHostAddress());
        }
        if (!masked(first, prefix).equals(first)) {
            throw new IllegalArgumentException(first.getHostAddress() + "/" + prefix + " has bits behind its prefix");
        }
    }

    private static int bits(InetAddress address) {
        return address instanceof Inet4Address ? 32 : 128;
    }

    /** The one that an address is in. */
    public static Subnet of(InetAddress address, int prefix) {
        return new Subnet(masked(address, prefix), prefix);
    }

    private static InetAddress masked(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(prefix - 8L * i, 0, 8);
            bytes[i] &= (byte) (0xff00 >> kept);
        }
        return address(bytes);
    }

    /** 0.0.0.0 or ::. */
    public static InetAddress anyAddress(boolean isV4) {
        return address(new byte[isV4 ? 4 : 16]);
    }

    /** 127.0.0.1 or ::1. */
    public static InetAddress loopback(boolean isV4) {
        byte[] bytes = new byte[isV4 ? 4 : 16];
        bytes[0] = (byte) (isV4 ? 127 : 0);
        bytes[bytes.length - 1] = 1;
        return address(bytes);
    }

    /** Of four or sixteen bytes. */
    public static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /**
     * Reads {@code 172.17.0.0/16}.
     *
     * @throws NetworkException INVALID
     */
    public static Subnet parse(String text) throws NetworkException {
        int slash = text.indexOf('/');
        String digits = text.substring(slash + 1);
        if (slash < 0 || !digits.matches("[0-9]{1,3}")) {
            throw NetworkException.invalid("invalid CIDR address: " + text);
        }
        int prefix = Integer.parseInt(digits);
        InetAddress address;
        try {
            address = parseAddress(text.substring(0, slash));
        } catch (NetworkException e) {
            throw NetworkException.invalid("invalid CIDR address: " + text);
        }
        if (prefix > bits(address)) {
            throw NetworkException.invalid("invalid CIDR address: " + text);
        }
        Subnet subnet = of(address, prefix);
        if (!subnet.first().equals(address)) {
            throw NetworkException.invalid("invalid subnet " + text + ": it should be " + subnet);
        }
        return subnet;
    }

    /** An address by its digits; a name is never looked up. */
    public static InetAddress parseAddress(String text) throws NetworkException {
        try {
            if (text.contains("%")) {
                throw new IllegalArgumentException("a zone");
            }
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw NetworkException.invalid("invalid IP address: " + text);
        }
    }

    public boolean isV4() {
        return first instanceof Inet4Address;
    }

    /** Whether it is of that family and begins with the bits. */
    public boolean contains(InetAddress address) {
        return bits(address) == bits(first) && masked(address, prefix).equals(first);
    }

    /** Whether there is an address in both. */
    public boolean overlaps(Subnet other) {
        return contains(other.first) || other.contains(first);
    }

    public boolean contains(Subnet other) {
        return other.prefix >= prefix && contains(other.first);
    }

    /** The last address. */
    public InetAddress last() {
        return at(size().subtract(BigInteger.ONE));
    }

    BigInteger size() {
        return BigInteger.ONE.shiftLeft(bits(first) - prefix);
    }

    /** The address so far from the first one. */
    public InetAddress at(BigInteger offset) {
        if (offset.signum() < 0 || offset.compareTo(size()) >= 0) {
            throw new IllegalArgumentException(offset + " is outside of " + this);
        }
        byte[] value = new BigInteger(1, first.getAddress()).add(offset).toByteArray();
        byte[] bytes = new byte[bits(first) / 8];
        int length = Math.min(value.length, bytes.length);
        System.arraycopy(value, value.length - length, bytes, bytes.length - length, length);
        return address(bytes);
    }

    public InetAddress at(long offset) {
        return at(BigInteger.valueOf(offset));
    }

    /** How far an address of it is from the first one. */
    public BigInteger offset(InetAddress address) {
        if (!contains(address)) {
            throw new IllegalArgumentException(address.getHostAddress() + " is outside of " + this);
        }
        return new BigInteger(1, address.getAddress()).subtract(new BigInteger(1, first.getAddress()));
    }

    /** The subnets of a longer prefix that it is made of: the one with that number. */
    Subnet part(int longer, BigInteger number) {
        return new Subnet(at(number.shiftLeft(bits(first) - longer)), longer);
    }

    /** IPv6 as people write it (RFC 5952), which the JDK does not. */
    public static String text(InetAddress address) {
        if (address instanceof Inet4Address) {
            return address.getHostAddress();
        }
        byte[] bytes = address.getAddress();
        int[] groups = new int[8];
        Arrays.setAll(groups, i -> Byte.toUnsignedInt(bytes[2 * i]) << 8 | Byte.toUnsignedInt(bytes[2 * i + 1]));
        int start = -1;
        int longest = 1;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end] == 0) {
                end++;
            }
            if (end - i > longest) {
                longest = end - i;
                start = i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < groups.length; i++) {
            if (i == start) {
                text.append("::");
                i += longest - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return text(first) + "/" + prefix;
    }
}
