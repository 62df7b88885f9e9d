package dev.estiba.content.fetch;

import dev.estiba.content.store.Ingest;
import dev.estiba.content.store.Intake;
import dev.estiba.content.store.Layers;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage.Layer;
import dev.estiba.content.store.Unpacking;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.transport.TransferListener.Step;
import dev.estiba.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Brings one layer in: its blob, and while that comes, its directory. */
final class LayerFetch {
    private static final int CHUNK = 128 << 10;

    private final Store store;
    private final ImageSource source;
    private final LayerUnpacker unpacker;
    private final TransferListener listener;

    LayerFetch(Store store, ImageSource source, LayerUnpacker unpacker, TransferListener listener) {
        this.store = store;
        this.source = source;
        this.unpacker = unpacker;
        this.listener = listener;
    }

    /** What is still missing of a layer. */
    boolean isThere(Layer layer, boolean unpacked) {
        return store.blobs().has(layer.blob().digest())
                && (!unpacked || store.layers().has(layer.diffId()));
    }

    /**
     * @param unpacked whether its directory is wanted
     * @return false when somebody else is at it: it is to be looked for again when he has ended
     */
    boolean fetch(Layer layer, boolean unpacked, Intake intake) throws IOException {
        if (isThere(layer, unpacked)) {
            listener.at(layer.blob(), new Step.There());
            return true;
        }
        Optional<Ingest> ingest = Optional.empty();
        if (!store.blobs().has(layer.blob().digest())) {
            ingest = intake.tryIngest(layer.blob().digest(), layer.blob().size());
            if (ingest.isEmpty() && !store.blobs().has(layer.blob().digest())) {
                return false;
            }
        }
        Optional<Unpacking> unpacking = Optional.empty();
        if (unpacked && !store.layers().has(layer.diffId())) {
            unpacking = intake.tryUnpack(layer.diffId());
            if (unpacking.isEmpty() && !store.layers().has(layer.diffId())) {
                // Its blob is brought all the same: who is at the directory may have it from another blob.
                bring(layer, ingest, Optional.empty(), intake);
                return false;
            }
        }
        bring(layer, ingest, unpacking, intake);
        listener.at(layer.blob(), new Step.Done());
        return true;
    }

    private void bring(Layer layer, Optional<Ingest> ingest, Optional<Unpacking> unpacking, Intake intake)
            throws IOException {
        try {
            bringOnce(layer, ingest, unpacking);
        } catch (ContentMismatch | RottenBeginning e) {
            if (ingest.isEmpty() || !ingest.get().isResumed()) {
                throw e;
            }
            // What an earlier one had left, perhaps before a power cut, was none of it.
            intake.discard(ingest.get());
            Optional<Ingest> fresh =
                    intake.tryIngest(layer.blob().digest(), layer.blob().size());
            if (fresh.isEmpty()) {
                throw e;
            }
            Optional<Unpacking> again = Optional.empty();
            if (unpacking.isPresent()) {
                intake.drop(unpacking.get());
                again = intake.tryUnpack(layer.diffId());
                if (again.isEmpty()) {
                    throw e;
                }
            }
            bringOnce(layer, fresh, again);
        }
    }

    private void bringOnce(Layer layer, Optional<Ingest> ingest, Optional<Unpacking> unpacking) throws IOException {
        if (unpacking.isEmpty()) {
            if (ingest.isPresent()) {
                download(layer.blob(), ingest.get());
            }
        } else if (ingest.isEmpty()) {
            try (InputStream in = store.blobs().open(layer.blob().digest(), 0)) {
                unpack(layer, in, unpacking.get(), true);
            }
        } else {
            Ingest coming = ingest.get();
            SideBySide.run(
                    List.of(() -> download(layer.blob(), coming), () -> {
                        try (InputStream in = coming.follow()) {
                            unpack(layer, in, unpacking.get(), false);
                        } catch (IOException e) {
                            throw RottenBeginning.isLikely(coming, e) ? new RottenBeginning(e) : e;
                        }
                    }),
                    2,
                    "estiba-layer");
        }
    }

    private void download(Descriptor blob, Ingest ingest) throws IOException {
        try (InputStream in = source.blob(blob, ingest.offset())) {
            byte[] buffer = new byte[CHUNK];
            listener.at(blob, new Step.Moved(ingest.offset()));
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                ingest.write(buffer, 0, n);
                listener.at(blob, new Step.Moved(ingest.offset()));
            }
            listener.at(blob, new Step.Verifying());
            ingest.complete();
            listener.at(blob, new Step.Unpacking(0));
        } catch (IOException e) {
            ingest.fail(e); // so that who follows says the same, whoever is heard first
            throw e;
        } finally {
            ingest.fail(new IOException("the download of " + blob.digest() + " has failed"));
        }
    }

    private void unpack(Layer layer, InputStream packed, Unpacking unpacking, boolean told) throws IOException {
        Layers.Size size;
        try (CountedInput counted = new CountedInput(packed, n -> {
            if (told) {
                listener.at(layer.blob(), new Step.Unpacking(n));
            }
        })) {
            size = unpacker.unpack(counted, unpacking.tree(), layer.diffId());
        }
        unpacking.complete(size);
    }
}
