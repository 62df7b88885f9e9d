package dev.estiba.content.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ExtendedAttributes;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.RemoveTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers that were made to harm the host: each kind of attack that has worked somewhere, by its number. */
@Tag("kernel")
@Timeout(1800)
class HostileLayerTest {
    private static final boolean LONG = Boolean.getBoolean("estiba.long");

    @TempDir
    Path directory;

    private Path ours;
    private Path outside;
    private Path secret;

    @BeforeEach
    void layout() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root");
        ours = Files.createDirectory(directory.resolve("ours"));
        outside = Files.createDirectory(directory.resolve("outside"));
        secret = Files.writeString(outside.resolve("secret"), "secret");
        Files.setLastModifiedTime(secret, FileTime.fromMillis(5000));
        Files.setLastModifiedTime(outside, FileTime.fromMillis(5000));
    }

    /** Whatever the test has unpacked, nothing of the host has changed; and JUnit meets no link out of its directory. */
    @AfterEach
    void unharmed() throws IOException {
        if (secret == null) {
            return;
        }
        assertThat(secret).hasContent("secret");
        for (Path each : List.of(secret, outside)) {
            assertThat(Files.getLastModifiedTime(each)).isEqualTo(FileTime.fromMillis(5000));
            assertThat(Files.getAttribute(each, "unix:uid")).isEqualTo(0);
        }
        assertThat(Files.getAttribute(secret, "unix:mode")).isEqualTo(0100644);
        assertThat(Files.getAttribute(outside, "unix:mode")).isEqualTo(040755);
        assertThat(Files.getAttribute(secret, "unix:nlink")).isEqualTo(1);
        try (Stream<Path> all = Files.list(directory)) {
            assertThat(all.map(Path::getFileName).map(Path::toString)).containsExactlyInAnyOrder("ours", "outside");
        }
        empty();
    }

    private void empty() throws IOException {
        try (Fd parent = Open.absolute(directory.toString(), Open.How.directory())) {
            RemoveTree.remove(parent, "ours");
        }
        Files.createDirectory(ours);
    }

    private Unpacked unpack(Layer layer) throws IOException {
        return Trees.unpack(layer.bytes(), ours);
    }

    private void refused(Layer layer, String message) {
        byte[] archive = layer.bytes();
        assertThatThrownBy(() -> Trees.unpack(archive, ours))
                .isInstanceOf(UnpackException.class)
                .hasMessageContaining(message);
    }

    /** Docker's CVE-2014-9358 and every archiver's "zip slip". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside/x",
                "/../outside/x",
                "a/../../outside/x",
                "..",
                "a/..",
                "./..//outside/secret",
                ".wh.a/../.."
            })
    void pathTraversal(String name) {
        refused(new Layer().file(name, "overwritten"), "the part \"..\" of a name in a layer is refused");
        refused(new Layer().file("f", "").hardLink("g", name), "the part \"..\" of a name in a layer is refused");
    }

    @Test
    void absoluteNamesAreTheLayers() throws Exception {
        unpack(new Layer().file(secret.toString(), "inside").file("///etc//./shadow/.", "inside too"));
        assertThat(ours.resolve(Path.of("/").relativize(secret))).hasContent("inside");
        assertThat(ours.resolve("etc/shadow")).hasContent("inside too");
    }

    /** Docker's CVE-2014-6407 and CVE-2015-3627: a link, and then an entry through it or over it. */
    @Test
    void symlinkThenWrite() throws Exception {
        String out = outside.toString();
        refused(
                new Layer().link("l", out).file("l/secret", "overwritten"),
                "symbolic link to no directory of the layer");
        refused(
                new Layer().link("l", "../outside").file("l/secret", "overwritten"),
                "symbolic link to no directory of the layer");
        refused(new Layer().link("m", out + "/secret").file("m/x", ""), "symbolic link to no directory of the layer");
        unpack(new Layer().link("n", out + "/secret").file("n", "a file of its own"));
        assertThat(ours.resolve("n")).hasContent("a file of its own");
        unpack(new Layer().link("o", out).directory("o", 0777).file("o/secret", "inside"));
        assertThat(ours.resolve("o/secret")).hasContent("inside");
        unpack(new Layer().link("q", out).fifo("q").link("r", out).device("r", 1, 3));
    }

    /** The same with a link that changes while its directory is held open. */
    @Test
    void aDirectoryThatBecomesALinkIsLookedUpAgain() throws Exception {
        refused(
                new Layer()
                        .directory("d", 0755)
                        .file("d/one", "1")
                        .link("d", outside.toString())
                        .file("d/secret", "overwritten"),
                "symbolic link to no directory of the layer");
        unpack(new Layer()
                .directory("e", 0755)
                .file("e/one", "1")
                .directory("f", 0755)
                .link("e", "f")
                .file("e/two", "2"));
        assertThat(ours.resolve("f/two")).hasContent("2");
        assertThat(ours.resolve("f/one")).doesNotExist();
    }

    /** CVE-2014-6407 too: a further name for a file of the host, to be written later. */
    @Test
    void hardLinkToTheHost() {
        String missing = "which the layer does not have";
        refused(new Layer().hardLink("h", secret.toString()).file("h", "overwritten"), missing);
        refused(new Layer().link("l", outside.toString()).hardLink("h", "l/secret"), missing);
        refused(new Layer().link("l", "../outside").hardLink("h", "l/secret"), missing);
    }

    /** containerd's CVE-2021-32760: a hard link's mode, set through the symbolic link that it is a name of. */
    @Test
    void aModeThroughALinkChangesNothing() throws Exception {
        unpack(new Layer()
                .link("l", secret.toString())
                .add(new TarEntry.HardLink(Layer.metadata("h", 07777).withOwner(1, 1), Layer.name("l")), new byte[0]));
        assertThat(Files.isSymbolicLink(ours.resolve("h"))).isTrue();
    }

    /** A link over a whiteout's directory, and a whiteout through a link (Docker's CVE-2014-9356 is of that kind). */
    @Test
    void whiteoutsStayInTheLayer() {
        refused(
                new Layer().link("l", outside.toString()).file("l/.wh.secret", ""),
                "symbolic link to no directory of the layer");
        refused(
                new Layer().link("l", outside.toString()).file("l/.wh..wh..opq", ""),
                "symbolic link to no directory of the layer");
    }

    @Test
    void chainsOfLinksAreCounted() {
        Layer layer = new Layer().directory("l0", 0755);
        for (int i = 1; i <= 41; i++) {
            layer.link("l" + i, "l" + (i - 1));
        }
        refused(layer.file("l41/f", ""), "Too many levels of symbolic links");
        refused(new Layer().link("a", "b").link("b", "a").file("a/f", ""), "Too many levels of symbolic links");
    }

    /** Linux' CVE-2021-3493 and CVE-2023-0386 begin with attributes or files that overlayfs trusts; so do escapes from its lower layers. */
    @Test
    void attributesThatTheHostTrustsAreLeftOut() throws Exception {
        Layer layer = new Layer();
        List<String> refused = List.of(
                "trusted.overlay.redirect",
                "trusted.overlay.opaque",
                "trusted.overlay.metacopy",
                "trusted.other",
                "user.overlay.redirect",
                "user.overlay.whiteout",
                "security.selinux",
                "security.ima",
                "security.evm",
                "system.posix_acl_access",
                "system.posix_acl_default",
                "security.capability\u0001",
                "USER.x",
                "user.",
                "x");
        for (String attribute : refused) {
            layer.attribute("f" + refused.indexOf(attribute), attribute, "/etc".getBytes(StandardCharsets.US_ASCII));
        }
        byte[] capability = HexFormat.of().parseHex("0100000200200000000000000000000000000000");
        Unpacked unpacked = unpack(layer.attribute("cap", "security.capability", capability)
                .attribute("note", "user.note", new byte[] {0, -1}));
        assertThat(unpacked.omitted()).hasSize(refused.size());
        assertThat(unpacked.omitted().getFirst())
                .isEqualTo("\"f0\": its attribute \"trusted.overlay.redirect\" is none that an image may give it");
        for (int i = 0; i < refused.size(); i++) {
            assertThat(attributes("f" + i)).as(refused.get(i)).isEmpty();
        }
        assertThat(attributes("cap")).containsExactly("security.capability");
        assertThat(attributes("note")).containsExactly("user.note");
    }

    private List<String> attributes(String name) throws IOException {
        try (CallMemory memory = new CallMemory();
                Fd file = Open.absolute(ours.resolve(name).toString(), Open.How.reading())) {
            return ExtendedAttributes.list(memory, file).stream()
                    .map(each -> new String(each, StandardCharsets.US_ASCII))
                    .filter(each -> !each.equals("security.selinux"))
                    .toList();
        }
    }

    /** An attribute larger than the file system keeps is an error, and never a file without it. */
    @Test
    void anAttributeThatDoesNotFitIsAnError() {
        byte[] archive =
                new Layer().attribute("f", "user.large", new byte[1 << 16]).bytes();
        try {
            Trees.unpack(archive, ours);
        } catch (IOException e) {
            assertThat(e)
                    .isInstanceOf(UnpackException.class)
                    .hasMessageStartingWith("entry \"f\": fsetxattr user.large");
        }
    }

    @Test
    void devicesThatLinuxHasNoneOf() {
        refused(new Layer().device("d", 4096, 0), "Invalid argument");
        refused(new Layer().device("d", 0, 1 << 20), "Invalid argument");
        refused(new Layer().device("d", Integer.MAX_VALUE, Integer.MAX_VALUE), "Invalid argument");
    }

    /** CVE-2017-14992: a few bytes that become as many as the disk has. */
    @Test
    void gzipBombsStopAtTheRatio() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream zstd = Compression.ZSTD.pack(packed, 19)) {
            zstd.write(header(1L << 40));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 200; i++) {
                zstd.write(zeros);
            }
        }
        assertThatThrownBy(() -> Trees.unpack(packed.toByteArray(), ours))
                .isInstanceOf(UnpackException.class)
                .hasMessageStartingWith("the layer makes more than 1000 bytes of each that it has: ");
        assertThat(Files.size(ours.resolve("bomb"))).isLessThan(UnpackLimits.RATIO_FROM + (8 << 20));
    }

    /** The header of a file of that size. */
    private static byte[] header(long size) {
        byte[] entry = new Layer()
                .add(new TarEntry.RegularFile(Layer.metadata("bomb", 0644), 0), new byte[0])
                .bytes();
        // Its time has nanoseconds, so a PAX header of two blocks comes first.
        byte[] header = java.util.Arrays.copyOf(entry, 1536);
        String text = String.format(java.util.Locale.ROOT, "%011o", Math.min(size, (1L << 33) - 1));
        System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, header, 1024 + 124, 11);
        int sum = 8 * ' ';
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? 0 : header[1024 + i] & 0xff;
        }
        byte[] checksum = String.format(java.util.Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(checksum, 0, header, 1024 + 148, 8);
        return header;
    }

    @Test
    void limitsAreKept() throws Exception {
        byte[] archive = new Layer()
                .file("a", "x".repeat(100_000))
                .file("b", "")
                .file("c", "")
                .bytes();
        limited(
                archive,
                new UnpackLimits(100_000, 100, 1000, Duration.ofHours(1)),
                "the layer has more than 100000 bytes");
        limited(archive, new UnpackLimits(1 << 20, 2, 1000, Duration.ofHours(1)), "the layer has more than 2 entries");
        limited(
                archive,
                new UnpackLimits(1 << 20, 3, 1000, Duration.ofNanos(1)),
                "the layer takes longer than 0 seconds");
    }

    private void limited(byte[] archive, UnpackLimits limits, String message) throws IOException {
        try (Fd target = Open.absolute(ours.toString(), Open.How.directory())) {
            Unpacker unpacker = new Unpacker(Rights.ROOT, limits);
            assertThatThrownBy(() ->
                            unpacker.unpack(new ByteArrayInputStream(archive), Compression.NONE, target, count -> {}))
                    .isInstanceOf(UnpackException.class)
                    .hasMessage(message);
        }
    }

    /** CVE-2017-14992 for readers that write the zeros: a hole of a terabyte stays one. */
    @Test
    void sparseBombsTakeNoSpace() throws Exception {
        TarEntry sparse = new TarEntry.RegularFile(
                Layer.metadata("s", 0644), 1L << 40, Optional.of(List.of(new TarEntry.Segment((1L << 40) - 1, 1))));
        unpack(new Layer().add(sparse, new byte[] {'x'}));
        assertThat(Files.size(ours.resolve("s"))).isEqualTo(1L << 40);
        byte[] blocks = Trees.bash(ours, "stat -c %b s");
        assertThat(Long.parseLong(new String(blocks, StandardCharsets.US_ASCII).strip()))
                .isLessThan(1000);
    }

    /** GHSA-rp3h: time that grows with the square of the entries would not end within the test's limit. */
    @Test
    void whiteoutsLinksAndReplacementsTakeLinearTime() throws Exception {
        int count = LONG ? 100_000 : 1000;
        Layer whiteouts = new Layer();
        Layer links = new Layer().file("f0", "x");
        Layer replaced = new Layer();
        for (int i = 1; i <= count; i++) {
            whiteouts.file("d/.wh.f" + i, "");
            links.hardLink(i % 60_000 + "/f" + i, "f0");
            if (i <= 20_000) {
                replaced.directory("d", 0755).file("d/f", "").file("d", "");
            }
            if (i % 60_000 == 0) {
                links.file("f0", "again");
            }
        }
        assertThat(unpack(whiteouts).entries()).isEqualTo(count);
        empty();
        assertThat(unpack(links).entries()).isGreaterThan(count);
        empty();
        assertThat(unpack(replaced).entries()).isEqualTo(3L * Math.min(count, 20_000));
    }

    /** A path as long as Linux takes one, with as many directories as fit, again and again. */
    @Test
    void deepTreesTakeLinearTime() throws Exception {
        int depth = LONG ? 2000 : 300;
        String deep = "d/".repeat(depth);
        Layer layer = new Layer();
        for (int i = 0; i < (LONG ? 2000 : 50); i++) {
            layer.file(deep + "f" + i, "").file("top" + i, "");
        }
        Unpacked unpacked = unpack(layer);
        assertThat(unpacked.implied()).hasSize(Math.min(depth, Unpacked.MOST_TOLD));
        Layer several = new Layer();
        for (int i = 0; i < (LONG ? 200 : 3); i++) {
            several.file("e" + i + "/" + deep + "f", "");
        }
        unpack(several);
    }

    /** Entries of all kinds with names that meet, links that lead out, and archives with flipped bytes. */
    @Test
    void randomLayersChangeNothingOutside() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int unpacked = 0;
        for (int round = 0; round < (LONG ? 10_000 : 300); round++) {
            byte[] archive = random(random);
            try {
                Trees.unpack(new ByteArrayInputStream(archive), Compression.NONE, ours);
                unpacked++;
            } catch (IOException e) {
                assertThat(e.getMessage()).as("seed %d, round %d", seed, round).isNotBlank();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
            try (Stream<Path> all = Files.list(outside)) {
                assertThat(all).as("seed %d, round %d", seed, round).containsExactly(secret);
            }
            assertThat(secret).as("seed %d, round %d", seed, round).hasContent("secret");
            if (round % 10 == 0) {
                unharmed();
            }
        }
        assertThat(unpacked).as("seed %d", seed).isPositive();
    }

    private byte[] random(SplittableRandom random) {
        Layer layer = new Layer();
        for (int i = random.nextInt(1, 30); i > 0; i--) {
            String name = name(random);
            switch (random.nextInt(9)) {
                case 0, 1 -> layer.directory(name, random.nextInt(010000));
                case 2 -> layer.link(name, target(random));
                case 3 -> layer.hardLink(name, random.nextBoolean() ? name(random) : target(random));
                case 4 -> layer.file(parent(name) + ".wh." + (random.nextInt(4) == 0 ? ".wh..opq" : "a"), "");
                case 5 -> layer.fifo(name);
                case 6 -> layer.device(name, random.nextInt(300), random.nextInt(300));
                default ->
                    layer.file(
                            new TarMetadata(
                                    Layer.name(name),
                                    random.nextInt(010000),
                                    random.nextInt(3),
                                    random.nextInt(3),
                                    TarBytes.EMPTY,
                                    TarBytes.EMPTY,
                                    Layer.TIME,
                                    Optional.empty(),
                                    new java.util.LinkedHashMap<>(
                                            random.nextInt(5) == 0
                                                    ? Map.of(Layer.name("user.overlay.x"), TarBytes.of("y"))
                                                    : Map.of())),
                            "x".repeat(random.nextInt(3) * 700));
            }
        }
        byte[] archive = layer.bytes();
        for (int i = random.nextInt(6) == 0 ? random.nextInt(1, 4) : 0; i > 0; i--) {
            archive[random.nextInt(archive.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return archive;
    }

    /** Few names, so that they meet. */
    private static String name(SplittableRandom random) {
        StringBuilder name = new StringBuilder(random.nextInt(8) == 0 ? "/" : "");
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            name.append(
                    random.nextInt(60) == 0
                            ? ".."
                            : random.nextInt(20) == 0 ? "\u00ff" : "abc".charAt(random.nextInt(3)));
            name.append(i > 1 ? "/" : "");
        }
        return name.toString();
    }

    private static String parent(String name) {
        return name.substring(0, name.lastIndexOf('/') + 1);
    }

    private String target(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> outside.toString();
            case 1 -> "../".repeat(random.nextInt(1, 9)) + "outside";
            case 2 -> "../".repeat(random.nextInt(1, 9)) + outside;
            case 3 -> "/proc/self/root" + outside;
            default -> (random.nextBoolean() ? "../" : "/") + name(random);
        };
    }

    /** An endless stream of nothing: empty members, which make no byte. */
    @Test
    void aStreamThatMakesNoBytesStillEnds() throws Exception {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        Compression.GZIP.pack(member, 1).close();
        InputStream in = new ByteArrayInputStream(HexFormat.of()
                .parseHex(HexFormat.of().formatHex(member.toByteArray()).repeat(50_000)));
        Unpacked unpacked = Trees.unpack(in, Compression.GZIP, ours);
        assertThat(unpacked.size()).isZero();
    }
}
