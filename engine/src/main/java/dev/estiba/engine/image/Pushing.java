package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.Progress;
import dev.estiba.api.ProgressSink;
import dev.estiba.api.PushOptions;
import dev.estiba.content.fetch.StoreSource;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.Selection;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.registry.client.Registry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code POST /images/NAME/push}: brings images to registries, as they came: digests stay, and nothing is packed again. */
final class Pushing {
    private final Images images;

    Pushing(Images images) {
        this.images = images;
    }

    void push(String name, PushOptions options, ProgressSink to) throws IOException {
        Reference reference = ImageStore.parse(name);
        if (reference.digest().isPresent()) {
            throw ApiException.badRequest("cannot push a digest reference");
        }
        if (options.allTags() && reference.tag().isPresent()) {
            throw ApiException.badRequest("tag can't be used with --all-tags/-a");
        }
        Store store = images.store().open();
        // As Docker's: first what is meant, then whether it is here.
        to.tell(Progress.of("The push refers to repository [" + reference.repository() + "]"));
        List<Reference> names = names(reference, options.allTags());
        try (Registry registry = Registries.open(options.access(), reference, images.connections())) {
            Map<String, String> labels = Map.of();
            for (Reference each : names) {
                StoredImage image = one(store, registry, each, options, to);
                labels = each.equals(reference.tagged())
                        ? image.variants().getFirst().labels()
                        : labels;
            }
            images.events().pushed(options.allTags() ? reference : reference.tagged(), labels);
        }
    }

    private List<Reference> names(Reference reference, boolean all) throws IOException {
        Map<String, Digest> known = images.store().existing().isPresent()
                ? images.store().open().images().names()
                : Map.of();
        List<Reference> names = all
                ? known.keySet().stream()
                        .map(Reference::parse)
                        .filter(each -> each.repository().equals(reference.repository()))
                        .toList()
                : List.of(reference.tagged());
        if (names.isEmpty()) {
            throw ApiException.notFound("An image does not exist locally with the tag: " + repository(reference));
        }
        for (Reference each : names) {
            if (!known.containsKey(dev.estiba.content.store.Images.key(each))) {
                throw ApiException.notFound("An image does not exist locally with the tag: " + repository(each));
            }
        }
        return names;
    }

    private static String repository(Reference reference) {
        return new Reference(reference.domain(), reference.path(), Optional.empty(), Optional.empty()).familiar();
    }

    private StoredImage one(Store store, Registry registry, Reference name, PushOptions options, ProgressSink to)
            throws IOException {
        try (Lease lease = store.lease()) {
            StoredImage image = ImageStore.find(store, name.toString())
                    .orElseThrow(() -> ImageStore.absent(name.toString()))
                    .image();
            protect(lease, image);
            StoreSource source = source(store, name, image, options);
            Document pushed;
            try (ImageTarget target = registry.target(name, sisters(image, name))) {
                pushed = ImageCopy.copy(
                        source,
                        target,
                        new CopyOptions(new Selection.All(), options.referrers()),
                        TransferWords.pushing(to));
            }
            if (pushed.descriptor().digest().equals(image.root().digest())) {
                remember(store, image, name);
            }
            to.tell(Progress.of(name.tag().orElse("") + ": digest: "
                    + pushed.descriptor().digest() + " size: "
                    + pushed.descriptor().size()));
            return image;
        }
    }

    /** What is pushed stays here meanwhile. */
    static void protect(Lease lease, StoredImage image) throws IOException {
        lease.protect(image.root().digest());
        for (StoredImage.Referrer referrer : image.referrers()) {
            for (Digest each : referrer.digests()) {
                lease.protect(each);
            }
        }
        for (Variant variant : image.variants()) {
            lease.protect(variant.manifest().digest());
            lease.protect(variant.config().digest());
            for (StoredImage.Layer layer : variant.layers()) {
                lease.protect(layer.blob().digest());
            }
        }
    }

    /** All of the image when all of it is here; else the manifest for this machine, or for the platform that is asked for. */
    private StoreSource source(Store store, Reference name, StoredImage image, PushOptions options) throws IOException {
        if (options.platforms().size() > 1) {
            throw ApiException.badRequest("only one platform of an image can be pushed alone");
        }
        if (options.platforms().size() == 1) {
            Platform wanted = HostPlatform.parse(options.platforms().getFirst(), images.host());
            return new StoreSource(
                    store,
                    name.familiar(),
                    variant(name.familiar(), image, wanted).manifest(),
                    image.referrers());
        }
        return isWhole(store, image)
                ? StoreSource.of(store, name.familiar(), image)
                : new StoreSource(
                        store, name.familiar(), image.variants().getFirst().manifest(), image.referrers());
    }

    static Variant variant(String name, StoredImage image, Platform wanted) throws ApiException {
        for (Platform each : wanted.runs()) {
            for (Variant variant : image.variants()) {
                if (each.isSame(variant.platform())) {
                    return variant;
                }
            }
        }
        throw Images.otherPlatform(name, image, wanted);
    }

    /** Whether everything that its index names is here. */
    static boolean isWhole(Store store, StoredImage image) throws IOException {
        try {
            return switch (ImageReader.read(
                    store.blobs().document(image.root()).bytes(),
                    Optional.of(image.root().mediaType()))) {
                case ImageReader.Document.OfManifest _ -> true;
                case ImageReader.Document.OfIndex(var index) ->
                    index.manifests().stream()
                            .allMatch(each -> image.variants().stream()
                                    .anyMatch(variant ->
                                            variant.manifest().digest().equals(each.digest())));
            };
        } catch (DocumentException e) {
            throw new IOException(image.root().digest() + ": " + e.getMessage(), e);
        }
    }

    /** Other repositories of the same registry that have its layers, which need not be sent again. */
    private static List<Reference> sisters(StoredImage image, Reference name) {
        List<Reference> sisters = new ArrayList<>();
        for (String repository : image.repositories()) {
            Reference other = Reference.parse(repository);
            if (other.domain().equals(name.domain()) && !other.path().equals(name.path())) {
                sisters.add(other);
            }
        }
        return sisters;
    }

    private static void remember(Store store, StoredImage image, Reference name) throws IOException {
        store.images().change(records -> {
            Optional<StoredImage> now = store.images().find(image.root().digest());
            if (now.isPresent() && !now.get().repositories().contains(name.repository())) {
                records.write(now.get().withRepository(name.repository()));
            }
            return now;
        });
    }
}
