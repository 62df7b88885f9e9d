package dev.estiba.content.transport;

import dev.estiba.oci.image.Descriptor;

/** Layers that may not be passed on and are had from their authors (layer.md, "Non-Distributable Layers"). */
public final class ForeignLayers {
    private ForeignLayers() {}

    /** Whether registries and layouts leave it to its {@code urls}. Their {@link ImageTarget#has} says that it is there. */
    public static boolean isElsewhere(Descriptor descriptor) {
        String type = descriptor.mediaType();
        return !descriptor.urls().isEmpty()
                && (type.startsWith("application/vnd.oci.image.layer.nondistributable.")
                        || type.startsWith("application/vnd.docker.image.rootfs.foreign."));
    }
}
