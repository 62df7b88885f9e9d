package dev.estiba.oci.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image for one platform, or an artifact (manifest.md). Docker's schema 2 is the same under other media types.
 *
 * @param mediaType the specification asks for it since 1.1; older ones may leave it out
 * @param artifactType what an artifact is
 * @param layers from the lowest to the uppermost; of an artifact, its parts
 * @param subject the manifest that this one says something of
 */
public record Manifest(
        Optional<String> mediaType,
        Optional<String> artifactType,
        Descriptor config,
        List<Descriptor> layers,
        Optional<Descriptor> subject,
        Map<String, String> annotations) {
    public Manifest {
        layers = List.copyOf(layers);
        annotations = Annotations.inOrder(annotations);
    }

    /** Whether there is something to run; else it is an artifact. */
    public boolean isImage() {
        return MediaTypes.isConfig(config.mediaType());
    }
}
