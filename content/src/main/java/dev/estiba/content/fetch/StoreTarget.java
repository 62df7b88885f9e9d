package dev.estiba.content.fetch;

import dev.estiba.content.store.Ingest;
import dev.estiba.content.store.Intake;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.StorageFailure;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Referrer;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.content.store.Waiting;
import dev.estiba.content.transport.BlobSource;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.SelectedDocuments;
import dev.estiba.content.transport.Selection;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.transport.TransferListener.Step;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The store as a place that images are copied to. A blob is on the disk before the next one begins in the same thread, so that
 * nobody holds one while he waits for another. Layers are unpacked when somebody asks for it ({@link Fetch} from a {@link StoreSource}).
 */
public final class StoreTarget implements ImageTarget {
    private static final int CHUNK = 128 << 10;

    private final Store store;
    private final Lease lease;
    private final Platform host;
    private final List<Reference> names;
    private final List<Document> brought = new ArrayList<>();
    private Optional<StoredImage> stored = Optional.empty();

    /**
     * @param lease the caller's, until something has been made of the image
     * @param host whose manifest comes first of several
     * @param names what the image is to be called; none: it has none
     */
    public StoreTarget(Store store, Lease lease, Platform host, List<Reference> names) {
        this.store = store;
        this.lease = lease;
        this.host = host;
        this.names = List.copyOf(names);
    }

    @Override
    public String name() {
        return names.isEmpty() ? "the image store" : names.getFirst().familiar();
    }

    @Override
    public boolean has(Descriptor descriptor) throws IOException {
        lease.protect(descriptor.digest());
        return store.blobs().has(descriptor.digest());
    }

    @Override
    public void blob(Descriptor descriptor, BlobSource bytes, TransferListener listener) throws IOException {
        while (!has(descriptor)) {
            try (Intake intake = store.intake(lease)) {
                Optional<Ingest> ingest = intake.tryIngest(descriptor.digest(), descriptor.size());
                if (ingest.isPresent()) {
                    bring(descriptor, bytes, ingest.get(), intake, listener);
                    intake.commit();
                    return;
                }
            } catch (IOException e) {
                throw StorageFailure.explained(e, store.root());
            }
            Waiting.moment();
        }
    }

    private static void bring(
            Descriptor descriptor, BlobSource bytes, Ingest ingest, Intake intake, TransferListener listener)
            throws IOException {
        try {
            write(descriptor, bytes, ingest, listener);
        } catch (ContentMismatch e) {
            if (!ingest.isResumed()) {
                throw e;
            }
            intake.discard(ingest); // what somebody had left, perhaps before a power cut, was none of it
            Ingest fresh =
                    intake.tryIngest(descriptor.digest(), descriptor.size()).orElseThrow(() -> e);
            write(descriptor, bytes, fresh, listener);
        }
    }

    private static void write(Descriptor descriptor, BlobSource bytes, Ingest ingest, TransferListener listener)
            throws IOException {
        try (InputStream in = bytes.open(ingest.offset())) {
            byte[] buffer = new byte[CHUNK];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                ingest.write(buffer, 0, n);
                listener.at(descriptor, new Step.Moved(ingest.offset()));
            }
        }
        ingest.complete();
    }

    @Override
    public void document(Document document) throws IOException {
        try (Intake intake = store.intake(lease)) {
            intake.put(document.descriptor().digest(), document.bytes());
            intake.commit();
        } catch (IOException e) {
            throw StorageFailure.explained(e, store.root());
        }
        brought.add(document);
    }

    /** What is here of it after {@link #finish}. */
    public StoredImage stored() {
        return stored.orElseThrow(() -> new IllegalStateException("the image has not been finished"));
    }

    @Override
    public void finish(Document root) throws IOException {
        List<Referrer> referrers = StoredReferrers.of(brought).stream()
                .filter(each ->
                        !each.manifest().digest().equals(root.descriptor().digest()))
                .toList();
        StoredImage image = described(store, root, host).withReferrers(referrers);
        stored = Optional.of(store.images().change(records -> {
            StoredImage kept = records.store(image);
            for (Reference each : names) {
                records.name(each, image.root().digest());
            }
            return kept;
        }));
    }

    /** What a record says of an image whose documents are here. */
    static StoredImage described(Store store, Document root, Platform host) throws IOException {
        StoreSource source = new StoreSource(store, root.descriptor().digest().toString(), root.descriptor());
        SelectedDocuments all = SelectedDocuments.of(source, new Selection.Present());
        List<Variant> variants = new ArrayList<>();
        for (Document document : all.documents()) {
            if (MediaTypes.isManifest(document.descriptor().mediaType())) {
                Manifest manifest = Inventory.manifest(document);
                variants.add(Inventory.variant(
                        document.descriptor(), manifest, store.blobs().document(manifest.config())));
            }
        }
        if (variants.isEmpty()) {
            throw new MalformedImage(root.descriptor().digest() + ": there is no manifest in it");
        }
        variants.sort(Comparator.comparingInt(each -> Inventory.rank(host.runs(), each)));
        String now = Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
        return Inventory.stored(root, now, Optional.empty(), variants);
    }

    @Override
    public void close() {
        // What was brought without a name is left to the next collection.
    }
}
