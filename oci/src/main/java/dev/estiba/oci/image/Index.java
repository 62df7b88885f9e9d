package dev.estiba.oci.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Manifests and further indexes under one name: the platforms of an image, mostly (image-index.md). Docker's list is the same. */
public record Index(
        Optional<String> mediaType,
        Optional<String> artifactType,
        List<Descriptor> manifests,
        Optional<Descriptor> subject,
        Map<String, String> annotations) {
    public Index {
        manifests = List.copyOf(manifests);
        annotations = Annotations.inOrder(annotations);
    }
}
