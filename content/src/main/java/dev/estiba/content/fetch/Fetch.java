package dev.estiba.content.fetch;

import dev.estiba.content.store.Intake;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.StorageFailure;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Layer;
import dev.estiba.content.store.StoredImage.Referrer;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.content.store.Waiting;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.ReferrerDocuments;
import dev.estiba.content.transport.SelectedDocuments;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.transport.TransferListener.Step;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings images into a store: what is there already is not brought again, what another process brings at the same time is waited for,
 * and the name is given when all of it is on the disk. Safe for all threads.
 */
public final class Fetch {
    private static final int LAYERS_AT_A_TIME = 6;

    private final Store store;
    private final LayerUnpacker unpacker;

    public Fetch(Store store, LayerUnpacker unpacker) {
        this.store = store;
        this.unpacker = unpacker;
    }

    /** @param changed whether anything of it, or its name, was not here before */
    public record Fetched(StoredImage image, boolean changed) {}

    /**
     * @param lease of who then makes something of the image
     * @throws IOException also {@link java.io.InterruptedIOException}, when the thread was interrupted; what has come stays for the
     *     next one
     */
    public Fetched fetch(ImageSource source, FetchOptions options, Lease lease, TransferListener listener)
            throws IOException {
        try {
            return fetched(source, options, lease, listener);
        } catch (IOException e) {
            throw StorageFailure.explained(e, store.root());
        }
    }

    private Fetched fetched(ImageSource source, FetchOptions options, Lease lease, TransferListener listener)
            throws IOException {
        SelectedDocuments selected = SelectedDocuments.of(new KnownFirst(source, store.blobs()), options.selection());
        Map<Variant, List<Document>> variants = variants(source, selected, options.host());
        List<Variant> ordered = new ArrayList<>(variants.keySet());
        List<Layer> layers = Inventory.distinctLayers(ordered);
        List<Layer> missing = layers.stream()
                .filter(each -> !isThere(each, options.unpack() && isRun(each, ordered)))
                .toList();
        missing.forEach(each -> listener.at(each.blob(), new Step.Waiting()));
        boolean known = missing.isEmpty()
                && store.images()
                        .readable(selected.root().descriptor().digest())
                        .isPresent();
        List<Document> documents = new ArrayList<>(selected.documents());
        variants.values().forEach(documents::addAll);
        // Of an image that is here there is nothing to tell.
        TransferListener told = known ? TransferListener.NONE : listener;
        bring(source, documents, ordered, layers, options.unpack(), lease, told);
        List<Referrer> referrers = options.referrers() ? referrers(source, selected, options, lease, told) : List.of();
        return record(selected.root(), ordered, referrers, options, lease);
    }

    /** After the image, so that its layers are here whatever becomes of these; before its name. */
    private List<Referrer> referrers(
            ImageSource source,
            SelectedDocuments selected,
            FetchOptions options,
            Lease lease,
            TransferListener listener)
            throws IOException {
        ReferrerDocuments all = ReferrerDocuments.of(new KnownFirst(source, store.blobs()), selected.documents());
        List<Referrer> referrers = StoredReferrers.of(all.documents());
        StoreTarget target = new StoreTarget(store, lease, options.host(), List.of());
        for (Descriptor blob : all.blobs()) {
            target.blob(blob, offset -> source.blob(blob, offset), listener);
        }
        for (Document document : all.documents()) {
            target.document(document);
        }
        return referrers;
    }

    private boolean isThere(Layer layer, boolean unpacked) {
        return store.blobs().has(layer.blob().digest())
                && (!unpacked || store.layers().has(layer.diffId()));
    }

    /** The manifests with their configurations; the one for this machine first. */
    private Map<Variant, List<Document>> variants(ImageSource source, SelectedDocuments selected, Platform host)
            throws IOException {
        Map<Variant, List<Document>> found = new LinkedHashMap<>();
        for (Document document : selected.documents()) {
            Descriptor descriptor = document.descriptor();
            if (MediaTypes.isManifest(descriptor.mediaType())) {
                Manifest manifest = Inventory.manifest(document);
                Document config = config(source, manifest.config());
                found.put(Inventory.variant(descriptor, manifest, config), List.of(document, config));
            }
        }
        if (found.isEmpty()) {
            throw new MalformedImage(source.name() + ": there is no manifest in it");
        }
        List<Platform> best = host.runs();
        List<Variant> order = new ArrayList<>(found.keySet());
        order.sort(java.util.Comparator.comparingInt(each -> Inventory.rank(best, each)));
        Map<Variant, List<Document>> ordered = new LinkedHashMap<>();
        order.forEach(each -> ordered.put(each, found.getOrDefault(each, List.of())));
        return Collections.unmodifiableMap(ordered);
    }

    /** An artifact's may be anything, and of any size that a document may have. */
    private Document config(ImageSource source, Descriptor descriptor) throws IOException {
        if (descriptor.size() > ImageReader.MOST_BYTES) {
            throw new MalformedImage(descriptor.digest() + ": the configuration has " + descriptor.size()
                    + " bytes, and " + ImageReader.MOST_BYTES + " are the most that are read");
        }
        if (store.blobs().has(descriptor.digest())) {
            return store.blobs().document(descriptor);
        }
        if (descriptor.data().isPresent()) {
            return Document.verified(descriptor, descriptor.data().get());
        }
        try (InputStream in = source.blob(descriptor, 0)) {
            return Document.verified(descriptor, in.readNBytes((int) descriptor.size() + 1));
        }
    }

    /**
     * Makes the layers of an image ready whose blobs are here.
     *
     * @param lease of who then makes something of the image
     */
    public void unpack(Variant variant, Lease lease, TransferListener listener) throws IOException {
        List<Layer> layers = Inventory.distinctLayers(List.of(variant));
        StoreSource source = new StoreSource(store, variant.manifest().digest().toString(), variant.manifest());
        try {
            bring(source, List.of(), List.of(variant), layers, true, lease, listener);
        } catch (IOException e) {
            throw StorageFailure.explained(e, store.root());
        }
    }

    private void bring(
            ImageSource source,
            List<Document> documents,
            List<Variant> variants,
            List<Layer> layers,
            boolean unpack,
            Lease lease,
            TransferListener listener)
            throws IOException {
        for (Layer layer : layers) {
            lease.protect(layer.blob().digest());
            lease.protect(layer.diffId());
        }
        LayerFetch fetch = new LayerFetch(store, source, unpacker, listener);
        List<Layer> missing = layers;
        boolean first = true;
        do {
            try (Intake intake = store.intake(lease)) {
                if (first) {
                    put(documents, intake);
                }
                missing = round(fetch, missing, variants, unpack, intake);
                intake.commit();
            }
            first = false;
            if (!missing.isEmpty()) {
                Waiting.moment(); // nothing is held meanwhile
            }
        } while (!missing.isEmpty());
    }

    /** In an order that is everybody's: who waits for one that somebody else is at holds those before it. */
    private static void put(List<Document> documents, Intake intake) throws IOException {
        List<Document> ordered = documents.stream()
                .sorted(java.util.Comparator.comparing(
                        each -> each.descriptor().digest().toString()))
                .toList();
        for (Document document : ordered) {
            intake.put(document.descriptor().digest(), document.bytes());
        }
    }

    /** All that nobody else is at; what is left is what somebody else is at. */
    private List<Layer> round(
            LayerFetch fetch, List<Layer> layers, List<Variant> variants, boolean unpack, Intake intake)
            throws IOException {
        List<Layer> left = Collections.synchronizedList(new ArrayList<>());
        List<SideBySide.Task> tasks = new ArrayList<>();
        for (Layer layer : layers) {
            boolean unpacked = unpack && isRun(layer, variants);
            tasks.add(() -> {
                if (!fetch.fetch(layer, unpacked, intake)) {
                    left.add(layer);
                }
            });
        }
        try {
            SideBySide.run(tasks, LAYERS_AT_A_TIME, "estiba-fetch");
        } catch (InterruptedIOException e) {
            throw e; // who has interrupted it does not want to wait for a disk
        } catch (IOException e) {
            commitFinished(intake, e);
            throw e;
        }
        return List.copyOf(left);
    }

    /** A layer that has been brought need not be brought again because another one has failed. */
    private static void commitFinished(Intake intake, IOException failure) {
        try {
            intake.commit();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Of other platforms, and of artifacts, nothing is unpacked before it is asked for. */
    private static boolean isRun(Layer layer, List<Variant> variants) {
        Variant first = variants.getFirst();
        return Inventory.isImage(first) && first.layers().contains(layer);
    }

    private Fetched record(
            Document root, List<Variant> variants, List<Referrer> referrers, FetchOptions options, Lease lease)
            throws IOException {
        lease.protect(root.descriptor().digest());
        String now = Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
        StoredImage image =
                Inventory.stored(root, now, options.repository(), variants).withReferrers(referrers);
        return store.images().change(records -> {
            boolean there = store.images()
                    .readable(image.root().digest())
                    .filter(before -> !before.dropped())
                    .isPresent();
            StoredImage stored = records.store(image);
            boolean named = options.name().isPresent()
                    && records.name(options.name().get(), image.root().digest());
            return new Fetched(stored, named || !there);
        });
    }
}
