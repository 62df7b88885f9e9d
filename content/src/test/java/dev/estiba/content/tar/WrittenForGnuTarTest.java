package dev.estiba.content.tar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.content.tar.Programs.Found;
import dev.estiba.content.tar.TarEntry.RegularFile;
import dev.estiba.content.tar.TarEntry.Segment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that the writer has written, read by GNU tar and by Python. */
@Tag("peer")
class WrittenForGnuTarTest {
    private final List<TarEntry> entries = new ArrayList<>();
    private final List<byte[]> contents = new ArrayList<>();

    private static TarMetadata named(String name) {
        return TarMetadata.of(RawTar.name(name), 0640)
                .withOwner(1000, 4294967294L)
                .withModified(Instant.ofEpochSecond(1_700_000_000, 123_456_789));
    }

    private void add(TarEntry entry, String content) {
        entries.add(entry);
        contents.add(RawTar.latin(content));
    }

    /** All that an ordinary user can unpack. */
    private byte[] archive() throws IOException {
        add(new TarEntry.Directory(TarMetadata.of(TarBytes.of("d/"), 01755)), "");
        add(new RegularFile(named("d/f"), 3), "abc");
        add(new TarEntry.HardLink(named("hard"), TarBytes.of("d/f")), "");
        add(new TarEntry.SymbolicLink(named("soft"), RawTar.name("t".repeat(150))), "");
        add(new TarEntry.Fifo(named("fifo")), "");
        for (int length : new int[] {99, 100, 101, 155, 156, 255}) {
            add(new RegularFile(named("n".repeat(length)), 1), "n");
        }
        add(new RegularFile(named("d/" + ("p".repeat(60) + "/").repeat(4) + "f"), 0), "");
        add(new RegularFile(named("\u00ff\u0001\n% "), 0), "");
        add(new RegularFile(named("before").withModified(Instant.ofEpochSecond(-2, 500_000_000)), 0), "");
        add(new RegularFile(named("after").withModified(Instant.ofEpochSecond(1L << 33)), 0), "");
        List<Segment> segments = List.of(new Segment(4096, 3), new Segment(100_000, 1), new Segment(150_000, 1));
        add(new RegularFile(named("d/sparse"), 200_000, Optional.of(segments)), "abcxy");
        add(new RegularFile(named("hole"), 100_000, Optional.of(List.of())), "");
        return TarWriterTest.write(entries, contents);
    }

    @Test
    void gnuTarUnpacksTheFilesThatWereWritten(@TempDir Path tree) throws Exception {
        byte[] archive = archive();
        Programs.run(
                tree,
                archive,
                "tar",
                "--no-same-owner",
                "--preserve-permissions",
                "--warning=no-timestamp",
                "--delay-directory-restore",
                "-xf",
                "-");
        Map<String, Found> found = Programs.find(tree);
        for (TarEntry entry : entries) {
            String name = "./" + new String(entry.name().toArray(), StandardCharsets.ISO_8859_1);
            Found file = found.get(entry instanceof TarEntry.Directory ? name.substring(0, name.length() - 1) : name);
            assertThat(file).as(name).isNotNull();
            boolean isLink = entry instanceof TarEntry.SymbolicLink;
            assertThat(file.mode())
                    .as(name)
                    .isEqualTo(isLink ? 0777 : entry.metadata().mode());
            Instant time = entry.metadata().modified();
            assertThat(file.time()).as(name).isEqualTo(time);
            if (entry instanceof RegularFile regular) {
                assertThat(file.size()).as(name).isEqualTo(regular.size());
            }
        }
        assertThat(found.get("./hard").inode()).isEqualTo(found.get("./d/f").inode());
        assertThat(found.get("./soft").target()).isEqualTo("t".repeat(150));
        assertThat(Files.readString(tree.resolve("d/f"))).isEqualTo("abc");
        byte[] sparse = Files.readAllBytes(tree.resolve("d/sparse"));
        assertThat(new String(sparse, 4096, 3, StandardCharsets.US_ASCII)).isEqualTo("abc");
        assertThat(sparse[100_000]).isEqualTo((byte) 'x');
        assertThat(sparse[150_000]).isEqualTo((byte) 'y');
        assertThat(Files.readAllBytes(tree.resolve("hole"))).containsOnly(0);
    }

    @Test
    void gnuTarListsWhatWasWritten(@TempDir Path tree) throws Exception {
        add(new TarEntry.CharacterDevice(named("null"), 1, 3), "");
        add(new TarEntry.BlockDevice(named("sda").withOwner(2097152, 0), 8, 1048575), "");
        add(new RegularFile(named("f").withModified(Instant.ofEpochSecond(-1)), 3), "abc");
        add(new TarEntry.HardLink(named("hard"), TarBytes.of("f")), "");
        byte[] archive = TarWriterTest.write(entries, contents);
        String list = new String(
                Programs.run(tree, archive, "tar", "--list", "--verbose", "--full-time", "--numeric-owner", "-f", "-"),
                StandardCharsets.ISO_8859_1);
        assertThat(list.replaceAll(" +", " ").lines())
                .containsExactly(
                        "crw-r----- 1000/4294967294 1,3 2023-11-14 22:13:20.123456789 null",
                        "brw-r----- 2097152/0 8,1048575 2023-11-14 22:13:20.123456789 sda",
                        "-rw-r----- 1000/4294967294 3 1969-12-31 23:59:59 f",
                        "hrw-r----- 1000/4294967294 0 2023-11-14 22:13:20.123456789 hard link to f");
    }

    /** Python says a name that is no UTF-8 with one surrogate for each of its bytes, which it takes apart again. */
    @Test
    void pythonReadsTheSame(@TempDir Path tree) throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(hasPython(), "needs python3");
        byte[] archive = archive();
        String script = """
            import sys, tarfile
            for m in tarfile.open(fileobj=sys.stdin.buffer, mode="r|", encoding="utf-8", errors="surrogateescape"):
                print(m.name.encode("utf-8", "surrogateescape").hex(), "%o" % m.mode, m.uid, m.gid, m.size, int(m.mtime // 1))
            """;
        List<String> lines = new String(Programs.run(tree, archive, "python3", "-c", script), StandardCharsets.US_ASCII)
                .lines()
                .toList();
        List<String> expected = new ArrayList<>();
        for (TarEntry entry : entries) {
            TarMetadata metadata = entry.metadata();
            String name = java.util.HexFormat.of().formatHex(metadata.name().toArray());
            expected.add((name.endsWith("2f") ? name.substring(0, name.length() - 2) : name) + " "
                    + Integer.toOctalString(metadata.mode()) + " " + metadata.uid() + " " + metadata.gid() + " "
                    + (entry instanceof RegularFile file ? file.size() : 0) + " "
                    + metadata.modified().getEpochSecond());
        }
        assertThat(lines).isEqualTo(expected);
    }

    private static boolean hasPython() {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }
}
