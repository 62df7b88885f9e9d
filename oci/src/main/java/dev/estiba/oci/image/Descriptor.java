package dev.estiba.oci.image;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What some content is, and where it is found (descriptor.md).
 *
 * @param size in bytes
 * @param urls other places that it can be had from
 * @param data the content itself, when it is small and its author has put it here
 * @param platform of an index's entries, when they say it
 */
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        List<String> urls,
        Map<String, String> annotations,
        Optional<byte[]> data,
        Optional<String> artifactType,
        Optional<Platform> platform) {
    public Descriptor {
        if (size < 0) {
            throw new IllegalArgumentException("size: " + size + " is below 0");
        }
        urls = List.copyOf(urls);
        annotations = Annotations.inOrder(annotations);
        data = data.map(byte[]::clone);
    }

    public static Descriptor of(String mediaType, Digest digest, long size) {
        return new Descriptor(
                mediaType, digest, size, List.of(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    public Descriptor withPlatform(Platform platform) {
        return new Descriptor(mediaType, digest, size, urls, annotations, data, artifactType, Optional.of(platform));
    }

    public Descriptor withAnnotations(Map<String, String> annotations) {
        return new Descriptor(mediaType, digest, size, urls, annotations, data, artifactType, platform);
    }

    /** A copy that belongs to the caller. */
    @Override
    public Optional<byte[]> data() {
        return data.map(byte[]::clone);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Descriptor that
                && size == that.size
                && mediaType.equals(that.mediaType)
                && digest.equals(that.digest)
                && urls.equals(that.urls)
                && annotations.equals(that.annotations)
                && Arrays.equals(data.orElse(null), that.data.orElse(null))
                && artifactType.equals(that.artifactType)
                && platform.equals(that.platform);
    }

    @Override
    public int hashCode() {
        return Objects.hash(mediaType, digest, size, urls, annotations, artifactType, platform);
    }
}
