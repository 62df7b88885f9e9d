package dev.estiba.engine.image;

import dev.estiba.content.store.StoredImage;
import dev.estiba.engine.event.Events;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tells what happens to images, in dockerd's words (moby, daemon/images/image_events.go): with an image's labels as long as it is there. What
 * goes to and comes from registries is told by its name, all else by the image's ID.
 */
final class ImageEvents {
    private static final String TYPE = "image";

    private final Events events;

    ImageEvents(Events events) {
        this.events = events;
    }

    /** @param reference as it was asked for; without a tag: all of them */
    void pulled(Reference reference, Map<String, String> labels) {
        moved("pull", reference, labels);
    }

    /** @param reference as {@link #pulled} */
    void pushed(Reference reference, Map<String, String> labels) {
        moved("push", reference, labels);
    }

    private void moved(String action, Reference reference, Map<String, String> labels) {
        String bare =
                new Reference(reference.domain(), reference.path(), Optional.empty(), Optional.empty()).familiar();
        tell(action, reference.familiar(), bare, labels);
    }

    void tagged(StoredImage image, Reference name) {
        tell("tag", image.id().toString(), name.familiar(), labels(image));
    }

    void untagged(StoredImage image) {
        of("untag", image);
    }

    void loaded(StoredImage image) {
        of("load", image);
    }

    void saved(StoredImage image) {
        of("save", image);
    }

    void created(StoredImage image) {
        of("create", image);
    }

    void imported(StoredImage image) {
        of("import", image);
    }

    private void of(String action, StoredImage image) {
        tell(action, image.id().toString(), image.id().toString(), labels(image));
    }

    /** Nobody knows its labels any more. */
    void deleted(Digest id) {
        tell("delete", id.toString(), id.toString(), Map.of());
    }

    void pruned(long bytes) {
        events.report(TYPE, "prune", "", Map.of("reclaimed", Long.toString(bytes)));
    }

    private static Map<String, String> labels(StoredImage image) {
        return image.variants().getFirst().labels();
    }

    private void tell(String action, String id, String name, Map<String, String> labels) {
        Map<String, String> attributes = new TreeMap<>(labels);
        attributes.put("name", name);
        events.report(TYPE, action, id, attributes);
    }
}
