package dev.estiba.registry.client;

import dev.estiba.oci.image.Reference;

/**
 * A registry's host as it stands in names: {@code example.org:5000}.
 *
 * @param text lower-case where that makes no difference; an IPv6 address in brackets
 */
record HostAddress(String text) {
    /** Where Docker's registry answers; its name in references is another one. */
    private static final String DOCKER_HUB = "registry-1.docker.io";

    static HostAddress of(Reference image) {
        return ofDomain(image.domain());
    }

    static HostAddress ofDomain(String domain) {
        return new HostAddress(domain.equals(Reference.DEFAULT_DOMAIN) ? DOCKER_HUB : domain);
    }

    /** Without the port. */
    String host() {
        int colon = text.lastIndexOf(':');
        return colon < 0 || text.endsWith("]") ? text : text.substring(0, colon);
    }

    @Override
    public String toString() {
        return text;
    }
}
