package dev.estiba.content.archive;

import static dev.estiba.content.transport.SampleImage.AMD64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.MemoryPlace;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.SampleImage;
import dev.estiba.content.transport.Which;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code docker save} has written over the years, and what it never would. */
class DockerArchiveTest {
    private static final byte[] LOW = SampleImage.layer("low", "the first");
    private static final byte[] HIGH = SampleImage.layer("high", "the second");
    private static final byte[] CONFIG = SampleImage.config(AMD64, List.of(LOW, HIGH));
    private static final String ID = Digest.of(CONFIG).encoded();

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

    private static String manifest(String config, String tags, String... layers) {
        return "[{\"Config\":\"" + config + "\",\"RepoTags\":" + tags + ",\"Layers\":[\"" + String.join("\",\"", layers)
                + "\"]}]";
    }

    private static void check(MemoryPlace image) throws Exception {
        assertThat(image.root().descriptor().mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
        Manifest manifest = ImageReader.readManifest(image.root().bytes());
        assertThat(manifest.config().digest()).isEqualTo(Digest.of(CONFIG));
        assertThat(manifest.layers())
                .extracting(each -> each.digest().toString())
                .containsExactly(Digest.of(LOW).toString(), Digest.of(HIGH).toString());
        assertThat(image.blobs).containsOnlyKeys(Digest.of(CONFIG), Digest.of(LOW), Digest.of(HIGH));
    }

    /** Of 1.10 to 24: a directory for each layer; a layer that two images share is a link in the second one. */
    private static byte[] ofTheMiddleAge() throws IOException {
        return new Tar()
                .directory("0123/")
                .file("0123/VERSION", "1.0")
                .file("0123/json", "{\"id\":\"0123\"}")
                .file("0123/layer.tar", LOW)
                .directory("4567/")
                .file("4567/VERSION", "1.0")
                .file("4567/json", "{\"id\":\"4567\",\"parent\":\"89ab\"}")
                .file("4567/layer.tar", HIGH)
                .directory("89ab/")
                .file("89ab/VERSION", "1.0")
                .file("89ab/json", "{\"id\":\"89ab\"}")
                .link("89ab/layer.tar", "../0123/layer.tar")
                .file(ID + ".json", CONFIG)
                .file("manifest.json", manifest(ID + ".json", "[\"sample:1\"]", "89ab/layer.tar", "4567/layer.tar"))
                .file("repositories", "{\"sample\":{\"1\":\"4567\"}}")
                .end();
    }

    @Test
    void of1_10To24() throws Exception {
        byte[] archive = ofTheMiddleAge();
        check(room.get(archive, new Which.Only()));
        check(room.get(archive, new Which.Named("docker.io/library/sample:1")));
        check(room.get(archive, new Which.ByDigest(Digest.of(CONFIG))));
        assertThatThrownBy(() -> room.get(archive, new Which.Named("sample")))
                .isInstanceOf(NotThere.class)
                .hasMessage("a.tar:sample: the archive has nothing of that name, but \"sample:1\"");
        assertThatThrownBy(() -> room.get(archive, new Which.At(1)))
                .isInstanceOf(NotThere.class)
                .hasMessageContaining("lists 1 images");
        assertThatThrownBy(() -> room.get(archive, new Which.ByDigest(Digest.of(LOW))))
                .isInstanceOf(NotThere.class)
                .hasMessageContaining("no image of that id");
    }

    @Test
    void linksOfDirectoriesToo() throws Exception {
        check(room.get(
                new Tar()
                        .file("./blobs/low.tar", LOW)
                        .hardLink("other.tar", "./blobs/low.tar")
                        .file("blobs//high.tar", HIGH)
                        .link("way/layers", "../blobs/")
                        .link("way/again", "layers/./../blobs")
                        .file("config.json", CONFIG)
                        .file("manifest.json", manifest("config.json", "null", "other.tar", "way/again/high.tar"))
                        .end(),
                new Which.Only()));
    }

    @Test
    void packedAsAWhole() throws Exception {
        check(room.get(SampleImage.gzip(ofTheMiddleAge()), new Which.Only()));
        Files.write(room.top.resolve("a.tar.gz"), SampleImage.gzip(ofTheMiddleAge()));
        Files.write(room.top.resolve("a.tar"), ofTheMiddleAge());
        for (String name : List.of("a.tar", "a.tar.gz")) {
            try (ImageArchive archive = ImageArchive.open(room.from, name, room.spool)) {
                assertThat(archive.images())
                        .containsExactly(new ImageArchive.Image(List.of("sample:1"), new Which.At(0)));
            }
            Files.delete(room.top.resolve(name));
        }
    }

    /** BuildKit's, with the layers as registries have them. */
    @Test
    void withPackedLayers() throws Exception {
        byte[] packed = SampleImage.gzip(HIGH);
        MemoryPlace image = room.get(
                new Tar()
                        .file("blobs/sha256/" + Digest.of(LOW).encoded(), LOW)
                        .file("blobs/sha256/" + Digest.of(packed).encoded(), packed)
                        .file("blobs/sha256/" + ID, CONFIG)
                        .file(
                                "manifest.json",
                                manifest(
                                        "blobs/sha256/" + ID,
                                        "[]",
                                        "blobs/sha256/" + Digest.of(LOW).encoded(),
                                        "blobs/sha256/" + Digest.of(packed).encoded()))
                        .end(),
                new Which.Only());
        Manifest manifest = ImageReader.readManifest(image.root().bytes());
        assertThat(manifest.layers().get(1).mediaType()).isEqualTo(MediaTypes.DOCKER_LAYER_GZIP);
        assertThat(image.blobs).containsKeys(Digest.of(packed), Digest.of(LOW));
    }

    @Test
    void packedWithZstd() throws Exception {
        byte[] packed = zstd(HIGH);
        byte[] archive = new Tar()
                .file("low", LOW)
                .file("high", packed)
                .file("c.json", CONFIG)
                .file("manifest.json", manifest("c.json", "[]", "low", "high"))
                .end();
        MemoryPlace image = room.get(zstd(archive), new Which.Only());
        Manifest manifest = ImageReader.readManifest(image.root().bytes());
        assertThat(manifest.layers().get(1).mediaType()).isEqualTo(MediaTypes.DOCKER_LAYER_ZSTD);
        assertThat(image.blobs).containsKeys(Digest.of(packed), Digest.of(LOW));
    }

    private static byte[] zstd(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream zstd = Compression.ZSTD.pack(out, 3)) {
            zstd.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void packedAsNobodyReadsIt() {
        byte[] xz = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 0, 0};
        assertThatThrownBy(() -> room.get(xz, new Which.Only()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("a.tar: it is packed with xz");
    }

    @Test
    void ofSeveralImages() throws Exception {
        byte[] other = SampleImage.config(AMD64, List.of(LOW));
        byte[] archive = new Tar()
                .file("low.tar", LOW)
                .file("high.tar", HIGH)
                .file("one.json", CONFIG)
                .file("two.json", other)
                .file(
                        "manifest.json",
                        "[{\"Config\":\"one.json\",\"RepoTags\":[\"a:1\",\"a:2\"],\"Layers\":[\"low.tar\",\"high.tar\"]},"
                                + "{\"Config\":\"two.json\",\"RepoTags\":null,\"Layers\":[\"low.tar\"],\"Parent\":\"\"}]")
                .end();
        check(room.get(archive, new Which.Named("a:2")));
        assertThat(room.get(archive, new Which.At(1)).blobs).containsKey(Digest.of(other));
        assertThatThrownBy(() -> room.get(archive, new Which.Only()))
                .isInstanceOf(NotThere.class)
                .hasMessage("a.tar: there are several images in it, say which: \"a:1\", @1");
    }

    @Test
    void theOldestIsRefusedInWords() throws IOException {
        byte[] archive = new Tar()
                .file("0123/json", "{}")
                .file("0123/layer.tar", LOW)
                .file("repositories", "{\"a\":{\"1\":\"0123\"}}")
                .end();
        assertThatThrownBy(() -> room.get(archive, new Which.Only()))
                .isInstanceOf(MalformedImage.class)
                .hasMessageContaining("before Docker 1.10")
                .hasMessageContaining("load it into an older engine and save it again");
    }

    @Test
    void anotherArchiveIsNone() {
        assertThatThrownBy(() -> room.get(LOW, new Which.Only()))
                .isInstanceOf(NotThere.class)
                .hasMessageContaining("neither oci-layout nor manifest.json");
        assertThatThrownBy(() -> room.get(new byte[2000], new Which.Only())).isInstanceOf(NotThere.class);
        assertThatThrownBy(() -> room.get("no archive".repeat(100).getBytes(StandardCharsets.UTF_8), new Which.Only()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("a.tar: the tar archive is malformed at byte 0");
    }

    @Test
    void theLastOfAFilesEntriesCounts() throws Exception {
        check(room.get(
                new Tar()
                        .file("low.tar", HIGH)
                        .file("high.tar", HIGH)
                        .file("c.json", "{}")
                        .file("manifest.json", "[]")
                        .file("manifest.json", manifest("c.json", "[]", "low.tar", "high.tar"))
                        .file("./c.json", CONFIG)
                        .file("low.tar", LOW)
                        .end(),
                new Which.Only()));
    }

    @Test
    void aLayerThatIsNotWhatTheConfigurationSays() throws IOException {
        byte[] archive = new Tar()
                .file("low.tar", HIGH)
                .file("high.tar", HIGH)
                .file("c.json", CONFIG)
                .file("manifest.json", manifest("c.json", "[]", "low.tar", "high.tar"))
                .end();
        assertThatThrownBy(() -> room.get(archive, new Which.Only())).isInstanceOf(ContentMismatch.class);
    }

    /** CVE-2014-6407, CVE-2014-9356, CVE-2014-9358: nothing is looked up outside of the archive. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "../../etc/passwd | leads out of the archive",
                "/etc/passwd | is not in the archive",
                "absolute | leads out of the archive, by a link to \"/etc/passwd\"",
                "up | leads out of the archive",
                "loop | leads through more than 40 links",
                "device | is a device, and no file",
                "dir | is a directory, and no file",
                "dangling | is not in the archive",
                "forward | is a link to what is not before it",
                "self | leads through more than 40 links",
                "a\\u0000b | a NUL character is not allowed",
            })
    void whatLeadsOutOfTheArchive(String config, String words) throws IOException {
        byte[] archive = new Tar()
                .link("absolute", "/etc/passwd")
                .link("up", "x/../../y")
                .link("loop", "pool")
                .link("pool", "loop")
                .link("self", "./self/self")
                .device("device")
                .directory("dir/")
                .link("dangling", "nothing")
                .hardLink("forward", "manifest.json")
                .file("low.tar", LOW)
                .file("manifest.json", manifest(config, "[]", "low.tar", "low.tar"))
                .end();
        assertThatThrownBy(() -> room.get(archive, new Which.Only()))
                .isInstanceOfAny(MalformedImage.class, NotThere.class)
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | an object where an array is expected",
                "[{}] | missing, but required",
                "[] | there is no image in it",
                "[{\"Config\":\"c.json\",\"Layers\":[\"low.tar\"]}] | speaks of 2 layers, and the archive has 1",
                "[{\"Config\":\"low.tar\",\"Layers\":[]}] | low.tar",
                "[{\"Config\":\"c.json\",\"Layers\":[\"low.tar\",\"none\"]}] | \"none\" is not in the archive",
                "[{\"Config\":\"c.json\",\"RepoTags\":[\"A B\"],\"Layers\":[]}] | an image is called \"A B\"",
            })
    void malformedLists(String list, String words) throws IOException {
        byte[] archive = new Tar()
                .file("c.json", CONFIG)
                .file("low.tar", LOW)
                .file("manifest.json", list)
                .end();
        assertThatThrownBy(() -> room.get(archive, new Which.Only()))
                .isInstanceOfAny(MalformedImage.class, NotThere.class)
                .hasMessageContaining(words);
    }

    /** As CVE-2025-58183: lists have limits, whatever an archive's size is. */
    @Test
    void aMillionLayersAreRefused() throws IOException {
        for (int count : new int[] {10_001, 1_000_000}) {
            String list = "[{\"Config\":\"c.json\",\"Layers\":[\"l\"" + ",\"l\"".repeat(count - 1) + "]}]";
            byte[] archive = new Tar()
                    .file("manifest.json", list)
                    .file(
                            "c.json",
                            "{\"os\":\"linux\",\"architecture\":\"amd64\","
                                    + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.of(LOW) + "\""
                                    + (",\"" + Digest.of(LOW) + "\"").repeat(count == 10_001 ? count - 1 : 0) + "]}}")
                    .file("l", LOW)
                    .end();
            assertThatThrownBy(() -> room.get(archive, new Which.Only())).isInstanceOf(MalformedImage.class);
        }
    }

    @Test
    void aMillionFilesAreRefused() throws IOException {
        Tar tar = new Tar();
        for (int i = 0; i < 66_000; i++) {
            tar.file("f" + i, "");
        }
        byte[] archive = tar.end();
        assertThatThrownBy(() -> room.get(archive, new Which.Only()))
                .isInstanceOf(MalformedImage.class)
                .hasMessageContaining("more than 65536 files");
    }

    @Test
    void aBombIsStopped() {
        byte[] zeros = SampleImage.gzip(SampleImage.gzip(new byte[68 << 20]));
        assertThatThrownBy(() -> {
                    try (var in = Inflation.open(
                            "bomb", Inflation.open("bomb", new ByteArrayInputStream(zeros), 1 << 30), 1 << 30)) {
                        in.transferTo(OutputStream.nullOutputStream());
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("this is a bomb");
        assertThatThrownBy(() -> {
                    try (var in =
                            Inflation.open("large", new ByteArrayInputStream(SampleImage.gzip(new byte[1001])), 1000)) {
                        in.transferTo(OutputStream.nullOutputStream());
                    }
                })
                .hasMessage("large: more than 1000 bytes come out of it, which are not unpacked");
    }
}
