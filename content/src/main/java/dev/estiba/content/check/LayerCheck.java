package dev.estiba.content.check;

import dev.estiba.content.fetch.LayerUnpacker;
import dev.estiba.content.store.DamagedRecord;
import dev.estiba.content.store.Layers;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage.Layer;
import dev.estiba.content.store.Unpacking;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Unpacks a layer once more and compares: what comes of an archive is a matter of the one class that unpacks, and what has been made
 * for the comparison is what takes the damaged one's place.
 */
record LayerCheck(Store store, LayerUnpacker unpacker, Lease lease) {
    /** Empty when the layer is what its archive says, or somebody else is making it in this moment. */
    Optional<Report.Result> check(Layer layer, boolean repairs) throws IOException {
        Instant since = Instant.now().minusSeconds(2); // file systems' clocks are behind
        Optional<Unpacking> begun = store.repairs().tryRemake(layer.diffId());
        if (begun.isEmpty()) {
            return Optional.empty();
        }
        try (Unpacking made = begun.get()) {
            Layers.Size size;
            try (InputStream packed = store.blobs().open(layer.blob().digest(), 0)) {
                size = unpacker.unpack(packed, made.tree(), layer.diffId());
            }
            Optional<String> difference = difference(layer, made, since);
            if (difference.isPresent()) {
                Finding finding = new Finding.DamagedLayer(layer.diffId(), difference.get());
                return Optional.of(new Report.Result(finding, repairs ? replace(made, size) : new Outcome.Found()));
            }
            return size(layer, size, repairs);
        }
    }

    private Optional<String> difference(Layer layer, Unpacking made, Instant since) throws IOException {
        String tree = store.layers().tree(layer.diffId()).toString();
        try (Fd found = Open.absolute(tree, Open.How.directory());
                TreeDifference trees = new TreeDifference(made.tree(), found, since)) {
            return trees.first();
        } catch (dev.estiba.linux.ErrnoException e) {
            // A damaged directory is one that cannot be read, or no directory at all.
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Outcome replace(Unpacking made, Layers.Size size) throws IOException {
        made.complete(size);
        List<String> users = store.repairs().replace(made, lease);
        return users.isEmpty()
                ? new Outcome.Repaired("it was unpacked again")
                : new Outcome.Left("it is in use by " + String.join(", ", users)
                        + ": remove what uses it ('estiba rm CONTAINER'), then 'estiba system check --repair'");
    }

    private Optional<Report.Result> size(Layer layer, Layers.Size size, boolean repairs) throws IOException {
        Optional<Layers.Size> known;
        try {
            known = store.layers().size(layer.diffId());
        } catch (DamagedRecord e) {
            known = Optional.empty();
        }
        if (known.isPresent() && known.get().equals(size)) {
            return Optional.empty();
        }
        Outcome outcome = new Outcome.Found();
        if (repairs) {
            store.repairs().writeSize(layer.diffId(), size);
            outcome = new Outcome.Repaired("it was counted again");
        }
        return Optional.of(new Report.Result(
                new Finding.DamagedLayer(layer.diffId(), "the record of its size is damaged"), outcome));
    }
}
