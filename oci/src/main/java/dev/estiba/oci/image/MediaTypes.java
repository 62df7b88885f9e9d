package dev.estiba.oci.image;

import java.util.Optional;
import java.util.Set;

/** The media types of images: the specification's (media-types.md) and those of Docker's schema 2. */
public final class MediaTypes {
    public static final String INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    public static final String LAYER_GZIP = LAYER + "+gzip";
    public static final String LAYER_ZSTD = LAYER + "+zstd";
    /** What an artifact without a configuration has in its place. */
    public static final String EMPTY = "application/vnd.oci.empty.v1+json";

    public static final String DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";
    public static final String DOCKER_LAYER_GZIP = DOCKER_LAYER + ".gzip";
    public static final String DOCKER_LAYER_ZSTD = DOCKER_LAYER + ".zstd";

    /** Docker's schema 1, plain and signed, which no engine runs any more. */
    public static final Set<String> SCHEMA_1 = Set.of(
            "application/vnd.docker.distribution.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v1+prettyjws");

    private static final String NON_DISTRIBUTABLE = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    private static final String FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar";

    /** How a layer's archive is packed. */
    public enum Compression {
        NONE,
        GZIP,
        ZSTD
    }

    private MediaTypes() {}

    public static boolean isIndex(String type) {
        return type.equals(INDEX) || type.equals(DOCKER_INDEX);
    }

    public static boolean isManifest(String type) {
        return type.equals(MANIFEST) || type.equals(DOCKER_MANIFEST);
    }

    /** An image's; an artifact has others. */
    public static boolean isConfig(String type) {
        return type.equals(CONFIG) || type.equals(DOCKER_CONFIG);
    }

    /** Empty when it is no layer that can be unpacked. */
    public static Optional<Compression> layer(String type) {
        return switch (type) {
            case LAYER, DOCKER_LAYER, NON_DISTRIBUTABLE, FOREIGN -> Optional.of(Compression.NONE);
            case LAYER_GZIP, DOCKER_LAYER_GZIP, NON_DISTRIBUTABLE + "+gzip", FOREIGN + ".gzip" ->
                Optional.of(Compression.GZIP);
            case LAYER_ZSTD, DOCKER_LAYER_ZSTD, NON_DISTRIBUTABLE + "+zstd" -> Optional.of(Compression.ZSTD);
            default -> Optional.empty();
        };
    }
}
