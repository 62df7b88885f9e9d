package dev.estiba.content.archive;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.layout.StagedBlobs;
import dev.estiba.content.layout.StagedBlobs.Staged;
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
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image of another one's layers and one on top of them ({@code docker commit}), to be copied to where the others are. The new layer
 * waits in a temporary file, packed; one without any entry is none. Safe for several threads.
 */
public final class Committed implements ImageSource {
    /** The fastest: a layer that is pushed is packed once, and its writer waits for it. */
    private static final int LEVEL = 1;

    /** An archive without entries: the two blocks of zeros at its end. */
    private static final Digest EMPTY = Digest.of(new byte[1024]);

    private final String name;
    private final StagedBlobs stage;
    private final Optional<Layer> layer;
    private final byte[] config;
    private final Document root;

    private record Layer(Staged staged, Descriptor descriptor) {}

    private Committed(String name, StagedBlobs stage, Optional<Layer> layer, byte[] config, Document root) {
        this.name = name;
        this.stage = stage;
        this.layer = layer;
        this.config = config;
        this.root = root;
    }

    /**
     * What is beneath the new layer.
     *
     * @param manifest whose layers are in the place that this is copied to
     */
    public record Base(Manifest manifest, ImageConfig config) {}

    /**
     * What the new layer does not say.
     *
     * @param createdBy of the history's new entry, where anything is known of it
     */
    public record Settings(
            Platform platform,
            ImageConfig.Execution execution,
            String created,
            Optional<String> author,
            Optional<String> comment,
            Optional<String> createdBy) {}

    /** Who writes a layer's archive. */
    @FunctionalInterface
    public interface LayerArchive {
        /** @param to which is closed */
        void write(OutputStream to) throws IOException;
    }

    /**
     * Makes it.
     *
     * @param name what a person calls it
     * @param base empty: the layer is all of it
     * @param spool the directory for the temporary file; the caller's, and open as long as this
     */
    public static Committed make(String name, Optional<Base> base, Settings settings, LayerArchive archive, Fd spool)
            throws IOException {
        StagedBlobs stage = StagedBlobs.in(spool);
        try {
            MessageDigest plain = Digest.Algorithm.SHA256.hash();
            MessageDigest packed = Digest.Algorithm.SHA256.hash();
            Staged staged = stage.add(to -> {
                OutputStream gzip = Compression.GZIP.pack(new DigestOutputStream(unclosed(to), packed), LEVEL);
                archive.write(new DigestOutputStream(gzip, plain));
            });
            Digest diffId = Digest.of(Digest.Algorithm.SHA256, plain);
            boolean isEmpty = diffId.equals(EMPTY) && base.isPresent();
            boolean ofDocker = base.map(each -> each.manifest().mediaType().orElse(""))
                    .filter(MediaTypes.DOCKER_MANIFEST::equals)
                    .isPresent();
            Descriptor descriptor = Descriptor.of(
                    ofDocker ? MediaTypes.DOCKER_LAYER_GZIP : MediaTypes.LAYER_GZIP,
                    Digest.of(Digest.Algorithm.SHA256, packed),
                    staged.size());
            Optional<Layer> layer = isEmpty ? Optional.empty() : Optional.of(new Layer(staged, descriptor));
            byte[] config = config(base, settings, layer.map(_ -> diffId));
            return new Committed(name, stage, layer, config, manifest(base, ofDocker, config, layer));
        } catch (IOException | RuntimeException e) {
            stage.close();
            throw e;
        }
    }

    private static OutputStream unclosed(OutputStream to) {
        return new FilterOutputStream(to) {
            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                out.write(bytes, from, count);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    private static byte[] config(Optional<Base> base, Settings settings, Optional<Digest> diffId) {
        List<Digest> diffIds =
                new ArrayList<>(base.map(each -> each.config().diffIds()).orElse(List.of()));
        List<ImageConfig.History> history =
                new ArrayList<>(base.map(each -> each.config().history()).orElse(List.of()));
        diffId.ifPresent(diffIds::add);
        history.add(new ImageConfig.History(
                Optional.of(settings.created()),
                settings.createdBy(),
                settings.author(),
                settings.comment(),
                diffId.isEmpty()));
        return ImageWriter.write(new ImageConfig(
                Optional.of(settings.created()),
                settings.author(),
                settings.platform(),
                settings.execution(),
                diffIds,
                history));
    }

    private static Document manifest(Optional<Base> base, boolean ofDocker, byte[] config, Optional<Layer> layer) {
        List<Descriptor> layers =
                new ArrayList<>(base.map(each -> each.manifest().layers()).orElse(List.of()));
        layer.ifPresent(each -> layers.add(each.descriptor()));
        String type = ofDocker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.MANIFEST;
        String configType = ofDocker ? MediaTypes.DOCKER_CONFIG : MediaTypes.CONFIG;
        return Document.of(
                type,
                ImageWriter.write(new Manifest(
                        Optional.of(type),
                        Optional.empty(),
                        Descriptor.of(configType, Digest.of(config), config.length),
                        layers,
                        Optional.empty(),
                        Map.of())));
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
        InputStream in = open(descriptor);
        try {
            in.skipNBytes(offset);
            return in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private InputStream open(Descriptor descriptor) throws IOException {
        if (descriptor.digest().equals(Digest.of(config))) {
            return new ByteArrayInputStream(config);
        }
        if (layer.isPresent() && layer.get().descriptor().digest().equals(descriptor.digest())) {
            return stage.open(layer.get().staged());
        }
        throw new NotThere(name + ": the layer " + descriptor.digest() + " of its image is not here any more");
    }

    @Override
    public void close() throws IOException {
        stage.close();
    }
}
