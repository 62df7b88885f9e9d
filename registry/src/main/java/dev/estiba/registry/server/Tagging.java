package dev.estiba.registry.server;

import dev.estiba.content.fetch.StoreTarget;
import dev.estiba.content.store.Images;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tags. One of an image is a name of the engine's, so that what is pushed here can be run here; one of what the engine cannot have, such
 * as an artifact, is the repository's own.
 */
final class Tagging {
    private final Store store;
    private final Platform host;
    private final TagListener listener;

    Tagging(Store store, Platform host, TagListener listener) {
        this.listener = listener;
        this.store = store;
        this.host = host;
    }

    /** @param document in the repository already, with all its parts */
    void tag(Reference name, String tag, Document document, ImageReader.Document read, Lease lease) throws IOException {
        Reference tagged = name.withTag(tag);
        Optional<Digest> before = Optional.ofNullable(store.images().names().get(Images.key(tagged)));
        if (mayBeImage(read) && isImage(tagged, document, lease)) {
            store.repositories().of(name).untag(tag);
        } else {
            store.repositories().of(name).tag(tag, document.descriptor().digest());
            store.images().change(records -> records.unname(tagged));
        }
        if (before.filter(each -> !each.equals(document.descriptor().digest())).isPresent()) {
            forget(name, before.get());
        }
    }

    private static boolean mayBeImage(ImageReader.Document read) {
        return switch (read) {
            case ImageReader.Document.OfManifest(Manifest manifest) ->
                manifest.isImage()
                        && manifest.layers().stream()
                                .allMatch(each -> each.urls().isEmpty());
            case ImageReader.Document.OfIndex index -> true;
        };
    }

    private boolean isImage(Reference tagged, Document document, Lease lease) throws IOException {
        try (StoreTarget target = new StoreTarget(store, lease, host, List.of(tagged))) {
            target.finish(document);
            StoredImage image = target.stored();
            store.images().change(records -> {
                Optional<StoredImage> there = store.images().find(image.root().digest());
                if (there.isPresent()) {
                    records.write(there.get().withRepository(tagged.repository()));
                }
                return image;
            });
            listener.tagged(image, tagged);
            return true;
        } catch (MalformedImage | NotThere e) {
            return false; // it can be kept and given out, though not run
        }
    }

    /** False when there is no such tag. */
    boolean untag(Reference name, String tag) throws IOException {
        Reference tagged;
        try {
            tagged = name.withTag(tag);
        } catch (IllegalArgumentException e) {
            return false; // nothing can be called that
        }
        boolean own = store.repositories().of(name).untag(tag);
        Optional<Digest> before = Optional.ofNullable(store.images().names().get(Images.key(tagged)));
        if (before.isPresent()) {
            store.images().change(records -> records.unname(tagged));
            Optional<StoredImage> image = store.images().find(before.get());
            image.ifPresent(listener::untagged);
            forget(name, before.get());
        }
        return own || before.isPresent();
    }

    /** Takes all tags away that stand for a manifest; false when none does. */
    boolean untag(Reference name, Digest digest) throws IOException {
        boolean any = false;
        String prefix = name.repository() + ":";
        for (Map.Entry<String, Digest> each : store.images().names().entrySet()) {
            if (each.getKey().startsWith(prefix) && each.getValue().equals(digest)) {
                any |= untag(name, each.getKey().substring(prefix.length()));
            }
        }
        return any;
    }

    /** An image that was here by that name alone is none of the engine's any more. */
    private void forget(Reference name, Digest digest) throws IOException {
        Optional<StoredImage> gone = store.images().change(records -> {
            boolean isTagged = store.images().names().entrySet().stream()
                    .anyMatch(each ->
                            each.getValue().equals(digest) && each.getKey().startsWith(name.repository() + ":"));
            Optional<StoredImage> image = store.images().find(digest);
            if (!isTagged && image.isPresent()) {
                StoredImage left = image.get().withoutRepository(name.repository());
                boolean isNamed = store.images().names().containsValue(digest);
                boolean isDropped =
                        left.dropped() || !isNamed && left.repositories().isEmpty();
                records.write(left.withDropped(isDropped));
                return isDropped && !left.dropped() ? image : Optional.<StoredImage>empty();
            }
            return Optional.<StoredImage>empty();
        });
        gone.ifPresent(listener::dropped);
    }
}
