package dev.estiba.engine.image;

import dev.estiba.api.ImageDiff;
import dev.estiba.api.ImageTree;
import dev.estiba.api.ImageTreeOptions;
import dev.estiba.content.fetch.Inventory;
import dev.estiba.content.inspect.FileChange;
import dev.estiba.content.inspect.FileDifference;
import dev.estiba.content.inspect.FileState;
import dev.estiba.content.inspect.LayerChanges;
import dev.estiba.content.inspect.Tally;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Layer;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.ImageConfig.History;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code image tree} and {@code image diff}: what is in images. A layer that is not unpacked yet is unpacked for it. */
final class Insides {
    private final Images images;

    Insides(Images images) {
        this.images = images;
    }

    /** An image that is looked into, and stays meanwhile. */
    private record Opened(StoredImage image, Variant variant, ImageConfig config, List<Path> trees) {}

    private Opened open(Store store, Lease lease, String name, Optional<String> platform) throws IOException {
        StoredImage image = images.store().find(name).image();
        Variant variant = images.variant(name, image, platform);
        Pushing.protect(lease, image);
        for (Layer layer : variant.layers()) {
            lease.protect(layer.diffId());
        }
        images.unpacking().ensure(store, variant);
        List<Path> trees = variant.layers().stream()
                .map(layer -> store.layers().tree(layer.diffId()))
                .toList();
        return new Opened(image, variant, Inventory.config(store.blobs().document(variant.config())), trees);
    }

    ImageTree tree(String name, ImageTreeOptions options) throws IOException {
        images.store().find(name); // before a store is made
        Store store = images.store().open();
        try (Lease lease = store.lease()) {
            Opened opened = open(store, lease, name, options.platform());
            dev.estiba.content.inspect.ImageTree tree =
                    dev.estiba.content.inspect.ImageTree.of(opened.trees(), options.files());
            List<History> steps = Described.steps(opened.config()).stream()
                    .filter(each -> !each.emptyLayer())
                    .toList();
            List<ImageTree.Layer> layers = new ArrayList<>();
            for (int i = 0; i < tree.layers().size(); i++) {
                Optional<History> step = i < steps.size() ? Optional.of(steps.get(i)) : Optional.empty();
                layers.add(layer(opened.variant().layers().get(i), tree.layers().get(i), step));
            }
            return new ImageTree(
                    opened.variant().config().digest().toString(),
                    new Described(store, images.store().catalogue()).tags(opened.image()),
                    tree.bytes(),
                    tree.wasted(),
                    store.images()
                            .lastUsed(opened.image().root().digest())
                            .map(Object::toString)
                            .orElse(""),
                    layers);
        }
    }

    private static ImageTree.Layer layer(Layer layer, LayerChanges changes, Optional<History> step) {
        return new ImageTree.Layer(
                layer.diffId().toString(),
                Described.created(step.flatMap(History::created)),
                step.flatMap(History::createdBy).orElse(""),
                changes.bytes(),
                changes.wasted(),
                tally(changes.added()),
                tally(changes.changed()),
                tally(changes.removed()),
                changes.files().stream().map(Insides::file).toList());
    }

    private static ImageTree.Tally tally(Tally tally) {
        return new ImageTree.Tally(tally.entries(), tally.bytes());
    }

    private static String word(FileChange.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static ImageTree.FileChange file(FileChange change) {
        return new ImageTree.FileChange(word(change.kind()), ShownPath.of(change.path()), change.bytes());
    }

    ImageDiff diff(String before, String after, ImageTreeOptions options) throws IOException {
        images.store().find(before);
        images.store().find(after);
        Store store = images.store().open();
        try (Lease lease = store.lease()) {
            Opened one = open(store, lease, before, options.platform());
            Opened other = open(store, lease, after, options.platform());
            dev.estiba.content.inspect.ImageDiff diff =
                    dev.estiba.content.inspect.ImageDiff.of(one.trees(), other.trees(), options.files());
            Described described = new Described(store, images.store().catalogue());
            return new ImageDiff(
                    side(before, one, described),
                    side(after, other, described),
                    tally(diff.added()),
                    tally(diff.changed()),
                    tally(diff.removed()),
                    diff.files().stream().map(Insides::file).toList(),
                    SettingChanges.between(one.config(), other.config()),
                    diff.packages().stream()
                            .map(each -> new ImageDiff.Change(each.name(), each.before(), each.after()))
                            .toList());
        }
    }

    private static ImageDiff.Side side(String name, Opened opened, Described described) throws IOException {
        String id = opened.variant().config().digest().toString();
        return new ImageDiff.Side(name, id, described.size(opened.variant()));
    }

    private static ImageDiff.File file(FileDifference file) {
        return new ImageDiff.File(
                word(file.kind()),
                ShownPath.of(file.path()),
                file.before().map(Insides::state).orElse(""),
                file.after().map(Insides::state).orElse(""),
                file.bytes());
    }

    private static String state(FileState state) {
        String target = state.target().isEmpty() ? "" : " -> " + ShownPath.text(state.target());
        String attributes = state.attributes().isEmpty() ? "" : " " + String.join(" ", state.attributes());
        return state.permissions() + " " + state.uid() + ":" + state.gid() + " " + state.size() + target + attributes;
    }
}
