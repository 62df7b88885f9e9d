package dev.estiba.content.archive;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.layout.LayoutFiles;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.Which;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.ImageConfigReader;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Reference;
import dev.estiba.oci.json.Cursor;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One image of an archive that {@code docker save} has written, of any engine since 1.10. Such an archive has no manifest in the
 * sense of registries; the image is given one of Docker's schema 2, with its layers as they are in the archive. Safe for several
 * threads.
 */
public final class DockerArchiveSource implements ImageSource {
    private static final int SHOWN = 20;
    /** Overlay file systems take a few hundred at most. */
    private static final int MOST_LAYERS = 10_000;

    private final LayoutFiles files;
    private final String name;
    private final Document root;
    private final byte[] config;
    /** Where each blob is. */
    private final Map<Digest, String> paths;

    private DockerArchiveSource(
            LayoutFiles files, String name, Document root, byte[] config, Map<Digest, String> paths) {
        this.files = files;
        this.name = name;
        this.root = root;
        this.config = config;
        this.paths = Map.copyOf(paths);
    }

    /** @param files which are closed with this, or at once when the image is not there */
    public static DockerArchiveSource of(LayoutFiles files, Which which) throws IOException {
        try {
            return of(files, which, images(files));
        } catch (IOException | RuntimeException e) {
            try (files) {
                throw e;
            }
        }
    }

    /** All images, in the archive's order. */
    static List<DockerManifest> images(LayoutFiles files) throws IOException {
        Optional<byte[]> list = read(files, DockerManifest.FILE, Cursor.MAX_BYTES);
        if (list.isPresent()) {
            return DockerManifest.read(files.name(), list.get());
        }
        if (files.size(DockerManifest.REPOSITORIES).isPresent()) {
            throw new MalformedImage(
                    files.name() + ": the archive is of an engine before Docker 1.10, which is not read any"
                            + " more: load it into an older engine and save it again");
        }
        throw new NotThere(
                files.name() + ": this is no archive of docker save, since it has no " + DockerManifest.FILE);
    }

    private static Optional<byte[]> read(LayoutFiles files, String path, int most) throws IOException {
        Optional<InputStream> file = files.open(path, 0);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = file.get()) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new MalformedImage(
                        files.name() + ": " + Cursor.quoted(path) + " has more than " + most + " bytes");
            }
            return Optional.of(bytes);
        }
    }

    private static DockerArchiveSource of(LayoutFiles files, Which which, List<DockerManifest> all) throws IOException {
        DockerManifest image = choose(files, which, all);
        byte[] config =
                read(files, image.config(), ImageReader.MOST_BYTES).orElseThrow(() -> lacking(files, image.config()));
        ImageConfig read;
        try {
            read = ImageConfigReader.read(config);
        } catch (DocumentException e) {
            throw new MalformedImage(files.name() + ": " + Cursor.quoted(image.config()), e);
        }
        if (read.diffIds().size() != image.layers().size()) {
            throw new MalformedImage(files.name() + ": " + Cursor.quoted(image.config()) + " speaks of "
                    + read.diffIds().size() + " layers, and the archive has "
                    + image.layers().size());
        }
        if (image.layers().size() > MOST_LAYERS) {
            throw new MalformedImage(
                    files.name() + ": an image has more than " + MOST_LAYERS + " layers, which none can have");
        }
        Map<Digest, String> paths = new HashMap<>();
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < image.layers().size(); i++) {
            Descriptor layer =
                    layer(files, image.layers().get(i), read.diffIds().get(i));
            layers.add(layer);
            paths.put(layer.digest(), image.layers().get(i));
        }
        Manifest manifest = new Manifest(
                Optional.of(MediaTypes.DOCKER_MANIFEST),
                Optional.empty(),
                Descriptor.of(MediaTypes.DOCKER_CONFIG, Digest.of(config), config.length),
                layers,
                Optional.empty(),
                Map.of());
        Document root = Document.of(MediaTypes.DOCKER_MANIFEST, ImageWriter.write(manifest));
        return new DockerArchiveSource(files, files.name() + which, root, config, paths);
    }

    /** A plain archive is what its configuration says, or it will be refused; of a packed one nobody has said the digest. */
    private static Descriptor layer(LayoutFiles files, String path, Digest diffId) throws IOException {
        long size = files.size(path).orElseThrow(() -> lacking(files, path));
        try (InputStream in = files.open(path, 0).orElseThrow(() -> lacking(files, path))) {
            byte[] beginning = in.readNBytes(Compression.MAGIC);
            Compression compression = Inflation.compression(files.name() + ": " + Cursor.quoted(path), beginning);
            if (compression == Compression.NONE) {
                return Descriptor.of(MediaTypes.DOCKER_LAYER, diffId, size);
            }
            MessageDigest hash = Digest.Algorithm.SHA256.hash();
            hash.update(beginning);
            new DigestInputStream(in, hash).transferTo(OutputStream.nullOutputStream());
            String type = compression == Compression.GZIP ? MediaTypes.DOCKER_LAYER_GZIP : MediaTypes.DOCKER_LAYER_ZSTD;
            return Descriptor.of(type, Digest.of(Digest.Algorithm.SHA256, hash), size);
        }
    }

    private static NotThere lacking(LayoutFiles files, String path) {
        return new NotThere(files.name() + ": " + Cursor.quoted(path) + " is not in the archive");
    }

    private static DockerManifest choose(LayoutFiles files, Which which, List<DockerManifest> all) throws IOException {
        switch (which) {
            case Which.Only only -> {
                if (all.size() == 1) {
                    return all.getFirst();
                }
                throw new NotThere(files.name()
                        + (all.isEmpty()
                                ? ": there is no image in it"
                                : ": there are several images in it, say which: " + listed(all)));
            }
            case Which.At(int place) -> {
                if (place < all.size()) {
                    return all.get(place);
                }
                throw new NotThere(
                        files.name() + which + ": the archive lists " + all.size() + " images, counted from 0");
            }
            case Which.Named(String name) -> {
                for (DockerManifest each : all) {
                    if (each.repoTags().stream().anyMatch(tag -> isSame(tag, name))) {
                        return each;
                    }
                }
                throw new NotThere(files.name() + which + ": the archive has nothing of that name, but " + listed(all));
            }
            case Which.ByDigest(Digest digest) -> {
                for (DockerManifest each : all) {
                    Optional<byte[]> config = read(files, each.config(), ImageReader.MOST_BYTES);
                    if (config.map(Digest::of).filter(digest::equals).isPresent()) {
                        return each;
                    }
                }
                throw new NotThere(files.name() + which + ": the archive has no image of that id, but " + listed(all));
            }
        }
    }

    private static boolean isSame(String tag, String name) {
        try {
            return Reference.parse(tag).tagged().equals(Reference.parse(name).tagged());
        } catch (IllegalArgumentException e) {
            return tag.equals(name);
        }
    }

    private static String listed(List<DockerManifest> all) {
        String shown = IntStream.range(0, Math.min(SHOWN, all.size()))
                .mapToObj(each -> all.get(each).repoTags().stream()
                        .findFirst()
                        .map(Cursor::quoted)
                        .orElse("@" + each))
                .collect(Collectors.joining(", "));
        return shown.isEmpty() ? "no image at all" : shown;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Document root() {
        return root;
    }

    @Override
    public Document document(Descriptor descriptor) throws IOException {
        if (descriptor.digest().equals(root.descriptor().digest())) {
            return root;
        }
        throw new NotThere(name + ": " + descriptor.digest() + " is not in it");
    }

    @Override
    public InputStream blob(Descriptor descriptor, long offset) throws IOException {
        if (descriptor.digest().equals(Digest.of(config))) {
            int from = (int) Math.min(offset, config.length);
            return new ByteArrayInputStream(config, from, config.length - from);
        }
        String path = Optional.ofNullable(paths.get(descriptor.digest()))
                .orElseThrow(() -> new NotThere(name + ": " + descriptor.digest() + " is not in it"));
        return files.open(path, offset).orElseThrow(() -> lacking(files, path));
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
