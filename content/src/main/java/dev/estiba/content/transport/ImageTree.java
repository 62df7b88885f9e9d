package dev.estiba.content.transport;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.json.DocumentException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What an image consists of: its documents, each behind what it names, and its blobs, each once. Used by one thread. */
final class ImageTree {
    /** Indexes within indexes; nobody is known to nest more than one. */
    private static final int DEEPEST = 8;
    /** Of an index: some hundred platforms and their attestations are many. */
    static final int MOST_ENTRIES = 10_000;
    /** Of all documents together: they are held in memory until the blobs are there. */
    private static final long MOST_BYTES = 64L << 20;

    static final int MOST_BLOBS = 100_000;

    private final ImageSource source;
    private final Map<Digest, Document> documents = new LinkedHashMap<>();
    private final Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    private final Set<Digest> open = new HashSet<>();
    private long bytes;

    ImageTree(ImageSource source) {
        this.source = source;
    }

    /** Bottom-up. */
    Collection<Document> documents() {
        return documents.values();
    }

    Collection<Descriptor> blobs() {
        return blobs.values();
    }

    /** How an index's entry that the place lacks is taken. */
    enum Missing {
        IS_AN_ERROR,
        IS_LEFT_OUT
    }

    /**
     * Takes in a document and all that it names.
     *
     * @param kept which entries of indexes are looked at
     * @throws NotThere when one is missing that may not be
     */
    void add(Document document, Predicate<Descriptor> kept, Missing missing) throws IOException {
        add(document, kept, missing, 0);
    }

    private void add(Document document, Predicate<Descriptor> kept, Missing missing, int depth) throws IOException {
        Digest digest = document.descriptor().digest();
        if (open.contains(digest)) {
            throw new MalformedImage(digest + ": the index contains itself");
        }
        if (documents.containsKey(digest)) {
            return;
        }
        if (depth > DEEPEST) {
            throw new MalformedImage(digest + ": more than " + DEEPEST + " indexes are within one another");
        }
        bytes += document.descriptor().size();
        if (bytes > MOST_BYTES) {
            throw new MalformedImage(
                    source.name() + ": its manifests have more than " + MOST_BYTES + " bytes, which no image has");
        }
        open.add(digest);
        Optional<ImageReader.Document> read = read(document);
        if (read.isPresent()) {
            switch (read.get()) {
                case ImageReader.Document.OfManifest(Manifest manifest) -> addManifest(digest, manifest);
                case ImageReader.Document.OfIndex(Index index) -> addIndex(digest, index, kept, missing, depth);
            }
        }
        open.remove(digest);
        documents.put(digest, document);
    }

    /** Empty when it is of a kind that nobody here knows, which is brought as it is (image-index.md, "manifests"). */
    static Optional<ImageReader.Document> read(Document document) throws MalformedImage {
        String type = document.descriptor().mediaType();
        if (!MediaTypes.isManifest(type) && !MediaTypes.isIndex(type) && !MediaTypes.SCHEMA_1.contains(type)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ImageReader.read(document.bytes(), Optional.of(type)));
        } catch (DocumentException e) {
            throw new MalformedImage(document.descriptor().digest().toString(), e);
        }
    }

    private void addManifest(Digest digest, Manifest manifest) throws IOException {
        addBlob(digest, manifest.config());
        for (Descriptor layer : manifest.layers()) {
            addBlob(digest, layer);
        }
    }

    private void addBlob(Digest manifest, Descriptor blob) throws IOException {
        Optional<Descriptor> before = Optional.ofNullable(blobs.putIfAbsent(blob.digest(), blob));
        if (before.isPresent() && before.get().size() != blob.size()) {
            throw new MalformedImage(manifest + ": " + blob.digest() + " is said to have "
                    + before.get().size() + " bytes, and " + blob.size());
        }
        if (blobs.size() > MOST_BLOBS) {
            throw new MalformedImage(manifest + ": there are more than " + MOST_BLOBS + " layers, which no image has");
        }
    }

    private void addIndex(Digest digest, Index index, Predicate<Descriptor> kept, Missing missing, int depth)
            throws IOException {
        checkBreadth(digest, index.manifests());
        for (Descriptor entry : index.manifests()) {
            if (!kept.test(entry)) {
                continue;
            }
            Optional<Document> child = fetch(entry, missing);
            if (child.isPresent()) {
                add(child.get(), kept, missing, depth + 1);
            }
        }
    }

    static void checkBreadth(Digest digest, List<Descriptor> entries) throws MalformedImage {
        if (entries.size() > MOST_ENTRIES) {
            throw new MalformedImage(digest + ": the index has " + entries.size() + " entries, and " + MOST_ENTRIES
                    + " are the most that are read");
        }
    }

    private Optional<Document> fetch(Descriptor entry, Missing missing) throws IOException {
        try {
            return Optional.of(fetch(source, entry));
        } catch (NotThere e) {
            if (missing == Missing.IS_LEFT_OUT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A document, from its descriptor when it is there, else from its place. */
    static Document fetch(ImageSource source, Descriptor entry) throws IOException {
        Optional<byte[]> data = entry.data();
        return data.isPresent() ? Document.verified(entry, data.get()) : source.document(entry);
    }
}
