package dev.estiba.api;

import java.util.List;

/**
 * All that is known of an image.
 *
 * @param descriptor of its manifest or index
 * @param created as its author has written it
 * @param size in bytes, unpacked
 * @param layers the digests of its layers' archives, the lowest first
 * @param lastTagTime RFC 3339
 * @param referrers what is here that says something of it, such as signatures; not in Docker's API
 */
public record ImageInspect(
        String id,
        ContentDescriptor descriptor,
        List<String> repoTags,
        List<String> repoDigests,
        String comment,
        String created,
        String author,
        ContainerConfig config,
        String architecture,
        String variant,
        String os,
        String osVersion,
        long size,
        GraphDriver graphDriver,
        List<String> layers,
        String lastTagTime,
        List<Referrer> referrers) {
    public ImageInspect {
        referrers = List.copyOf(referrers);
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
        layers = List.copyOf(layers);
    }

    /** @param size in bytes */
    public record ContentDescriptor(String mediaType, String digest, long size) {}

    /**
     * @param size in bytes
     * @param artifactType what it is: {@code application/spdx+json}
     * @param subject the digest of what it says something of
     */
    public record Referrer(String mediaType, String digest, long size, String artifactType, String subject) {}
}
