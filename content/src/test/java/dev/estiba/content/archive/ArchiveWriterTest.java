package dev.estiba.content.archive;

import static dev.estiba.content.transport.SampleImage.AMD64;
import static dev.estiba.content.transport.SampleImage.ARM64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.MemoryPlace;
import dev.estiba.content.transport.SampleImage;
import dev.estiba.content.transport.Selection;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.transport.Which;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveWriterTest {
    private final MemoryPlace multi = SampleImage.multi();
    private Room room;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        room = new Room(directory);
    }

    @AfterEach
    void close() throws IOException {
        assertThat(room.leftovers()).isEmpty();
        room.close();
    }

    private static void copy(ImageSource source, ImageTarget target, Selection selection) throws IOException {
        ImageCopy.copy(source, target, CopyOptions.of(selection), TransferListener.NONE);
    }

    private byte[] layout(ImageSource source, String name) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageTarget target = LayoutArchiveWriter.single(
                ArchiveDestination.stream("out", out), Optional.of(name).filter(each -> !each.isEmpty()), room.spool)) {
            copy(source, target, new Selection.All());
        }
        return out.toByteArray();
    }

    private byte[] docker(ImageSource source, Selection selection, String... names) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Reference> references =
                java.util.Arrays.stream(names).map(Reference::parse).toList();
        try (ImageTarget target =
                DockerArchiveWriter.single(ArchiveDestination.stream("out", out), references, room.spool)) {
            copy(source, target, selection);
        }
        return out.toByteArray();
    }

    @Test
    void aLayoutsArchiveKeepsAllDigests() throws IOException {
        byte[] archive = layout(multi, "tag");
        for (Which which : List.of(new Which.Only(), new Which.Named("tag"), new Which.At(0))) {
            MemoryPlace read = room.get(archive, which);
            assertThat(read.root).isEqualTo(multi.root);
            assertThat(read.blobs.keySet()).isEqualTo(multi.blobs.keySet());
            assertThat(read.digests()).isEqualTo(multi.digests());
        }
    }

    @Test
    void equalImagesAreEqualArchives() throws IOException {
        assertThat(layout(multi, "tag")).isEqualTo(layout(room.get(layout(multi, "tag"), new Which.Only()), "tag"));
        assertThat(docker(multi, new Selection.Best(AMD64), "a:1"))
                .isEqualTo(docker(multi, new Selection.Best(AMD64), "a:1"));
    }

    @Test
    void dockersArchiveIsALayoutWithPlainLayersToo() throws Exception {
        byte[] archive = docker(multi, new Selection.Best(AMD64), "busybox", "localhost:5000/a/b:2");
        Map<String, byte[]> files = Tar.files(archive);
        Document original = multi.documents.getFirst();
        Digest config = ImageReader.readManifest(original.bytes()).config().digest();
        assertThat(files).containsKeys("blobs/", "blobs/sha256/", "index.json", "manifest.json", "oci-layout");
        assertThat(files.keySet()).contains("blobs/sha256/" + config.encoded()).hasSize(10);
        assertThat(new String(files.get("manifest.json"), StandardCharsets.UTF_8))
                .startsWith("[{\"Config\":\"blobs/sha256/" + config.encoded()
                        + "\",\"RepoTags\":[\"busybox:latest\",\"localhost:5000/a/b:2\"],\"Layers\":[\"blobs/sha256/");
        Digest top = Digest.of(SampleImage.layer("file-2", "amd64"));
        assertThat(new String(files.get("repositories"), StandardCharsets.UTF_8))
                .isEqualTo("{\"busybox\":{\"latest\":\"" + top.encoded() + "\"},\"localhost:5000/a/b\":{\"2\":\""
                        + top.encoded() + "\"}}");
        assertThat(new String(files.get("index.json"), StandardCharsets.UTF_8))
                .contains("\"io.containerd.image.name\":\"docker.io/library/busybox:latest\"")
                .contains("\"org.opencontainers.image.ref.name\":\"latest\"");

        // Both views are of the same configuration and the same layers.
        MemoryPlace asLayout = room.get(archive, new Which.Only());
        MemoryPlace asDockers = room.docker(archive, new Which.Named("busybox"));
        assertThat(asLayout.blobs.keySet())
                .isEqualTo(asDockers.blobs.keySet())
                .contains(top, config)
                .hasSize(3);
        try (ImageArchive read = ImageArchive.read("a.tar", new ByteArrayInputStream(archive), room.spool)) {
            assertThat(read.isLayout()).isTrue();
            assertThat(read.images()).hasSize(1);
            assertThat(read.images().getFirst().names()).containsExactly("busybox:latest", "localhost:5000/a/b:2");
        }
        // And again, from either.
        assertThat(docker(asLayout, new Selection.All(), "busybox", "localhost:5000/a/b:2"))
                .isEqualTo(archive);
        assertThat(docker(asDockers, new Selection.All(), "busybox", "localhost:5000/a/b:2"))
                .isEqualTo(archive);
    }

    @Test
    void severalImagesInOneArchive() throws IOException {
        MemoryPlace other = new MemoryPlace();
        other.root = Optional.of(SampleImage.docker(other, ARM64, "other", "other"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DockerArchiveWriter writer = DockerArchiveWriter.open(ArchiveDestination.stream("out", out), room.spool)) {
            try (ImageTarget one = writer.image(List.of(Reference.parse("one")))) {
                copy(multi, one, new Selection.Best(AMD64));
            }
            try (ImageTarget two = writer.image(List.of())) {
                copy(other, two, new Selection.All());
            }
            try (ImageTarget three = writer.image(List.of(Reference.parse("three")))) {
                copy(multi, three, new Selection.Best(ARM64));
            }
            writer.finish();
        }
        List<String> loaded = new ArrayList<>();
        MemoryPlace target = new MemoryPlace();
        try (ImageArchive archive =
                ImageArchive.read("a.tar", new ByteArrayInputStream(out.toByteArray()), room.spool)) {
            List<Load.Loaded> all = Load.load(
                    archive,
                    CopyOptions.of(new Selection.Present()),
                    image -> target,
                    TransferListener.NONE,
                    image -> loaded.add(image.image().names().toString()));
            assertThat(all.get(1).id()).isEqualTo(config(other.root()));
            assertThat(all.get(2).id()).isEqualTo(config(multi.documents.get(1)));
        }
        assertThat(loaded).containsExactly("[one:latest]", "[]", "[three:latest]");
        assertThat(target.blobs).hasSize(7);
    }

    /** Programs that know of one platform see the first one. */
    @Test
    void severalPlatformsInOneArchive() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DockerArchiveWriter writer = DockerArchiveWriter.open(ArchiveDestination.stream("out", out), room.spool)) {
            DockerArchiveWriter.Several several = writer.several(List.of(Reference.parse("both")));
            for (Platform platform : List.of(ARM64, AMD64)) {
                try (ImageTarget next = several.next(platform)) {
                    copy(multi, next, new Selection.Best(platform));
                }
            }
            several.finish();
            writer.finish();
        }
        byte[] bytes = out.toByteArray();
        MemoryPlace target = new MemoryPlace();
        try (ImageArchive archive = ImageArchive.read("a.tar", new ByteArrayInputStream(bytes), room.spool)) {
            assertThat(archive.images()).hasSize(1);
            List<Load.Loaded> all = Load.load(
                    archive, CopyOptions.of(new Selection.All()), image -> target, TransferListener.NONE, _ -> {});
            assertThat(all.getFirst().image().names()).containsExactly("both:latest");
            assertThat(all.getFirst().root().descriptor().mediaType()).isEqualTo(MediaTypes.INDEX);
        }
        assertThat(target.documents).hasSize(3);
        MemoryPlace alone = new MemoryPlace();
        try (DockerArchiveSource source = DockerArchiveSource.of(
                ArchiveFiles.read("a.tar", new ByteArrayInputStream(bytes), room.spool), new Which.Named("both"))) {
            ImageCopy.copy(source, alone, CopyOptions.ALL, TransferListener.NONE);
        }
        assertThat(config(alone.root())).isEqualTo(config(multi.documents.get(1)));
    }

    private static Digest config(Document manifest) {
        try {
            return ImageReader.readManifest(manifest.bytes()).config().digest();
        } catch (dev.estiba.oci.json.DocumentException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatDockersArchiveCannotHoldIsRefused() throws IOException {
        assertThatThrownBy(() -> docker(multi, new Selection.All(), "a"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("with several: select one (--platform)");
        MemoryPlace artifact = new MemoryPlace();
        artifact.root = Optional.of(SampleImage.artifact(artifact, multi.root().descriptor(), "signature"));
        assertThatThrownBy(() -> docker(artifact, new Selection.All(), "a"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is an artifact of application/vnd.oci.empty.v1+json");
    }

    @Test
    void aLayerThatUnpacksToSomethingElseIsRefused() throws IOException {
        MemoryPlace source = new MemoryPlace();
        byte[] layer = SampleImage.layer("a", "b");
        var config = source.put(
                dev.estiba.oci.image.MediaTypes.CONFIG,
                SampleImage.config(AMD64, List.of(SampleImage.layer("a", "c"))));
        var packed = source.put(dev.estiba.oci.image.MediaTypes.LAYER_GZIP, SampleImage.gzip(layer));
        source.root = Optional.of(
                source.put(SampleImage.manifest(dev.estiba.oci.image.MediaTypes.MANIFEST, config, List.of(packed))));
        assertThatThrownBy(() -> docker(source, new Selection.All(), "a"))
                .isInstanceOf(ContentMismatch.class)
                .hasMessageContaining(Digest.of(layer).toString());
    }

    @Test
    void aFileIsThereWholeOrAsItWas() throws IOException {
        Files.writeString(room.top.resolve("out.tar"), "before");
        MemoryPlace wrong = SampleImage.multi();
        Digest layer = wrong.blobs.keySet().iterator().next();
        wrong.blobs.put(layer, new byte[] {1});
        for (MemoryPlace source : List.of(wrong, multi)) {
            try (ImageTarget target = LayoutArchiveWriter.single(
                    ArchiveDestination.file(room.from, "out.tar"), Optional.empty(), room.spool)) {
                if (source == wrong) {
                    assertThatThrownBy(() -> copy(source, target, new Selection.All()))
                            .isInstanceOf(ContentMismatch.class);
                } else {
                    copy(source, target, new Selection.All());
                }
            }
            assertThat(room.leftovers()).containsExactly("out.tar");
            if (source == wrong) {
                assertThat(room.top.resolve("out.tar")).hasContent("before");
            }
        }
        assertThat(room.get(Files.readAllBytes(room.top.resolve("out.tar")), new Which.Only()).root)
                .isEqualTo(multi.root);
        Files.delete(room.top.resolve("out.tar"));
    }

    @Test
    void aFileThatIsNone() throws IOException {
        Files.createDirectory(room.top.resolve("directory"));
        for (String path : List.of("directory", "directory/", ".", "directory/..")) {
            assertThatThrownBy(() -> ArchiveDestination.file(room.from, path))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("where an archive is written to a file");
        }
        assertThatThrownBy(() -> ImageArchive.open(room.from, "directory", room.spool))
                .hasMessage("directory: it is a directory, where an archive is expected");
        try (ImageTarget target = LayoutArchiveWriter.single(
                ArchiveDestination.file(room.from, "/dev/null"), Optional.empty(), room.spool)) {
            copy(multi, target, new Selection.All());
        }
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
        Files.delete(room.top.resolve("directory"));
    }
}
