package dev.estiba.registry.http;

import dev.estiba.oci.json.Excerpt;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Where a server may send us: by a redirect, by the place that it names for tokens or for an upload. Never from https to http,
 * never to a link-local address, where clouds keep their machines' secrets (169.254.169.254, fd00:ec2::254), and to this
 * machine itself only from this machine.
 */
public final class Addresses {
    /** How many redirects after one another are followed: as many as Go's client does. */
    public static final int MOST_REDIRECTS = 10;

    private static final byte[] AMAZON_METADATA = {
        (byte) 0xfd, 0, 0x0e, (byte) 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x54
    };

    /** Finds addresses of a name. */
    @FunctionalInterface
    public interface Resolver {
        /** By the machine's own configuration. The JDK keeps the answer for half a minute, so the client gets the same. */
        Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

        /** @return none when somebody else, a proxy, will look the name up */
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    private final Resolver resolver;

    public Addresses(Resolver resolver) {
        this.resolver = resolver;
    }

    /** Whether that is this machine, as Docker takes it: the name localhost or an address of 127.0.0.0/8 or ::1. */
    public static boolean isLoopback(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        return literal(host).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    /** The address that a host is written as; empty when it is a name. */
    private static java.util.Optional<InetAddress> literal(String host) {
        try {
            String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
            return java.util.Optional.of(InetAddress.ofLiteral(bare));
        } catch (IllegalArgumentException e) {
            return java.util.Optional.empty();
        }
    }

    /**
     * The place that a server names, from where it was asked.
     *
     * @param registry the one that everything began with
     * @param location absolute or relative (RFC 9110, section 10.2.2)
     */
    public URI follow(URI from, String location, HttpOrigin registry) throws IOException {
        URI target;
        HttpOrigin origin;
        try {
            target = from.resolve(new URI(location));
            origin = HttpOrigin.of(target);
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new RefusedAddress(Failures.place(from) + " sends us to " + Excerpt.quoted(place(location))
                    + ", which is no web address");
        }
        String sends = Failures.place(from) + " sends us to " + origin;
        if (target.getRawUserInfo() != null) {
            throw new RefusedAddress(sends + " with a user's name in the address, which is refused");
        }
        if (HttpOrigin.of(from).isSecure() && !origin.isSecure()) {
            throw new RefusedAddress(sends + ", which is refused: it would leave https");
        }
        if (!origin.host().equals(registry.host())) {
            checkHost(sends, origin.host(), registry);
        }
        return target;
    }

    private void checkHost(String sends, String host, HttpOrigin registry) throws IOException {
        List<InetAddress> addresses;
        try {
            java.util.Optional<InetAddress> literal = literal(host);
            addresses = literal.isPresent() ? List.of(literal.get()) : resolver.resolve(host);
        } catch (UnknownHostException e) {
            throw new Unreachable(Unreachable.Obstacle.NAME, sends + ", and there is no such host", e);
        }
        for (InetAddress address : addresses) {
            if (isMetadata(address)) {
                throw new RefusedAddress(sends + ", which is refused: " + address.getHostAddress()
                        + " is an address of this machine's surroundings, not of a registry");
            }
            boolean own = address.isLoopbackAddress() || address.isAnyLocalAddress();
            if (own && !isLoopback(registry.host())) {
                throw new RefusedAddress(sends + ", which is refused: it is this machine");
            }
        }
    }

    private static boolean isMetadata(InetAddress address) {
        return address.isLinkLocalAddress()
                || address.isMulticastAddress()
                || address instanceof Inet6Address && Arrays.equals(address.getAddress(), AMAZON_METADATA);
    }

    /** A location without its query, which may be a signature. */
    private static String place(String location) {
        int query = location.indexOf('?');
        return query < 0 ? location : location.substring(0, query);
    }
}
