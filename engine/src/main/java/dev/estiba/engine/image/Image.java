package dev.estiba.engine.image;

import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Platform;
import java.util.List;
import java.util.Optional;

/**
 * Something that a container can be made of.
 *
 * @param id {@code sha256:…} of what it is made of; for a directory, which may change, of its name
 * @param reference what the user called it
 * @param lowers directories, absolute, the uppermost first; they are never written
 * @param stored where it is in the store, when it is one of its images
 */
public record Image(String id, String reference, List<String> lowers, ImageConfig config, Optional<Stored> stored) {
    /**
     * @param root the digest of its manifest or index, which is pinned for the container
     * @param platform whose programs are in it
     */
    public record Stored(Digest root, Platform platform) {}

    public Image {
        lowers = List.copyOf(lowers);
    }
}
