package dev.estiba.content.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.pack.TreePacker;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.content.tar.TarWriter;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that a container has made, unpacked by its caller: nothing gets out of the directory. */
class ExtractorTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarWriter archive = new TarWriter(bytes);
    private Path into;
    private Path outside;

    @BeforeEach
    void layout() throws IOException {
        into = Files.createDirectories(directory.resolve("into"));
        outside = Files.createDirectories(directory.resolve("outside"));
        Files.writeString(outside.resolve("file"), "mine");
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwx------"));
    }

    private static TarMetadata metadata(String name, int mode) {
        return TarMetadata.of(TarBytes.of(name), mode);
    }

    private void file(String name, String content) throws IOException {
        byte[] own = content.getBytes(StandardCharsets.UTF_8);
        archive.write(new TarEntry.RegularFile(metadata(name, 0644), own.length), new ByteArrayInputStream(own));
    }

    private void link(String name, String target) throws IOException {
        archive.write(new TarEntry.SymbolicLink(metadata(name, 0777), TarBytes.of(target)));
    }

    private void unpack(UnaryOperator<TarBytes> rename) throws IOException {
        archive.close();
        ExtractOptions options =
                new ExtractOptions(TarBytes.EMPTY, UnaryOperator.identity(), rename, false, true, false);
        try (Fd root = Open.absolute(into.toString(), Open.How.directory())) {
            new Extractor(UnpackLimits.DEFAULT).intoOwn(new ByteArrayInputStream(bytes.toByteArray()), root, options);
        }
    }

    private void refuses() throws IOException {
        assertThatThrownBy(() -> unpack(UnaryOperator.identity())).isInstanceOf(UnpackException.class);
        assertThat(outside.resolve("file")).hasContent("mine");
        assertThat(outside.resolve("new")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(outside)))
                .isEqualTo("rwx------");
    }

    @Test
    void cve_2026_17106_aLinkOfTheArchiveLeadsNowhere() throws IOException {
        link("l", outside.toString());
        file("l/new", "x");
        refuses();
    }

    @Test
    void cve_2026_17106_aLinkUpwardsLeadsNowhere() throws IOException {
        link("l", "../outside");
        file("l/new", "x");
        refuses();
    }

    @Test
    void cve_2026_17106_aLinkThatWasThereBeforeLeadsNowhere() throws IOException {
        Files.createSymbolicLink(into.resolve("l"), outside);
        file("l/file", "x");
        refuses();
    }

    /** The directory that is a link is replaced by none, since that would be another kind of file. */
    @Test
    void cve_2021_41089_noModeOfTheHostsIsChanged() throws IOException {
        Files.createSymbolicLink(into.resolve("l"), outside);
        archive.write(new TarEntry.Directory(metadata("l", 0777)));
        refuses();
    }

    @Test
    void aHardLinkOutwardsIsRefused() throws IOException {
        link("l", "../outside");
        archive.write(new TarEntry.HardLink(metadata("h", 0644), TarBytes.of("l/file")));
        refuses();
    }

    @Test
    void aNameUpwardsIsRefused() throws IOException {
        file("../outside/new", "x");
        refuses();
    }

    @Test
    void whatIsHonestIsUnpackedUnderItsNewName() throws IOException {
        archive.write(new TarEntry.Directory(metadata("d/", 0700)));
        file("d/f", "content");
        link("d/inside", "f");
        link("d/absolute", "/etc/passwd");
        archive.write(new TarEntry.HardLink(metadata("d/h", 0644), TarBytes.of("d/f")));
        unpack(ExtractOptions.renaming(TarBytes.of("d"), TarBytes.of("other")));
        assertThat(into.resolve("other/f")).hasContent("content");
        assertThat(into.resolve("other/h")).hasContent("content");
        assertThat(Files.getAttribute(into.resolve("other/f"), "unix:nlink")).isEqualTo(2);
        assertThat(Files.readSymbolicLink(into.resolve("other/absolute"))).isEqualTo(Path.of("/etc/passwd"));
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(into.resolve("other"), LinkOption.NOFOLLOW_LINKS)))
                .isEqualTo("rwx------");
    }

    /** Half of a file is removed, what came before stays. */
    @Test
    void anArchiveThatBreaksOffLeavesNoHalfFile() throws IOException {
        file("whole", "whole");
        file("half", "x".repeat(10_000));
        byte[] all = bytes.toByteArray();
        ExtractOptions options = new ExtractOptions(
                TarBytes.EMPTY, UnaryOperator.identity(), UnaryOperator.identity(), false, true, false);
        try (Fd root = Open.absolute(into.toString(), Open.How.directory())) {
            assertThatThrownBy(() -> new Extractor(UnpackLimits.DEFAULT)
                            .intoOwn(new ByteArrayInputStream(all, 0, 6000), root, options))
                    .isInstanceOf(IOException.class);
        }
        assertThat(into.resolve("whole")).hasContent("whole");
        assertThat(into.resolve("half")).doesNotExist();
    }

    @Test
    void whatIsPackedComesBackWithItsHoles() throws IOException {
        Path source = Files.createDirectories(directory.resolve("source/deep"));
        try (RandomAccessFile sparse =
                new RandomAccessFile(source.resolve("sparse").toFile(), "rw")) {
            sparse.seek(8 << 20);
            sparse.write("end".getBytes(StandardCharsets.UTF_8));
        }
        Files.writeString(source.resolve("plain"), "plain");
        Files.createLink(source.resolveSibling("again"), source.resolve("plain"));
        Files.createSymbolicLink(source.resolve("link"), Path.of("nowhere"));
        try (Fd top = Open.absolute(directory.resolve("source").toString(), Open.How.directory());
                TreePacker packer = new TreePacker(archive, UnaryOperator.identity())) {
            packer.directory(top, TarBytes.of("packed"));
        }
        assertThat(bytes.size()).isLessThan(1 << 20);
        unpack(UnaryOperator.identity());
        Path back = into.resolve("packed");
        assertThat(back.resolve("again")).hasContent("plain");
        assertThat(Files.getAttribute(back.resolve("again"), "unix:ino"))
                .isEqualTo(Files.getAttribute(back.resolve("deep/plain"), "unix:ino"));
        assertThat(Files.mismatch(source.resolve("sparse"), back.resolve("deep/sparse")))
                .isEqualTo(-1);
        assertThat(Files.getLastModifiedTime(back.resolve("deep/plain"))
                        .toInstant()
                        .getEpochSecond())
                .isEqualTo(Files.getLastModifiedTime(source.resolve("plain"))
                        .toInstant()
                        .getEpochSecond());
    }
}
