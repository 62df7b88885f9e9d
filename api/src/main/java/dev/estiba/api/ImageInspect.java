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
 * @param manifests all that it has; empty: not asked
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
        List<Referrer> referrers,
        List<ImageManifest> manifests) {
    public ImageInspect {
        manifests = List.copyOf(manifests);
        referrers = List.copyOf(referrers);
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
        layers = List.copyOf(layers);
    }

    /** With all its manifests. */
    public ImageInspect withManifests(List<ImageManifest> all) {
        return new ImageInspect(
                id,
                descriptor,
                repoTags,
                repoDigests,
                comment,
                created,
                author,
                config,
                architecture,
                variant,
                os,
                osVersion,
                size,
                graphDriver,
                layers,
                lastTagTime,
                referrers,
                all);
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
