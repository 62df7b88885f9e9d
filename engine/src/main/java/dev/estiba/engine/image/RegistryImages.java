package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImagePlatform;
import dev.estiba.api.RegistryAccess;
import dev.estiba.api.RegistryImage;
import dev.estiba.content.fetch.Inventory;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.Reference;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.registry.client.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** {@code GET /distribution/NAME/json}: what a registry has under a name. */
final class RegistryImages {
    private static final long LARGEST = 8 << 20;

    private final Images images;

    RegistryImages(Images images) {
        this.images = images;
    }

    RegistryImage inspect(String name, RegistryAccess access) throws IOException {
        Reference reference = ImageStore.parse(name).tagged();
        try (Registry registry = Registries.open(access, reference, images.connections());
                ImageSource source = registry.source(reference)) {
            Document root = source.root();
            return new RegistryImage(ImageManifests.told(root.descriptor()), platforms(source, root));
        } catch (NotThere e) {
            throw new ApiException(ApiException.NOT_FOUND, String.valueOf(e.getMessage()), e);
        } catch (MalformedImage | DocumentException e) {
            throw new ApiException(ApiException.BAD_REQUEST, name + ": " + e.getMessage(), e);
        }
    }

    private static List<ImagePlatform> platforms(ImageSource source, Document root)
            throws IOException, DocumentException {
        return switch (ImageReader.read(
                root.bytes(), Optional.of(root.descriptor().mediaType()))) {
            case ImageReader.Document.OfIndex(var index) ->
                index.manifests().stream()
                        .flatMap(each -> each.platform().stream())
                        .map(ImageManifests::told)
                        .toList();
            case ImageReader.Document.OfManifest(Manifest manifest) -> {
                if (!manifest.isImage()) {
                    yield List.of();
                }
                yield List.of(ImageManifests.told(
                        Inventory.config(config(source, manifest.config())).platform()));
            }
        };
    }

    private static Document config(ImageSource source, Descriptor descriptor) throws IOException {
        if (descriptor.size() > LARGEST) {
            throw new MalformedImage(descriptor.digest() + ": a configuration of " + descriptor.size()
                    + " bytes, where " + LARGEST + " are the most that is read");
        }
        try (InputStream in = source.blob(descriptor, 0)) {
            return Document.verified(descriptor, in.readAllBytes());
        }
    }
}
