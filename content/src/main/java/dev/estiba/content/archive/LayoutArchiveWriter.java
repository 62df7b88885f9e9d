package dev.estiba.content.archive;

import dev.estiba.content.layout.LayoutIndex;
import dev.estiba.content.layout.StagedBlobs;
import dev.estiba.content.layout.StagedBlobs.Staged;
import dev.estiba.content.transport.BlobSource;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ForeignLayers;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.linux.Fd;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Index;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes an archive of an image layout, with one image or several. What is brought waits in temporary files until
 * {@link #finish} writes all of it. Images are brought one after the other.
 */
public final class LayoutArchiveWriter implements AutoCloseable {
    private final ArchiveDestination destination;
    private final StagedBlobs stage;
    private final Map<Digest, Staged> blobs = new ConcurrentHashMap<>();
    private Index index = LayoutIndex.empty();

    private LayoutArchiveWriter(ArchiveDestination destination, StagedBlobs stage) {
        this.destination = destination;
        this.stage = stage;
    }

    /**
     * @param destination which is closed with this, or at once when this fails
     * @param spool the directory for temporary files; the caller's, and open as long as this
     */
    public static LayoutArchiveWriter open(ArchiveDestination destination, Fd spool) throws IOException {
        try {
            return new LayoutArchiveWriter(destination, StagedBlobs.in(spool));
        } catch (IOException e) {
            try (destination) {
                throw e;
            }
        }
    }

    /**
     * Where an image is brought to.
     *
     * @param names tags, or whole references
     */
    public ImageTarget image(List<String> names) {
        return new Target(List.copyOf(names));
    }

    /** An archive of one image, which is written when that is finished. */
    public static ImageTarget single(ArchiveDestination destination, Optional<String> name, Fd spool)
            throws IOException {
        LayoutArchiveWriter writer = open(destination, spool);
        return new SingleImage(writer.image(name.map(List::of).orElse(List.of())), writer::finish, writer::close);
    }

    /** Writes the archive. */
    public void finish() throws IOException {
        new LayoutTar(stage).blobs(blobs).write(index, destination.out());
        destination.commit();
    }

    @Override
    public void close() throws IOException {
        try (destination) {
            stage.close();
        }
    }

    private final class Target implements ImageTarget {
        private final List<String> names;
        private final Map<Digest, Document> documents = new LinkedHashMap<>();

        Target(List<String> names) {
            this.names = names;
        }

        @Override
        public String name() {
            return destination.name();
        }

        @Override
        public boolean has(Descriptor descriptor) {
            return blobs.containsKey(descriptor.digest()) || ForeignLayers.isElsewhere(descriptor);
        }

        @Override
        public void blob(Descriptor descriptor, BlobSource bytes, TransferListener listener) throws IOException {
            blobs.put(descriptor.digest(), stage.add(descriptor, bytes, listener));
        }

        @Override
        public void document(Document document) throws IOException {
            byte[] bytes = document.bytes();
            blob(document.descriptor(), offset -> new ByteArrayInputStream(bytes), TransferListener.NONE);
            documents.put(document.descriptor().digest(), document);
        }

        @Override
        public void finish(Document root) throws IOException {
            if (!documents.containsKey(root.descriptor().digest())) {
                throw new NotThere(name() + ": " + root + " has not been brought");
            }
            Index changed = LayoutIndex.with(index, root.descriptor(), names);
            for (Document document : documents.values()) {
                if (!document.equals(root) && LayoutIndex.subject(document).isPresent()) {
                    changed = LayoutIndex.with(changed, document.descriptor(), List.of());
                }
            }
            index = changed;
        }

        @Override
        public void close() {
            // The writer keeps what has come until it is closed itself.
        }
    }
}
