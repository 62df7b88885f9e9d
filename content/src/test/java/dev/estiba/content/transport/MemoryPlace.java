package dev.estiba.content.transport;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A place of images in memory, which tests look into and spoil. */
public final class MemoryPlace implements ImageSource, ImageTarget {
    public final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    /** In the order in which they came. */
    public final List<Document> documents = new ArrayList<>();

    public final List<Descriptor> referrers = new ArrayList<>();
    public Optional<Document> root = Optional.empty();
    public volatile boolean isClosed;

    public Document put(Document document) {
        documents.add(document);
        return document;
    }

    public Descriptor put(String type, byte[] bytes) {
        Descriptor descriptor = Descriptor.of(type, Digest.of(bytes), bytes.length);
        blobs.put(descriptor.digest(), bytes);
        return descriptor;
    }

    /** Of the documents. */
    public Set<Digest> digests() {
        return documents.stream().map(each -> each.descriptor().digest()).collect(Collectors.toSet());
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Document root() throws IOException {
        return root.orElseThrow(() -> new NotThere("memory: no image"));
    }

    @Override
    public Document document(Descriptor descriptor) throws IOException {
        return documents.stream()
                .filter(each -> each.descriptor().digest().equals(descriptor.digest()))
                .findFirst()
                .orElseThrow(() -> new NotThere("memory: no " + descriptor.digest()));
    }

    @Override
    public InputStream blob(Descriptor descriptor, long offset) throws IOException {
        byte[] bytes = blobs.get(descriptor.digest());
        if (bytes == null) {
            throw new NotThere("memory: no " + descriptor.digest());
        }
        return new ByteArrayInputStream(bytes, (int) offset, bytes.length);
    }

    @Override
    public List<Descriptor> referrers(Digest subject) throws IOException {
        List<Descriptor> found = new ArrayList<>();
        for (Descriptor each : referrers) {
            if (ImageTree.read(document(each)).orElseThrow()
                            instanceof dev.estiba.oci.image.ImageReader.Document.OfManifest(var manifest)
                    && manifest.subject().orElseThrow().digest().equals(subject)) {
                found.add(each);
            }
        }
        return found;
    }

    @Override
    public boolean has(Descriptor descriptor) {
        return blobs.containsKey(descriptor.digest());
    }

    @Override
    public void blob(Descriptor descriptor, BlobSource bytes, TransferListener listener) throws IOException {
        try (VerifiedInput in = new VerifiedInput(bytes.open(0), descriptor)) {
            blobs.put(descriptor.digest(), in.readAllBytes());
        }
    }

    @Override
    public void document(Document document) {
        documents.add(document);
    }

    @Override
    public void finish(Document root) {
        this.root = Optional.of(root);
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
