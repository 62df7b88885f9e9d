package dev.estiba.engine.image;

import dev.estiba.content.fetch.Fetch;
import dev.estiba.content.fetch.LayerUnpacker;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage.Layer;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.unpack.Rights;
import dev.estiba.content.unpack.UnpackLimits;
import dev.estiba.content.unpack.Unpacker;
import java.io.IOException;

/** Makes directories of layers: all at once when an image is pulled, or when a container first needs one that has only come. */
final class LayerUnpacking {
    private final LayerUnpacker unpacker;

    /** @param rootless whether this is an ordinary user's engine: what is unpacked is all his then */
    LayerUnpacking(boolean rootless) {
        Rights rights = rootless ? Rights.USER : Rights.ROOT;
        unpacker = LayerUnpacker.by(new Unpacker(rights, UnpackLimits.DEFAULT));
    }

    LayerUnpacker unpacker() {
        return unpacker;
    }

    Fetch fetch(Store store) {
        return new Fetch(store, unpacker);
    }

    /** Nothing when all of its layers are ready. */
    void ensure(Store store, Variant variant) throws IOException {
        for (Layer layer : variant.layers()) {
            if (!store.layers().has(layer.diffId())) {
                try (Lease lease = store.lease()) {
                    lease.protect(variant.manifest().digest());
                    fetch(store).unpack(variant, lease, TransferListener.NONE);
                }
                return;
            }
        }
    }
}
