package dev.estiba.engine.image;

import dev.estiba.api.ImageInspect.ContentDescriptor;
import dev.estiba.api.ImageManifest;
import dev.estiba.api.ImagePlatform;
import dev.estiba.content.fetch.Inventory;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Layer;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.json.DocumentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All manifests of an image, also those that its index names and that are not here ({@code manifests=1}). */
final class ImageManifests {
    /** What BuildKit writes beside an entry that says something of another one (moby/buildkit, docs/attestations). */
    private static final String KIND = "vnd.docker.reference.type";

    private static final String ATTESTATION = "attestation-manifest";
    private static final String SUBJECT = "vnd.docker.reference.digest";

    private final Store store;
    private final Described described;
    private final List<ImageUsers.User> users;

    /** @param users all containers that there are */
    ImageManifests(Store store, Described described, List<ImageUsers.User> users) {
        this.store = store;
        this.described = described;
        this.users = users;
    }

    List<ImageManifest> of(StoredImage image) throws IOException {
        List<ImageManifest> manifests = new ArrayList<>();
        for (Descriptor each : named(image)) {
            Optional<Variant> variant = image.variants().stream()
                    .filter(here -> here.manifest().digest().equals(each.digest()))
                    .findFirst();
            manifests.add(variant.isPresent() ? here(each, variant.get()) : absent(each));
        }
        return manifests;
    }

    private List<Descriptor> named(StoredImage image) throws IOException {
        try {
            return switch (ImageReader.read(
                    store.blobs().document(image.root()).bytes(),
                    Optional.of(image.root().mediaType()))) {
                case ImageReader.Document.OfManifest _ -> List.of(image.root());
                case ImageReader.Document.OfIndex(var index) -> index.manifests();
            };
        } catch (DocumentException e) {
            throw new IOException(image.root().digest() + ": " + e.getMessage(), e);
        }
    }

    private ImageManifest here(Descriptor descriptor, Variant variant) throws IOException {
        long content = bytes(variant.manifest()) + bytes(variant.config());
        long unpacked = 0;
        boolean isWhole = true;
        for (Layer layer : variant.layers()) {
            content += bytes(layer.blob());
            isWhole &= has(layer.blob());
            unpacked += store.layers().size(layer.diffId()).isPresent() ? described.size(layer) : 0;
        }
        if (!Inventory.isImage(variant)) {
            return new ImageManifest(told(descriptor), isWhole, content, Optional.empty(), attested(descriptor));
        }
        List<String> containers = users.stream()
                .filter(each -> each.imageId().equals(variant.config().digest().toString()))
                .map(ImageUsers.User::id)
                .toList();
        Platform platform = descriptor.platform().orElse(variant.platform());
        ImageManifest.OfImage known = new ImageManifest.OfImage(told(platform), unpacked, containers);
        return new ImageManifest(told(descriptor), isWhole, content, Optional.of(known), "");
    }

    private ImageManifest absent(Descriptor descriptor) throws IOException {
        String attested = attested(descriptor);
        Optional<ImageManifest.OfImage> image = descriptor
                .platform()
                .filter(_ -> attested.isEmpty())
                .map(each -> new ImageManifest.OfImage(told(each), 0, List.of()));
        return new ImageManifest(told(descriptor), false, bytes(descriptor), image, attested);
    }

    private boolean has(Descriptor blob) throws IOException {
        return store.blobs().size(blob.digest()).isPresent();
    }

    private long bytes(Descriptor blob) throws IOException {
        return store.blobs().size(blob.digest()).orElse(0);
    }

    private static String attested(Descriptor descriptor) {
        if (!ATTESTATION.equals(descriptor.annotations().get(KIND))) {
            return "";
        }
        return Digest.parse(descriptor.annotations().getOrDefault(SUBJECT, ""))
                .map(Digest::toString)
                .orElse("");
    }

    static ContentDescriptor told(Descriptor descriptor) {
        return new ContentDescriptor(descriptor.mediaType(), descriptor.digest().toString(), descriptor.size());
    }

    static ImagePlatform told(Platform platform) {
        return new ImagePlatform(
                platform.os(), platform.architecture(), platform.variant().orElse(""));
    }
}
