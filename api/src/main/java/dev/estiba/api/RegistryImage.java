package dev.estiba.api;

import java.util.List;

/**
 * What a registry has under a name ({@code DistributionInspect}).
 *
 * @param descriptor of the manifest or index
 * @param platforms that there are of it
 */
public record RegistryImage(ImageInspect.ContentDescriptor descriptor, List<ImagePlatform> platforms) {
    public RegistryImage {
        platforms = List.copyOf(platforms);
    }
}
