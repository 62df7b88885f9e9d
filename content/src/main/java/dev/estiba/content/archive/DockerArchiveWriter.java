package dev.estiba.content.archive;

import dev.estiba.content.layout.LayoutIndex;
import dev.estiba.content.layout.LayoutPaths;
import dev.estiba.content.layout.StagedBlobs;
import dev.estiba.content.layout.StagedBlobs.Staged;
import dev.estiba.content.transport.BlobSource;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.transport.TransferListener.Step;
import dev.estiba.content.transport.VerifiedInput;
import dev.estiba.linux.Fd;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.ImageConfigReader;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import dev.estiba.oci.json.DocumentException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes an archive as {@code docker save} of version 28 does: an image layout whose layers are plain archives, and beside it the
 * lists that older engines, podman and skopeo read. Images are brought one after the other, and of each its platforms; what is brought waits
 * in temporary files until {@link #finish} writes all of it.
 */
public final class DockerArchiveWriter implements AutoCloseable {
    /** Of one layer as it is unpacked. */
    private static final long MOST_LAYER = 64L << 30;

    private final ArchiveDestination destination;
    private final StagedBlobs stage;
    /** What was brought, as it is in the archive. */
    private final Map<Digest, Plain> plain = new ConcurrentHashMap<>();

    private final Map<Digest, Staged> blobs = new HashMap<>();
    private final List<DockerManifest> images = new ArrayList<>();
    private final List<List<Descriptor>> sources = new ArrayList<>();
    private final Map<String, Map<String, String>> repositories = new TreeMap<>();
    private final List<Descriptor> entries = new ArrayList<>();

    /** A blob that was brought, unpacked. */
    private record Plain(Digest digest, Staged staged) {}

    private DockerArchiveWriter(ArchiveDestination destination, StagedBlobs stage) {
        this.destination = destination;
        this.stage = stage;
    }

    /**
     * @param destination which is closed with this, or at once when this fails
     * @param spool the directory for temporary files; the caller's, and open as long as this
     */
    public static DockerArchiveWriter open(ArchiveDestination destination, Fd spool) throws IOException {
        try {
            return new DockerArchiveWriter(destination, StagedBlobs.in(spool));
        } catch (IOException e) {
            try (destination) {
                throw e;
            }
        }
    }

    /** Where an image is brought to, which is loaded under these names; without one, by its id alone. */
    public ImageTarget image(List<Reference> names) {
        List<Reference> tagged = names.stream().map(Reference::tagged).toList();
        return new Target((manifest, layers, config) -> {
            list(manifest, tagged);
            listForOlder(config, layers, tagged);
        });
    }

    /** Where an image of several platforms is brought to, which is loaded under these names. */
    public Several several(List<Reference> names) {
        return new Several(names.stream().map(Reference::tagged).toList());
    }

    /** An image of several platforms: they are brought one after the other. */
    public final class Several {
        private final List<Reference> names;
        private final List<Descriptor> manifests = new ArrayList<>();

        private Several(List<Reference> names) {
            this.names = names;
        }

        /** Where the next one is brought to. Programs that know of one platform alone see the first. */
        public ImageTarget next(Platform platform) {
            List<Reference> alone = manifests.isEmpty() ? names : List.of();
            return new Target((manifest, layers, config) -> {
                manifests.add(manifest.withPlatform(platform));
                listForOlder(config, layers, alone);
            });
        }

        /** All of them have been brought. */
        public void finish() throws IOException {
            Document index = Document.of(
                    MediaTypes.INDEX,
                    ImageWriter.write(new Index(
                            Optional.of(MediaTypes.INDEX), Optional.empty(), manifests, Optional.empty(), Map.of())));
            blobs.put(index.descriptor().digest(), staged(index));
            list(index.descriptor(), names);
        }
    }

    /** What becomes of an image that has been brought. */
    private interface Listing {
        void add(Descriptor manifest, List<Descriptor> layers, Digest config);
    }

    private Staged staged(Document document) throws IOException {
        byte[] bytes = document.bytes();
        return stage.add(document.descriptor(), offset -> new ByteArrayInputStream(bytes), TransferListener.NONE);
    }

    private void list(Descriptor root, List<Reference> names) {
        if (names.isEmpty()) {
            entries.add(root);
        }
        names.forEach(name -> entries.add(root.withAnnotations(LayoutIndex.annotations(name))));
    }

    private void listForOlder(Digest config, List<Descriptor> layers, List<Reference> names) {
        images.add(new DockerManifest(
                LayoutPaths.blob(config),
                names.stream().map(Reference::familiar).toList(),
                layers.stream().map(each -> LayoutPaths.blob(each.digest())).toList()));
        sources.add(layers);
        for (Reference name : names) {
            String top = layers.isEmpty() ? "" : layers.getLast().digest().encoded();
            String repository =
                    new Reference(name.domain(), name.path(), Optional.empty(), Optional.empty()).familiar();
            repositories
                    .computeIfAbsent(repository, each -> new TreeMap<>())
                    .put(name.tag().orElse(""), top);
        }
    }

    /** An archive of one image, which is written when that is finished. */
    public static ImageTarget single(ArchiveDestination destination, List<Reference> names, Fd spool)
            throws IOException {
        DockerArchiveWriter writer = open(destination, spool);
        return new SingleImage(writer.image(names), writer::finish, writer::close);
    }

    /** Writes the archive. */
    public void finish() throws IOException {
        LayoutTar tar = new LayoutTar(stage).blobs(blobs);
        tar.file(DockerManifest.FILE, DockerManifest.write(images, sources));
        if (!repositories.isEmpty()) {
            tar.file(DockerManifest.REPOSITORIES, DockerManifest.writeRepositories(repositories));
        }
        Index all = LayoutIndex.empty();
        Index index = new Index(all.mediaType(), all.artifactType(), entries, all.subject(), all.annotations());
        tar.write(index, destination.out());
        destination.commit();
    }

    @Override
    public void close() throws IOException {
        try (destination) {
            stage.close();
        }
    }

    private final class Target implements ImageTarget {
        private final Listing listing;

        Target(Listing listing) {
            this.listing = listing;
        }

        @Override
        public String name() {
            return destination.name();
        }

        @Override
        public boolean has(Descriptor descriptor) {
            return plain.containsKey(descriptor.digest());
        }

        /** Packed layers are unpacked on the way. */
        @Override
        public void blob(Descriptor descriptor, BlobSource bytes, TransferListener listener) throws IOException {
            MessageDigest hash = Digest.Algorithm.SHA256.hash();
            String what = name() + ": " + descriptor.digest();
            try (VerifiedInput packed = new VerifiedInput(bytes.open(0), descriptor)) {
                InputStream whole = MediaTypes.layer(descriptor.mediaType()).isPresent()
                        ? Inflation.open(what, packed, MOST_LAYER)
                        : packed;
                Staged staged = stage.add(
                        new DigestInputStream(whole, hash),
                        count -> listener.at(descriptor, new Step.Moved(packed.count())));
                packed.transferTo(OutputStream.nullOutputStream()); // to the end, which verifies
                plain.put(descriptor.digest(), new Plain(Digest.of(Digest.Algorithm.SHA256, hash), staged));
            }
        }

        /** What is in the archive is written by {@link #finish}: layers that are unpacked have other digests. */
        @Override
        public void document(Document document) throws IOException {
            if (MediaTypes.isIndex(document.descriptor().mediaType())) {
                throw new IOException(name() + ": an archive of Docker's has one platform of an image, and this is "
                        + document.descriptor().digest() + " with several: select one (--platform)");
            }
        }

        @Override
        public void finish(Document root) throws IOException {
            try {
                Manifest manifest = ImageReader.readManifest(root.bytes());
                if (!manifest.isImage()) {
                    throw new IOException(name() + ": " + root.descriptor().digest() + " is an artifact of "
                            + manifest.config().mediaType() + ", and no image that Docker loads");
                }
                Plain config = brought(manifest.config());
                add(manifest, config, ImageConfigReader.read(bytes(config.staged())));
            } catch (DocumentException e) {
                throw new MalformedImage(root.descriptor().digest().toString(), e);
            }
        }

        private Plain brought(Descriptor descriptor) throws NotThere {
            return Optional.ofNullable(plain.get(descriptor.digest()))
                    .orElseThrow(() -> new NotThere(name() + ": " + descriptor.digest() + " has not been brought"));
        }

        private byte[] bytes(Staged staged) throws IOException {
            try (InputStream in = stage.open(staged)) {
                return in.readNBytes(ImageReader.MOST_BYTES + 1);
            }
        }

        private void add(Manifest manifest, Plain config, ImageConfig read) throws IOException {
            List<Digest> diffIds = read.diffIds();
            if (diffIds.size() != manifest.layers().size()) {
                throw new MalformedImage(name() + ": the configuration speaks of " + diffIds.size()
                        + " layers, and the manifest of " + manifest.layers().size());
            }
            Map<Digest, Staged> used = new HashMap<>();
            List<Descriptor> layers = new ArrayList<>();
            for (int i = 0; i < diffIds.size(); i++) {
                Plain layer = brought(manifest.layers().get(i));
                if (!layer.digest().equals(diffIds.get(i))) {
                    throw ContentMismatch.digest(diffIds.get(i), layer.digest());
                }
                used.put(layer.digest(), layer.staged());
                layers.add(Descriptor.of(
                        MediaTypes.LAYER, layer.digest(), layer.staged().size()));
            }
            used.put(config.digest(), config.staged());
            Descriptor described = Descriptor.of(
                    MediaTypes.CONFIG, config.digest(), config.staged().size());
            Document written = Document.of(
                    MediaTypes.MANIFEST,
                    ImageWriter.write(new Manifest(
                            Optional.of(MediaTypes.MANIFEST),
                            Optional.empty(),
                            described,
                            layers,
                            Optional.empty(),
                            manifest.annotations())));
            used.put(written.descriptor().digest(), staged(written));
            blobs.putAll(used);
            listing.add(written.descriptor(), layers, config.digest());
        }

        @Override
        public void close() {
            // The writer keeps what has come until it is closed itself.
        }
    }
}
