package dev.estiba.registry.http;

import java.net.URI;
import java.util.Locale;

/**
 * Scheme, host and port: what a secret that was meant for one of them must not leave (RFC 6454, section 4).
 *
 * @param host lower-case; an IPv6 address in brackets
 */
public record HttpOrigin(String scheme, String host, int port) {
    /** @throws IllegalArgumentException when the address has no host, or is neither http nor https */
    public static HttpOrigin of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("no address of a web server");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        return new HttpOrigin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port);
    }

    public boolean isSecure() {
        return scheme.equals("https");
    }

    @Override
    public String toString() {
        boolean usual = port == (isSecure() ? 443 : 80);
        return scheme + "://" + host + (usual ? "" : ":" + port);
    }
}
