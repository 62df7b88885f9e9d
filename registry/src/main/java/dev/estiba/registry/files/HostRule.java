package dev.estiba.registry.files;

import dev.estiba.registry.tls.TlsRules;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A host as a file describes it.
 *
 * @param scheme empty when the file does not say
 * @param host with the port
 * @param path what stands before repositories' names; empty for the usual {@code /v2}
 * @param capabilities what it may be asked for
 * @param insecure whether it may speak plain HTTP
 */
public record HostRule(
        Optional<String> scheme,
        String host,
        Optional<String> path,
        Set<Capability> capabilities,
        TlsRules tls,
        boolean insecure,
        Map<String, List<String>> headers) {
    /** What a mirror is good for (containerd's hosts.md). */
    public enum Capability {
        /** manifests and blobs by their digests */
        PULL,
        /** tags, whose answers must be believed */
        RESOLVE,
        PUSH
    }

    public HostRule {
        capabilities = Set.copyOf(capabilities);
        headers = Map.copyOf(headers);
    }

    /** What an address says. */
    record Place(Optional<String> scheme, String host, String path) {}

    /** @param address {@code https://host:port/path}, or without the scheme */
    static Optional<Place> place(String address) {
        boolean hasScheme = address.contains("://");
        try {
            URI uri = new URI(hasScheme ? address : "https://" + address);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (uri.getHost() == null || !web || uri.getRawUserInfo() != null || uri.getRawQuery() != null) {
                return Optional.empty();
            }
            String host = uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
            String path = uri.getRawPath().replaceAll("/+$", "");
            return Optional.of(new Place(hasScheme ? Optional.of(uri.getScheme()) : Optional.empty(), host, path));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /**
     * An address that mirrors are given by, {@code https://host:port}.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static HostRule mirror(String address) {
        Place place = place(address)
                .orElseThrow(() -> new IllegalArgumentException(
                        "a mirror has no address of a web server (https://host:port): " + address));
        return new HostRule(
                place.scheme(),
                place.host(),
                place.path().isEmpty() ? Optional.empty() : Optional.of(place.path() + "/v2"),
                Set.of(Capability.PULL, Capability.RESOLVE),
                TlsRules.USUAL,
                false,
                Map.of());
    }
}
