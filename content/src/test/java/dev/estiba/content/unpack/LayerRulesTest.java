package dev.estiba.content.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.compression.Compression;
import dev.estiba.linux.DetachedMount;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.number.Errno;
import dev.estiba.oci.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What entries mean together: whiteouts, replacements, links, and what an overlay shows of it. */
@Tag("kernel")
@Timeout(300)
class LayerRulesTest {
    @TempDir
    Path directory;

    private Path ours;

    @BeforeEach
    void layout() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root");
        ours = Files.createDirectory(directory.resolve("ours"));
    }

    private Unpacked unpack(Layer layer) throws IOException {
        return Trees.unpack(layer.bytes(), ours);
    }

    private void refused(Layer layer, String message) {
        byte[] archive = layer.bytes();
        assertThatThrownBy(() -> Trees.unpack(archive, ours))
                .isInstanceOf(UnpackException.class)
                .hasMessage(message);
    }

    /** The names that an overlay of our layer over that one shows beneath its root. */
    private List<String> overlaid(Layer lower) throws IOException {
        Path below = Files.createDirectory(directory.resolve("below"));
        Trees.unpack(lower.bytes(), below);
        String upper = Files.createDirectory(directory.resolve("upper")).toString();
        String work = Files.createDirectory(directory.resolve("work")).toString();
        try (Fd mount = DetachedMount.overlay(List.of(ours.toString(), below.toString()), upper, work, true)) {
            Path root = Path.of(mount.procPath() + "/.");
            try (Stream<Path> all = Files.walk(root)) {
                return all.map(root::relativize)
                        .map(Path::toString)
                        .filter(name -> !name.isEmpty())
                        .sorted()
                        .toList();
            }
        } catch (ErrnoException e) {
            assumeTrue(!e.is(Errno.ENODEV), "this kernel has no overlay");
            throw e;
        }
    }

    private static Layer lower() {
        return new Layer()
                .directory("a", 0755)
                .file("a/one", "1")
                .file("a/two", "2")
                .directory("b", 0755)
                .file("b/three", "3")
                .file("c", "c");
    }

    @Test
    void whiteoutsHideWhatIsBelow() throws Exception {
        unpack(new Layer().file("a/.wh.one", "").file(".wh.b", "").directory("./.wh.c/", 0755));
        assertThat(overlaid(lower())).containsExactly("a", "a/two");
    }

    @Test
    void opaqueDirectoriesHideAllThatIsBelow() throws Exception {
        Unpacked unpacked = unpack(new Layer().file("a/new", "").file("a/.wh..wh..opq", ""));
        assertThat(overlaid(lower())).containsExactly("a", "a/new", "b", "b/three", "c");
        assertThat(unpacked.hidesAll()).isFalse();
    }

    @Test
    void anOpaqueRootIsTold() throws Exception {
        assertThat(unpack(new Layer().file(".wh..wh..opq", "")).hidesAll()).isTrue();
    }

    /** image-spec, layer.md: a whiteout hides what is in lower layers only, wherever it is in the archive. */
    @Test
    void aWhiteoutSparesItsOwnLayer() throws Exception {
        unpack(new Layer()
                .directory("a", 0755)
                .file("a/new", "")
                .file(".wh.a", "")
                .file(".wh.b", "")
                .directory("b", 0700)
                .file("b/new", "")
                .file("c", "new")
                .file(".wh.c", ""));
        assertThat(overlaid(lower())).containsExactly("a", "a/new", "b", "b/new", "c");
        assertThat(ours.resolve("c")).hasContent("new");
        assertThat(mode("b")).isEqualTo("rwx------");
    }

    @Test
    void aDirectoryThatNoEntryDescribesTakesAWhiteoutsPlace() throws Exception {
        Unpacked unpacked = unpack(new Layer().file(".wh.b", "").file("b/new", ""));
        assertThat(overlaid(lower())).contains("b/new").doesNotContain("b/three");
        assertThat(unpacked.implied()).containsExactly(Layer.name("b"));
    }

    @Test
    void whiteoutsOfNothingAreRefused() {
        refused(new Layer().file("a/.wh.", ""), "entry \"a/.wh.\": it says that nothing, \".\" or \"..\" was removed");
        refused(new Layer().file(".wh..", ""), "entry \".wh..\": it says that nothing, \".\" or \"..\" was removed");
        refused(new Layer().file(".wh...", ""), "entry \".wh...\": it says that nothing, \".\" or \"..\" was removed");
        refused(
                new Layer().file(".wh.a/b", ""),
                "entry \".wh.a/b\": it is in a directory whose name says that it was removed");
    }

    @Test
    void whatIsAufssOwnIsPassedOver() throws Exception {
        Unpacked unpacked = unpack(new Layer()
                .directory(".wh..wh.plnk", 0700)
                .file(".wh..wh.plnk/12.34", "x")
                .file("a/.wh..wh.aufs", ""));
        assertThat(ours).isEmptyDirectory();
        assertThat(unpacked.entries()).isEqualTo(3);
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(ours.resolve(name), LinkOption.NOFOLLOW_LINKS));
    }

    private FileTime time(String name) throws IOException {
        return Files.getLastModifiedTime(ours.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    @Test
    void aLaterEntryTakesAnEarlierOnesPlace() throws Exception {
        unpack(new Layer()
                .file("x", "file")
                .directory("x", 0711)
                .file("x/in", "in")
                .file("x/\u00ff", "no text")
                .link("y", "x")
                .directory("y", 0700)
                .file("y/in", "y")
                .directory("z", 0755)
                .directory("z/deep", 0755)
                .file("z/deep/f", "")
                .file("z", "a file now")
                .fifo("p")
                .link("p", "nowhere")
                .file("w", "first")
                .file("w", "second"));
        assertThat(mode("x")).isEqualTo("rwx--x--x");
        assertThat(ours.resolve("x/in")).hasContent("in");
        assertThat(ours.resolve("y")).isDirectory();
        assertThat(Files.isSymbolicLink(ours.resolve("y"))).isFalse();
        assertThat(ours.resolve("z")).hasContent("a file now");
        assertThat(Files.readSymbolicLink(ours.resolve("p"))).hasToString("nowhere");
        assertThat(ours.resolve("w")).hasContent("second");
        // Nothing went through the link that was there first.
        assertThat(ours.resolve("x")).isDirectoryNotContaining("glob:**/y");
        Trees.bash(ours, "rm -r x");
    }

    @Test
    void aDirectoryOverADirectoryChangesItsMetadata() throws Exception {
        unpack(new Layer()
                .directory("d", 0755)
                .file("d/f", "x")
                .add(
                        new dev.estiba.content.tar.TarEntry.Directory(
                                Layer.metadata("d", 02750).withOwner(3, 4)),
                        new byte[0])
                .file("d/g", "y"));
        assertThat(mode("d")).isEqualTo("rwxr-x---");
        assertThat(Files.getAttribute(ours.resolve("d"), "unix:mode")).isEqualTo(042750);
        assertThat(Files.getAttribute(ours.resolve("d"), "unix:uid")).isEqualTo(3);
        assertThat(Files.getAttribute(ours.resolve("d/g"), "unix:gid")).isEqualTo(0);
        assertThat(time("d").toInstant()).isEqualTo(Layer.TIME);
        assertThat(ours.resolve("d/f")).exists();
    }

    /** The directory's times are set when more directories than stay open have come between. */
    @Test
    void directoriesKeepTheirTimesHoweverManyThereAre() throws Exception {
        Layer layer = new Layer();
        for (int i = 0; i < 200; i++) {
            layer.directory("d" + i, 0755);
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 200; i++) {
                layer.file("d" + i + "/f" + round, "x");
            }
        }
        unpack(layer);
        for (int i = 0; i < 200; i++) {
            assertThat(time("d" + i).toInstant()).isEqualTo(Layer.TIME);
        }
    }

    @Test
    void aLinkInANameLeadsWhereItWouldInTheLayer() throws Exception {
        unpack(new Layer()
                .directory("usr", 0755)
                .directory("usr/lib", 0755)
                .link("lib", "usr/lib")
                .link("abs", "/usr")
                .link("up", "../../../usr/lib")
                .file("lib/one", "1")
                .file("usr/lib/two", "2")
                .file("abs/lib/three", "3")
                .file("up/four", "4")
                .hardLink("five", "lib/one")
                .hardLink("abs/six", "/usr/lib/two")
                .directory("lib/sub", 0755)
                .file("lib/sub/f", "f"));
        try (Stream<Path> names = Files.list(ours.resolve("usr/lib"))) {
            assertThat(new TreeSet<>(
                            names.map(each -> each.getFileName().toString()).toList()))
                    .containsExactly("four", "one", "sub", "three", "two");
        }
        assertThat(ours.resolve("five")).hasContent("1");
        assertThat(ours.resolve("usr/six")).hasContent("2");
        assertThat(Files.isSymbolicLink(ours.resolve("lib"))).isTrue();
        for (String name : List.of("usr", "usr/lib", "usr/lib/sub")) {
            assertThat(time(name).toInstant()).as(name).isEqualTo(Layer.TIME);
        }
    }

    @Test
    void whatIsNoDirectoryHasNoEntries() {
        refused(new Layer().file("f", "").file("f/g", ""), "entry \"f\": it is no directory, and an entry is in it");
        refused(
                new Layer().link("l", "nowhere").file("l/g", ""),
                "entry \"l\": it is a symbolic link to no directory of the layer, and an entry is in it");
    }

    @Test
    void hardLinks() throws Exception {
        unpack(new Layer()
                .file("f", "x")
                .hardLink("g", "f")
                .hardLink("f", "./f")
                .file("h", "other")
                .hardLink("h", "g")
                .link("l", "f")
                .hardLink("m", "l"));
        assertThat(Files.getAttribute(ours.resolve("f"), "unix:nlink")).isEqualTo(3);
        assertThat(ours.resolve("h")).hasContent("x");
        assertThat(Files.isSymbolicLink(ours.resolve("m"))).isTrue();
        String missing = "which the layer does not have";
        refused(new Layer().hardLink("a", "later").file("later", ""), "entry \"a\": it links to \"later\", " + missing);
        refused(new Layer().hardLink("b", "no/such"), "entry \"b\": it links to \"no/such\", " + missing);
        refused(new Layer().hardLink("b", "/"), "entry \"b\": it links to \"/\", " + missing);
    }

    @Test
    void theRootHasItsEntry() throws Exception {
        unpack(new Layer().directory("./", 01777).file("f", ""));
        assertThat(Files.getAttribute(ours, "unix:mode")).isEqualTo(041777);
        assertThat(Files.getLastModifiedTime(ours).toInstant()).isEqualTo(Layer.TIME);
        refused(new Layer().file("/", ""), "entry \"/\": the root of a layer is a directory");
        refused(new Layer().link(".", "x"), "entry \".\": the root of a layer is a directory");
    }

    @Test
    void directoriesThatNoEntryDescribesAreTold() throws Exception {
        Unpacked unpacked =
                unpack(new Layer().file("a/b/c/f", "").directory("a/b", 0700).file("d/e", ""));
        assertThat(unpacked.implied()).containsExactly(Layer.name("a"), Layer.name("a/b/c"), Layer.name("d"));
        assertThat(mode("a")).isEqualTo("rwxr-xr-x");
        assertThat(mode("a/b")).isEqualTo("rwx------");
    }

    @Test
    void theDigestIsOfAllBytes() throws Exception {
        byte[] archive = Arrays.copyOf(new Layer().file("f", "x").bytes(), 20_000);
        archive[15_000] = 'x';
        Unpacked plain = Trees.unpack(archive, ours);
        assertThat(plain.diffId()).isEqualTo(Digest.of(archive));
        assertThat(plain.size()).isEqualTo(20_000);
        assertThat(plain.fileBytes()).isEqualTo(1);
        for (Compression compression : List.of(Compression.GZIP, Compression.ZSTD)) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            for (int from : new int[] {0, 1000}) {
                try (OutputStream out = compression.pack(packed, 3)) {
                    out.write(archive, from, from == 0 ? 1000 : 19_000);
                }
            }
            Path target = Files.createDirectory(directory.resolve(compression.name()));
            Unpacked unpacked = Trees.unpack(packed.toByteArray(), target);
            assertThat(unpacked.diffId()).isEqualTo(plain.diffId());
            assertThat(unpacked.packedSize()).isEqualTo(packed.size());
        }
    }

    @Test
    void nothingIsALayerToo() throws Exception {
        assertThat(unpack(new Layer()).entries()).isZero();
        assertThat(Trees.unpack(new byte[0], ours).entries()).isZero();
    }

    /** The stream's own error, and both threads have ended. */
    @Test
    void aStreamThatFailsEndsTheUnpacking() throws Exception {
        byte[] archive = new Layer().file("f", "x".repeat(3_000_000)).bytes();
        IOException mine = new IOException("the registry has hung up");
        InputStream failing = new InputStream() {
            private int at;

            @Override
            public int read() throws IOException {
                if (at == 2_000_000) {
                    throw mine;
                }
                return archive[at++] & 0xff;
            }
        };
        assertThatThrownBy(() -> Trees.unpack(failing, Compression.NONE, ours)).isSameAs(mine);
        InputStream broken = new InputStream() {
            @Override
            public int read() {
                throw new IllegalStateException("a mistake");
            }
        };
        assertThatThrownBy(() -> Trees.unpack(broken, Compression.NONE, ours))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anInterruptedCallerIsTold() {
        byte[] archive = new Layer().file("f", "x".repeat(5_000_000)).bytes();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Trees.unpack(archive, ours)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    /** Six at a time, some of which fail. */
    @Test
    void nothingIsLeft() throws Exception {
        byte[] good = new Layer()
                .directory("d", 0755)
                .file("d/f", "x".repeat(100_000))
                .bytes();
        byte[] bad = new Layer().directory("d", 0755).file("d/../f", "").bytes();
        Trees.unpack(good, Files.createDirectory(directory.resolve("first")));
        try (var threads = java.util.concurrent.Executors.newFixedThreadPool(6)) {
            for (int i = 0; i < 60; i++) {
                Path target = Files.createDirectory(directory.resolve("t" + i));
                byte[] archive = i % 3 == 0 ? bad : good;
                threads.submit(() -> Trees.unpack(archive, target));
            }
        }
        for (int i = 0; i < 60; i++) {
            assertThat(Files.exists(directory.resolve("t" + i + "/d/f"))).isEqualTo(i % 3 != 0);
        }
        // Other tests mount and open things at the same time: these are ours alone.
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(directory.toString());
        Object inode = Files.getAttribute(directory.resolve("t1"), "unix:ino");
        Object failed = Files.getAttribute(directory.resolve("t3"), "unix:ino");
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(descriptors.map(LayerRulesTest::inode)).doesNotContain(inode, failed);
        }
    }

    private static Object inode(Path descriptor) {
        try {
            return Files.getAttribute(descriptor, "unix:ino");
        } catch (IOException e) {
            return 0; // closed since it was listed
        }
    }

    @Test
    void progressIsOfPackedBytes() throws Exception {
        byte[] archive = new Layer().file("f", "x".repeat(1_000_000)).bytes();
        long[] last = new long[1];
        try (Fd target = dev.estiba.linux.Open.absolute(ours.toString(), dev.estiba.linux.Open.How.directory())) {
            Unpacker.ofThisProcess()
                    .unpack(new ByteArrayInputStream(archive), Compression.NONE, target, count -> last[0] = count);
        }
        assertThat(last[0]).isEqualTo(archive.length);
    }
}
