package dev.estiba.testkit.image;

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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** An image in memory: a gzip layer for each directory, archived by GNU tar. */
final class MadeImage implements ImageSource {
    private final Map<Digest, byte[]> content = new HashMap<>();
    private final Map<Digest, List<Descriptor>> referrers = new HashMap<>();
    private final Document root;
    private final Digest id;

    private MadeImage(Platform platform, List<byte[]> archives, List<String> cmd, Set<String> volumes)
            throws IOException {
        List<Descriptor> layers = new ArrayList<>();
        List<Digest> diffIds = new ArrayList<>();
        for (byte[] archive : archives) {
            diffIds.add(Digest.of(archive));
            layers.add(add(MediaTypes.LAYER_GZIP, packed(archive)));
        }
        ImageConfig.Execution execution = new ImageConfig.Execution(
                Optional.empty(),
                Set.of(),
                List.of("PATH=/bin", "FROM=image"),
                List.of(),
                cmd,
                volumes,
                Optional.of("/"),
                Map.of("port", "Bilbao"),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                false);
        List<ImageConfig.History> history = diffIds.stream()
                .map(each -> new ImageConfig.History(
                        Optional.of("2026-01-01T00:00:00Z"),
                        Optional.of("COPY " + each.shortened()),
                        Optional.empty(),
                        Optional.empty(),
                        false))
                .toList();
        Descriptor config = add(
                MediaTypes.CONFIG,
                ImageWriter.write(new ImageConfig(
                        Optional.of("2026-01-01T00:00:00Z"), Optional.empty(), platform, execution, diffIds, history)));
        byte[] manifest = ImageWriter.write(new Manifest(
                Optional.of(MediaTypes.MANIFEST), Optional.empty(), config, layers, Optional.empty(), Map.of()));
        root = new Document(add(MediaTypes.MANIFEST, manifest), manifest);
        id = config.digest();
    }

    static MadeImage of(List<Path> directories, String... cmd) throws IOException {
        return of(Platform.of("linux", "amd64"), directories, cmd);
    }

    static MadeImage of(Platform platform, List<Path> directories, String... cmd) throws IOException {
        return new MadeImage(platform, archived(directories), List.of(cmd), Set.of());
    }

    /** With volumes, and a last layer that has its file and describes no directory. */
    static MadeImage of(Set<String> volumes, List<Path> directories, Path last, String file) throws IOException {
        List<byte[]> archives = archived(directories);
        archives.add(archived(last, file));
        return new MadeImage(Platform.of("linux", "amd64"), archives, List.of("sh"), volumes);
    }

    private Descriptor add(String type, byte[] bytes) {
        Digest digest = Digest.of(bytes);
        content.put(digest, bytes);
        return Descriptor.of(type, digest, bytes.length);
    }

    private static List<byte[]> archived(List<Path> directories) throws IOException {
        List<byte[]> archives = new ArrayList<>();
        for (Path directory : directories) {
            archives.add(archived(directory, "."));
        }
        return archives;
    }

    private static byte[] archived(Path directory, String what) throws IOException {
        Process tar = new ProcessBuilder("tar", "--numeric-owner", "-C", directory.toString(), "-cf", "-", what)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] archive = tar.getInputStream().readAllBytes();
        int status = tar.onExit().join().exitValue();
        if (status != 0) {
            throw new IOException("tar: status " + status);
        }
        return archive;
    }

    private static byte[] packed(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    /** Adds something that says something of the image or of another such thing. */
    Descriptor say(Descriptor subject, String type, String what) {
        Descriptor config = add(MediaTypes.EMPTY, "{}".getBytes(StandardCharsets.UTF_8));
        Descriptor part = add("text/plain", what.getBytes(StandardCharsets.UTF_8));
        byte[] manifest = ImageWriter.write(new Manifest(
                Optional.of(MediaTypes.MANIFEST),
                Optional.of(type),
                config,
                List.of(part),
                Optional.of(subject),
                Map.of()));
        Descriptor said = add(MediaTypes.MANIFEST, manifest);
        referrers.computeIfAbsent(subject.digest(), _ -> new ArrayList<>()).add(said);
        return said;
    }

    @Override
    public List<Descriptor> referrers(Digest subject) {
        return referrers.getOrDefault(subject, List.of());
    }

    /** As Docker calls it. */
    Digest id() {
        return id;
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
