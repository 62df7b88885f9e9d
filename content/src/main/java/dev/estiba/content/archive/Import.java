package dev.estiba.content.archive;

import dev.estiba.content.layout.StagedBlobs;
import dev.estiba.content.layout.StagedBlobs.Staged;
import dev.estiba.content.tar.MalformedArchive;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarReader;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.NotThere;
import dev.estiba.linux.Fd;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image of one layer that is made of a root file system's archive ({@code docker import}), to be copied to wherever it shall
 * be. The layer waits in a temporary file, plain, whatever the archive was packed with; equal archives and settings are equal
 * images. Safe for several threads.
 */
public final class Import implements ImageSource {
    private static final long MOST_BYTES = 64L << 30;

    private final String name;
    private final StagedBlobs stage;
    private final Staged layer;
    private final byte[] config;
    private final Document root;

    private Import(String name, StagedBlobs stage, Staged layer, byte[] config, Document root) {
        this.name = name;
        this.stage = stage;
        this.layer = layer;
        this.config = config;
        this.root = root;
    }

    /**
     * What a root file system does not say.
     *
     * @param execution with the changes that the user asks for
     * @param message the history's comment: {@code Imported from -}
     */
    public record Settings(
            Platform platform,
            ImageConfig.Execution execution,
            Instant created,
            Optional<String> author,
            String message) {}

    /**
     * Reads the archive to its end.
     *
     * @param name what a person calls the archive
     * @param archive packed with anything that layers are packed with; closed
     * @param spool the directory for the temporary file; the caller's, and open as long as this
     * @throws MalformedArchive when it is no archive
     */
    public static Import read(String name, InputStream archive, Settings settings, Fd spool) throws IOException {
        StagedBlobs stage = StagedBlobs.in(spool);
        try (archive;
                InputStream unpacked = Inflation.open(name, archive, MOST_BYTES)) {
            MessageDigest hash = Digest.Algorithm.SHA256.hash();
            Staged layer = stage.add(new DigestInputStream(unpacked, hash), count -> {});
            checkArchive(stage, layer);
            Digest digest = Digest.of(Digest.Algorithm.SHA256, hash);
            byte[] config = config(settings, digest);
            return new Import(name, stage, layer, config, manifest(config, digest, layer.size()));
        } catch (IOException | RuntimeException e) {
            stage.close();
            throw e;
        }
    }

    /** Else it would be found only when a container is made of the image. */
    private static void checkArchive(StagedBlobs stage, Staged layer) throws IOException {
        try (InputStream in = new BufferedInputStream(stage.open(layer), 1 << 17)) {
            TarReader reader = new TarReader(in);
            Optional<TarEntry> entry = reader.next();
            while (entry.isPresent()) {
                entry = reader.next();
            }
        }
    }

    private static byte[] config(Settings settings, Digest layer) {
        String created = settings.created().toString();
        ImageConfig.History history = new ImageConfig.History(
                Optional.of(created),
                Optional.empty(),
                settings.author(),
                Optional.of(settings.message()).filter(each -> !each.isEmpty()),
                false);
        return ImageWriter.write(new ImageConfig(
                Optional.of(created),
                settings.author(),
                settings.platform(),
                settings.execution(),
                List.of(layer),
                List.of(history)));
    }

    private static Document manifest(byte[] config, Digest layer, long size) {
        return Document.of(
                MediaTypes.MANIFEST,
                ImageWriter.write(new Manifest(
                        Optional.of(MediaTypes.MANIFEST),
                        Optional.empty(),
                        Descriptor.of(MediaTypes.CONFIG, Digest.of(config), config.length),
                        List.of(Descriptor.of(MediaTypes.LAYER, layer, size)),
                        Optional.empty(),
                        Map.of())));
    }

    /** Docker's name of the image. */
    public Digest id() {
        return Digest.of(config);
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
        InputStream in = descriptor.digest().equals(id()) ? new ByteArrayInputStream(config) : stage.open(layer);
        try {
            in.skipNBytes(offset);
            return in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        stage.close();
    }
}
