package dev.estiba.engine.image;

import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** An image in memory, of archives that are not packed. */
final class MadeImage implements ImageSource {
    private final Map<Digest, byte[]> content = new HashMap<>();
    private final Document root;

    MadeImage(List<byte[]> archives, String... env) throws IOException {
        this(HostPlatform.read(), archives, env);
    }

    /** For another machine. */
    MadeImage(Platform platform, List<byte[]> archives, String... env) throws IOException {
        List<Descriptor> layers = new ArrayList<>();
        List<Digest> diffIds = new ArrayList<>();
        List<ImageConfig.History> history = new ArrayList<>();
        for (byte[] archive : archives) {
            layers.add(add(MediaTypes.LAYER, archive));
            diffIds.add(Digest.of(archive));
            history.add(step("COPY " + diffIds.size(), false));
            history.add(step("ENV A=b", true));
        }
        ImageConfig.Execution execution = new ImageConfig.Execution(
                Optional.empty(),
                Set.of(),
                List.of(env),
                List.of(),
                List.of("/bin/sh"),
                Set.of(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                false);
        Descriptor config = add(
                MediaTypes.CONFIG,
                ImageWriter.write(new ImageConfig(
                        Optional.of("2026-01-01T00:00:00Z"), Optional.empty(), platform, execution, diffIds, history)));
        byte[] manifest = ImageWriter.write(new Manifest(
                Optional.of(MediaTypes.MANIFEST), Optional.empty(), config, layers, Optional.empty(), Map.of()));
        root = new Document(add(MediaTypes.MANIFEST, manifest), manifest);
    }

    private static ImageConfig.History step(String by, boolean isEmpty) {
        return new ImageConfig.History(
                Optional.of("2026-01-01T00:00:00Z"), Optional.of(by), Optional.empty(), Optional.empty(), isEmpty);
    }

    private Descriptor add(String type, byte[] bytes) {
        Digest digest = Digest.of(bytes);
        content.put(digest, bytes);
        return Descriptor.of(type, digest, bytes.length);
    }

    @Override
    public String name() {
        return "an image made here";
    }

    @Override
    public Document root() {
        return root;
    }

    @Override
    public Document document(Descriptor descriptor) throws IOException {
        return Document.verified(descriptor, found(descriptor));
    }

    @Override
    public InputStream blob(Descriptor descriptor, long offset) throws IOException {
        byte[] bytes = found(descriptor);
        return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
    }

    private byte[] found(Descriptor descriptor) throws NotThere {
        byte[] bytes = content.get(descriptor.digest());
        if (bytes == null) {
            throw new NotThere(descriptor.digest() + " is not part of it");
        }
        return bytes;
    }

    @Override
    public void close() {
        // nothing is held
    }
}
