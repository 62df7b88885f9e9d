package dev.estiba.content.archive;

import static dev.estiba.content.transport.SampleImage.AMD64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.content.layout.LayoutSource;
import dev.estiba.content.layout.LayoutTarget;
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
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageConfigReader;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What skopeo and podman write is read here, and what is written here they read; digests stay. */
@Tag("peer")
class SkopeoTest {
    private final MemoryPlace multi = SampleImage.multi();
    private final MemoryPlace single = new MemoryPlace();
    private Path top;
    private Fd from;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        top = directory;
        from = Open.absolute(directory.toString(), Open.How.directory());
        single.root = Optional.of(SampleImage.single(single, AMD64, "low", "high"));
    }

    @AfterEach
    void close() {
        from.close();
    }

    private Program skopeo() {
        return Program.find(top, "skopeo", "--insecure-policy", "copy", "--quiet", "--preserve-digests", "--all");
    }

    private Program podman() {
        String root = top.resolve("storage").toString();
        return Program.find(
                top,
                "podman",
                "--root",
                root,
                "--runroot",
                root + "-run",
                "--storage-driver",
                "vfs",
                "--events-backend",
                "none");
    }

    private static MemoryPlace get(ImageSource source) throws IOException {
        MemoryPlace target = new MemoryPlace();
        try (source) {
            ImageCopy.copy(source, target, CopyOptions.ALL, TransferListener.NONE);
        }
        return target;
    }

    private static void put(MemoryPlace image, ImageTarget target) throws IOException {
        try (target) {
            ImageCopy.copy(image, target, CopyOptions.ALL, TransferListener.NONE);
        }
    }

    private MemoryPlace archive(String path, Which which) throws IOException {
        try (ImageArchive archive = ImageArchive.open(from, path, from)) {
            return get(archive.source(which));
        }
    }

    private static void assertSame(MemoryPlace read, MemoryPlace written) {
        assertThat(read.root.orElseThrow().descriptor().digest())
                .isEqualTo(written.root.orElseThrow().descriptor().digest());
        assertThat(read.digests()).isEqualTo(written.digests());
        assertThat(read.blobs.keySet()).isEqualTo(written.blobs.keySet());
    }

    private static void assertSameConfiguration(MemoryPlace read, MemoryPlace written) throws Exception {
        assertThat(config(read.root.orElseThrow())).isEqualTo(config(written.root.orElseThrow()));
    }

    private static Digest config(Document manifest) throws Exception {
        Manifest read = ImageReader.readManifest(manifest.bytes());
        return read.config().digest();
    }

    private static List<Digest> diffIds(MemoryPlace image) throws Exception {
        return ImageConfigReader.read(image.blobs.get(config(image.root()))).diffIds();
    }

    @Test
    void layouts() throws Exception {
        put(multi, LayoutTarget.open(from, "ours", Optional.of("multi")));
        put(single, LayoutTarget.open(from, "ours", Optional.of("single")));
        skopeo().run("oci:ours:multi", "oci:theirs:multi");
        skopeo().run("oci:ours:single", "oci:theirs:single");
        assertSame(get(LayoutSource.open(from, "theirs", new Which.Named("multi"))), multi);
        assertSame(get(LayoutSource.open(from, "theirs", new Which.Named("single"))), single);
        // Into one that the other has made.
        put(single, LayoutTarget.open(from, "theirs", Optional.of("again")));
        skopeo().run("oci:theirs:again", "oci:ours:again");
        assertSame(get(LayoutSource.open(from, "ours", new Which.Named("again"))), single);
        assertSame(get(LayoutSource.open(from, "ours", new Which.Named("multi"))), multi);
    }

    @Test
    void archivesOfLayouts() throws Exception {
        put(multi, LayoutArchiveWriter.single(ArchiveDestination.file(from, "ours.tar"), Optional.of("a:1"), from));
        skopeo().run("oci-archive:ours.tar:a:1", "oci-archive:theirs.tar:b:2");
        assertSame(archive("theirs.tar", new Which.Named("b:2")), multi);
        assertSame(archive("theirs.tar", new Which.Only()), multi);
        skopeo().run("oci-archive:ours.tar", "oci:layout:tag");
        assertSame(get(LayoutSource.open(from, "layout", new Which.Only())), multi);
    }

    @Test
    void archivesOfDockers() throws Exception {
        List<Reference> names = List.of(Reference.parse("localhost/sample:1"), Reference.parse("localhost/sample:2"));
        put(single, DockerArchiveWriter.single(ArchiveDestination.file(from, "ours.tar"), names, from));
        Program program = Program.find(top, "skopeo", "--insecure-policy", "copy", "--quiet");
        program.run("docker-archive:ours.tar:localhost/sample:2", "docker-archive:theirs.tar:localhost/other:3");
        MemoryPlace theirs = archive("theirs.tar", new Which.Named("localhost/other:3"));
        MemoryPlace ours = archive("ours.tar", new Which.Named("localhost/sample:1"));
        assertSameConfiguration(theirs, single);
        assertThat(theirs.blobs.keySet()).isEqualTo(ours.blobs.keySet());
        // The same archive as a layout, with the manifest that it has as such.
        skopeo().run("oci-archive:ours.tar:2", "oci:layout:tag");
        assertSame(get(LayoutSource.open(from, "layout", new Which.Only())), ours);
    }

    @Test
    void podmanLoadsAndSaves() throws Exception {
        List<Reference> names = List.of(Reference.parse("localhost/sample:1"), Reference.parse("localhost/sample:2"));
        try (DockerArchiveWriter writer = DockerArchiveWriter.open(ArchiveDestination.file(from, "ours.tar"), from)) {
            for (Reference name : names) {
                try (ImageTarget target = writer.image(List.of(name))) {
                    ImageCopy.copy(
                            name.equals(names.getFirst()) ? single : multi,
                            target,
                            CopyOptions.of(new Selection.Best(AMD64)),
                            TransferListener.NONE);
                }
            }
            writer.finish();
        }
        assertThat(podman().run("load", "--input", "ours.tar")).contains("localhost/sample:1", "localhost/sample:2");
        assertThat(podman().run("image", "inspect", "--format", "{{.Id}}", "localhost/sample:1"))
                .isEqualTo(config(single.root()).encoded());
        podman().run("save", "--quiet", "--format", "docker-archive", "--output", "d.tar", "localhost/sample:1");
        podman().run("save", "--quiet", "--format", "oci-archive", "--output", "o.tar", "localhost/sample:1");
        podman().run("save", "--quiet", "-m", "--output", "m.tar", "localhost/sample:1", "localhost/sample:2");
        assertSameConfiguration(archive("d.tar", new Which.Only()), single);
        // What came from an archive of Docker's gets another configuration in one of OCI's.
        assertThat(diffIds(archive("o.tar", new Which.Only()))).isEqualTo(diffIds(single));
        assertSameConfiguration(archive("m.tar", new Which.Named("localhost/sample:1")), single);
        try (ImageArchive archive = ImageArchive.open(from, "m.tar", from)) {
            assertThat(archive.images())
                    .extracting(ImageArchive.Image::names)
                    .containsExactlyInAnyOrder(List.of("localhost/sample:1"), List.of("localhost/sample:2"));
        }
        try (ImageArchive archive = ImageArchive.open(from, "o.tar", from)) {
            assertThat(archive.images().getFirst().names()).containsExactly("localhost/sample:1");
        }
    }
}
