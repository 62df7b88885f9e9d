package dev.estiba.registry.client;

import dev.estiba.registry.tls.TlsRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A place that serves a registry's API.
 *
 * @param host where
 * @param scheme {@code http} or {@code https}; empty when https is tried first, and then http if that is allowed
 * @param prefix what stands before a repository's name: {@code /v2}, or what a mirror has in its place
 * @param plain whether it may speak plain HTTP
 * @param headers that its user wants to be sent along
 */
record Endpoint(
        HostAddress host,
        Optional<String> scheme,
        String prefix,
        boolean plain,
        TlsRules tls,
        Map<String, List<String>> headers) {
    static final String PREFIX = "/v2";

    Endpoint {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return scheme.orElse(plain ? "http(s)" : "https") + "://" + host + prefix;
    }
}
