package dev.estiba.engine.image;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.fetch.Fetch;
import dev.estiba.content.store.Layers;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage.Layer;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.unpack.Rights;
import dev.estiba.content.unpack.UnpackLimits;
import dev.estiba.content.unpack.Unpacked;
import dev.estiba.content.unpack.Unpacker;
import dev.estiba.linux.Fd;
import dev.estiba.oci.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/** Makes directories of layers: all at once when an image is pulled, or when a container first needs one that has only come. */
final class LayerUnpacking {
    private final Unpacker unpacker;

    /** @param rootless whether this is an ordinary user's engine: what is unpacked is all his then */
    LayerUnpacking(boolean rootless) {
        unpacker = new Unpacker(rootless ? Rights.USER : Rights.ROOT, UnpackLimits.DEFAULT);
    }

    Fetch fetch(Store store) {
        return new Fetch(store, this::unpack);
    }

    private Layers.Size unpack(InputStream packed, Fd tree, Digest diffId) throws IOException {
        byte[] beginning = packed.readNBytes(Compression.MAGIC);
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(beginning), packed);
        Unpacked unpacked = unpacker.unpack(whole, Compression.of(beginning), tree, _ -> {});
        if (!unpacked.diffId().equals(diffId)) {
            throw ContentMismatch.digest(diffId, unpacked.diffId());
        }
        return new Layers.Size(unpacked.fileBytes(), unpacked.entries());
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
