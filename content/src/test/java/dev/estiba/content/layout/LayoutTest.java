package dev.estiba.content.layout;

import static dev.estiba.content.transport.SampleImage.AMD64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.MemoryPlace;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.SampleImage;
import dev.estiba.content.transport.Selection;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.transport.Which;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.MediaTypes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {
    private final MemoryPlace source = SampleImage.multi();
    private Path top;
    private Fd from;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        top = directory;
        from = Open.absolute(directory.toString(), Open.How.directory());
    }

    @AfterEach
    void close() {
        from.close();
    }

    private void put(ImageSource image, String layout, String name, CopyOptions options) throws IOException {
        try (LayoutTarget target =
                LayoutTarget.open(from, layout, Optional.of(name).filter(each -> !each.isEmpty()))) {
            ImageCopy.copy(image, target, options, TransferListener.NONE);
        }
    }

    private MemoryPlace get(String layout, Which which) throws IOException {
        return get(layout, which, CopyOptions.ALL);
    }

    private MemoryPlace get(String layout, Which which, CopyOptions options) throws IOException {
        MemoryPlace target = new MemoryPlace();
        try (LayoutSource layoutSource = LayoutSource.open(from, layout, which)) {
            ImageCopy.copy(layoutSource, target, options, TransferListener.NONE);
        }
        return target;
    }

    private static void assertSame(MemoryPlace one, MemoryPlace other) {
        assertThat(one.root).isEqualTo(other.root);
        assertThat(one.blobs.keySet()).isEqualTo(other.blobs.keySet());
        assertThat(one.digests()).isEqualTo(other.digests());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(top)) {
            return all.map(each -> top.relativize(each).toString())
                    .filter(each -> !each.isEmpty())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void whatIsPutInComesOutAlike() throws IOException {
        put(source, "new", "tag", CopyOptions.ALL);
        assertSame(get("new", new Which.Only()), source);
        assertSame(get("new", new Which.Named("tag")), source);
        assertSame(get("new", new Which.ByDigest(source.root().descriptor().digest())), source);
        assertSame(get("new", new Which.At(0)), source);
        assertThat(files())
                .hasSize(13)
                .contains("new/oci-layout", "new/index.json", "new/blobs", "new/blobs/sha256")
                .noneMatch(each -> each.contains("staged") || each.contains(".new"));
        assertThat(top.resolve("new/oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    @Test
    void otherImagesStay() throws IOException {
        MemoryPlace other = new MemoryPlace();
        other.root = Optional.of(SampleImage.docker(other, AMD64, "other"));
        put(source, "layout", "one", CopyOptions.ALL);
        put(other, "layout", "localhost:5000/a/other:2", CopyOptions.ALL);
        assertSame(get("layout", new Which.Named("one")), source);
        assertSame(get("layout", new Which.Named("localhost:5000/a/other:2")), other);
        assertThatThrownBy(() -> get("layout", new Which.Only()))
                .isInstanceOf(NotThere.class)
                .hasMessage(
                        "oci:layout: there are several images in it, say which: \"one\", \"localhost:5000/a/other:2\"");
        assertThatThrownBy(() -> get("layout", new Which.Named("two")))
                .isInstanceOf(NotThere.class)
                .hasMessageStartingWith("oci:layout:two: the layout has nothing of that name, but \"one\"");
        assertThatThrownBy(() -> get("layout", new Which.At(2)))
                .isInstanceOf(NotThere.class)
                .hasMessageContaining("lists 2 images");
        try (LayoutSource all = LayoutSource.open(from, "layout", new Which.Only())) {
            assertThat(all.images())
                    .extracting(LayoutSource.Listed::names)
                    .containsExactly(List.of(), List.of("localhost:5000/a/other:2"));
        }
    }

    @Test
    void aNameMoves() throws IOException {
        MemoryPlace other = new MemoryPlace();
        other.root = Optional.of(SampleImage.single(other, AMD64, "other"));
        put(source, "layout", "tag", CopyOptions.ALL);
        put(source, "layout", "tag", CopyOptions.ALL);
        put(other, "layout", "tag", CopyOptions.ALL);
        assertSame(get("layout", new Which.Named("tag")), other);
        assertSame(get("layout", new Which.At(0)), source);
        assertThatThrownBy(() -> get("layout", new Which.At(2))).isInstanceOf(NotThere.class);
        put(source, "layout", "tag", CopyOptions.ALL);
        put(source, "layout", "second", CopyOptions.ALL);
        assertSame(get("layout", new Which.Named("tag")), source);
        assertSame(get("layout", new Which.Named("second")), source);
    }

    @Test
    void referrersAreKeptBesideTheImage() throws IOException {
        Document said = SampleImage.artifact(source, source.root().descriptor(), "signature");
        CopyOptions both = new CopyOptions(new Selection.All(), true);
        put(source, "layout", "tag", both);
        assertThat(get("layout", new Which.Named("tag"), both).documents).contains(said);
        try (LayoutSource all = LayoutSource.open(from, "layout", new Which.Named("tag"))) {
            assertThat(all.referrers(source.root().descriptor().digest())).containsExactly(said.descriptor());
            assertThat(all.images()).hasSize(1);
        }
    }

    @Test
    void anEmptyDirectoryBecomesALayoutAndAnotherDoesNot() throws IOException {
        Files.createDirectory(top.resolve("empty"));
        put(source, "empty", "", CopyOptions.ALL);
        assertSame(get("empty", new Which.Only()), source);
        Files.createDirectory(top.resolve("full"));
        Files.createFile(top.resolve("full/file"));
        assertThatThrownBy(() -> put(source, "full", "", CopyOptions.ALL))
                .hasMessage("oci:full: the directory is not empty, and no image layout");
        assertThat(top.resolve("full")).isDirectoryContaining("glob:**/file");
        assertThatThrownBy(() -> get("full", new Which.Only()))
                .isInstanceOf(NotThere.class)
                .hasMessageContaining("this is no image layout");
    }

    @Test
    void aFailureLeavesNothing() throws IOException {
        Digest layer = source.blobs.keySet().iterator().next();
        byte[] bytes = source.blobs.get(layer);
        source.blobs.put(layer, new byte[bytes.length]);
        assertThatThrownBy(() -> put(source, "layout", "tag", CopyOptions.ALL)).isInstanceOf(ContentMismatch.class);
        assertThat(files()).isEmpty();

        MemoryPlace other = new MemoryPlace();
        other.root = Optional.of(SampleImage.single(other, AMD64, "other"));
        put(other, "layout", "other", CopyOptions.ALL);
        List<String> before = files();
        assertThatThrownBy(() -> put(source, "layout", "tag", CopyOptions.ALL)).isInstanceOf(ContentMismatch.class);
        assertThat(files()).isEqualTo(before);

        // In the last step: the list is in the way.
        source.blobs.put(layer, bytes);
        try (LayoutTarget target = LayoutTarget.open(from, "layout", Optional.of("tag"))) {
            Files.delete(top.resolve("layout/index.json"));
            Files.createDirectory(top.resolve("layout/index.json"));
            assertThatThrownBy(() -> ImageCopy.copy(source, target, CopyOptions.ALL, TransferListener.NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("index.json");
        }
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aRottenBlobIsReplaced() throws IOException {
        put(source, "layout", "tag", CopyOptions.ALL);
        Digest layer = source.blobs.keySet().iterator().next();
        Path blob = top.resolve("layout/blobs/sha256/" + layer.encoded());
        byte[] bytes = Files.readAllBytes(blob);
        bytes[5]++;
        Files.write(blob, bytes);
        assertThatThrownBy(() -> get("layout", new Which.Only())).isInstanceOf(ContentMismatch.class);
        put(source, "layout", "tag", CopyOptions.ALL);
        assertSame(get("layout", new Which.Only()), source);
    }

    @Test
    void severalWritersAtOnce() throws Exception {
        List<MemoryPlace> images = new ArrayList<>();
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            MemoryPlace image = new MemoryPlace();
            image.root = Optional.of(SampleImage.single(image, AMD64, "common", "own " + i));
            images.add(image);
            String name = "n" + i;
            writers.add(CompletableFuture.runAsync(() -> {
                try {
                    put(image, "layout", name, CopyOptions.ALL);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }));
        }
        for (CompletableFuture<Void> writer : writers) {
            writer.get(2, TimeUnit.MINUTES);
        }
        for (int i = 0; i < 8; i++) {
            assertSame(get("layout", new Which.Named("n" + i)), images.get(i));
        }
        assertThat(files()).noneMatch(each -> each.contains("staged"));
    }

    @Test
    void longDigests() throws IOException {
        MemoryPlace place = new MemoryPlace();
        byte[] layer = SampleImage.layer("a", "b");
        java.security.MessageDigest hash = Digest.Algorithm.SHA512.hash();
        hash.update(layer);
        Digest digest = Digest.of(Digest.Algorithm.SHA512, hash);
        place.blobs.put(digest, layer);
        Descriptor config = place.put(MediaTypes.CONFIG, SampleImage.config(AMD64, List.of(layer)));
        place.root = Optional.of(place.put(SampleImage.manifest(
                MediaTypes.MANIFEST, config, List.of(Descriptor.of(MediaTypes.LAYER, digest, layer.length)))));
        put(place, "layout", "", CopyOptions.ALL);
        assertThat(top.resolve("layout/blobs/sha512/" + digest.encoded())).hasBinaryContent(layer);
        assertSame(get("layout", new Which.Only()), place);
    }

    @Test
    void noLinkIsFollowed() throws IOException {
        put(source, "layout", "tag", CopyOptions.ALL);
        Digest layer = source.blobs.keySet().iterator().next();
        Path blob = top.resolve("layout/blobs/sha256/" + layer.encoded());
        Files.move(blob, top.resolve("secret"));
        Files.createSymbolicLink(blob, top.resolve("secret"));
        assertThatThrownBy(() -> get("layout", new Which.Only()))
                .hasMessageContaining("is a link, and none is followed in a layout");
        Files.move(top.resolve("layout/blobs"), top.resolve("blobs"));
        Files.createSymbolicLink(top.resolve("layout/blobs"), top.resolve("blobs"));
        assertThatThrownBy(() -> get("layout", new Which.Only()))
                .hasMessageContaining("is a link, and none is followed in a layout");
        MemoryPlace other = new MemoryPlace();
        other.root = Optional.of(SampleImage.single(other, AMD64, "other"));
        assertThatThrownBy(() -> put(other, "layout", "other", CopyOptions.ALL)).isInstanceOf(IOException.class);
        try (Stream<Path> there = Files.list(top.resolve("blobs/sha256"))) {
            assertThat(there).hasSize(source.blobs.size() + 3);
        }
    }

    @Test
    void onlyFilesAreRead() throws Exception {
        put(source, "layout", "tag", CopyOptions.ALL);
        Digest layer = source.blobs.keySet().iterator().next();
        Path blob = top.resolve("layout/blobs/sha256/" + layer.encoded());
        Files.delete(blob);
        assertThat(new ProcessBuilder("mkfifo", blob.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> get("layout", new Which.Only())).hasMessageContaining("is no regular file");
        Files.delete(blob);
        Files.createDirectory(blob);
        assertThatThrownBy(() -> get("layout", new Which.Only())).hasMessageContaining("is no regular file");
    }

    /** As CVE-2025-58183 and CVE-2023-25153: what is read into memory has a limit, whatever the file's size is. */
    @Test
    void anIndexOfAGigabyteIsRefused() throws IOException {
        put(source, "layout", "tag", CopyOptions.ALL);
        try (RandomAccessFile index =
                new RandomAccessFile(top.resolve("layout/index.json").toFile(), "rw")) {
            index.setLength(1L << 30);
        }
        assertThatThrownBy(() -> get("layout", new Which.Only()))
                .isInstanceOf(MalformedImage.class)
                .hasMessage("oci:layout: index.json has more than 4194304 bytes");
        assertThatThrownBy(() -> put(source, "layout", "other", CopyOptions.ALL))
                .isInstanceOf(MalformedImage.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "oci-layout | {\"imageLayoutVersion\":\"2.0.0\"} | it is an image layout of version \"2.0.0\"",
                "oci-layout | {} | it is an image layout of version \"\"",
                "oci-layout | 1 | oci-layout: a number where an object is expected",
                "index.json | {} | missing, but required",
                "index.json | {\"schemaVersion\":2,\"manifests\":[]} | there is no image in it",
                "index.json | {\"schemaVersion\":2,\"manifests\":[],\"layers\":[]} | both a manifest and an index",
                "index.json | {\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a\",\"size\":1,"
                        + "\"digest\":\"sha256:../../../etc/passwd\"}]} | is no digest",
            })
    void malformedFilesAreRefusedInWords(String file, String text, String words) throws IOException {
        put(source, "layout", "tag", CopyOptions.ALL);
        Files.writeString(top.resolve("layout").resolve(file), text);
        assertThatThrownBy(() -> get("layout", new Which.Only()))
                .isInstanceOfAny(MalformedImage.class, NotThere.class)
                .hasMessageStartingWith("oci:layout")
                .hasMessageContaining(words);
    }

    @Test
    void aMissingBlobIsNamed() throws IOException {
        put(source, "layout", "tag", CopyOptions.ALL);
        Digest layer = source.blobs.keySet().iterator().next();
        Files.delete(top.resolve("layout/blobs/sha256/" + layer.encoded()));
        assertThatThrownBy(() -> get("layout", new Which.Named("tag")))
                .isInstanceOf(NotThere.class)
                .hasMessage("oci:layout:tag: " + layer + " is not in it");
    }
}
