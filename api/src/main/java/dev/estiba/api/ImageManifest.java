package dev.estiba.api;

import java.util.List;
import java.util.Optional;

/**
 * One manifest of an image, of which there are several when it is for several platforms ({@code ImageManifestSummary}).
 *
 * @param descriptor of the manifest
 * @param isAvailable whether all that it names is here
 * @param content how many bytes of what it names are here, as they came
 * @param image what is known of it when a container can be made of it
 * @param attested of which manifest it says something; empty: of none
 */
public record ImageManifest(
        ImageInspect.ContentDescriptor descriptor,
        boolean isAvailable,
        long content,
        Optional<OfImage> image,
        String attested) {
    /**
     * @param platform as its index says it, or else its configuration
     * @param unpacked in bytes; 0 when it is not
     * @param containers the IDs of those that are made of it
     */
    public record OfImage(ImagePlatform platform, long unpacked, List<String> containers) {
        public OfImage {
            containers = List.copyOf(containers);
        }
    }
}
