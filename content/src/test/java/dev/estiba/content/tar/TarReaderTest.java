package dev.estiba.content.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.tar.RawTar.Block;
import dev.estiba.content.tar.RawTar.Read;
import dev.estiba.content.tar.TarEntry.Directory;
import dev.estiba.content.tar.TarEntry.HardLink;
import dev.estiba.content.tar.TarEntry.RegularFile;
import dev.estiba.content.tar.TarEntry.Segment;
import dev.estiba.content.tar.TarEntry.SymbolicLink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the reader makes of archives that are unusual and right; what it refuses is in {@link HostileTarTest}. */
class TarReaderTest {
    @Test
    void readsTheFieldsOfAHeader() throws IOException {
        Block block = new Block('0', "etc/passwd", 3).put(108, "0001750").put(116, "0001751");
        block.put(100, "0104755").put(265, "anna").put(297, "staff").put(136, "14377173251");
        Read read = one(new RawTar().add(block).text("abc").pad().end());

        TarMetadata metadata = read.entry().metadata();
        assertThat(read.entry()).isEqualTo(new RegularFile(metadata, 3));
        assertThat(metadata.name()).isEqualTo(TarBytes.of("etc/passwd"));
        assertThat(metadata.mode()).isEqualTo(04755);
        assertThat(metadata.uid()).isEqualTo(1000);
        assertThat(metadata.gid()).isEqualTo(1001);
        assertThat(metadata.user()).isEqualTo(TarBytes.of("anna"));
        assertThat(metadata.group()).isEqualTo(TarBytes.of("staff"));
        assertThat(metadata.modified()).isEqualTo(Instant.ofEpochSecond(1677522601));
        assertThat(read.text()).isEqualTo("abc");
    }

    @Test
    void readsEachKindOfFile() throws IOException {
        byte[] archive = new RawTar()
                .entry('5', "d/", "")
                .add(new Block('1', "hard", 0).put(157, "d/a"))
                .add(new Block('2', "soft", 0).put(157, "../x"))
                .add(new Block('3', "null", 0).put(329, "0000001").put(337, "0000003"))
                .add(new Block('4', "sda", 0).put(329, "0000010").put(337, "0000000"))
                .entry('6', "fifo", "")
                .end();
        assertThat(RawTar.read(archive).stream().map(Read::entry))
                .satisfiesExactly(
                        entry -> assertThat(entry).isInstanceOf(Directory.class),
                        entry -> assertThat(((HardLink) entry).target()).isEqualTo(TarBytes.of("d/a")),
                        entry -> assertThat(((SymbolicLink) entry).target()).isEqualTo(TarBytes.of("../x")),
                        entry -> assertThat(entry).isEqualTo(new TarEntry.CharacterDevice(entry.metadata(), 1, 3)),
                        entry -> assertThat(entry).isEqualTo(new TarEntry.BlockDevice(entry.metadata(), 8, 0)),
                        entry -> assertThat(entry).isInstanceOf(TarEntry.Fifo.class));
    }

    @Test
    void aSeventhEditionFileWhoseNameEndsInASlashIsADirectory() throws IOException {
        assertThat(one(new RawTar().add(new Block('\0', "d/", 0).v7()).end()).entry())
                .isInstanceOf(Directory.class);
        assertThat(one(new RawTar().add(new Block('\0', "f", 0).v7()).end()).entry())
                .isInstanceOf(RegularFile.class);
        assertThat(one(new RawTar().add(new Block('7', "f", 0)).end()).entry()).isInstanceOf(RegularFile.class);
    }

    @Test
    void aPrefixIsInFrontOfTheNameInPosixHeadersOnly() throws IOException {
        assertThat(one(new RawTar().add(new Block('0', "b", 0).put(345, "a")).end())
                        .entry()
                        .name())
                .isEqualTo(TarBytes.of("a/b"));
        assertThat(one(new RawTar()
                                .add(new Block('0', "b", 0).put(345, "a").gnu())
                                .end())
                        .entry()
                        .name())
                .isEqualTo(TarBytes.of("b"));
        String star = "a".repeat(131) + "0000000000a";
        assertThat(one(new RawTar()
                                .add(new Block('0', "b", 0).put(345, star).put(508, "tar\0"))
                                .end())
                        .entry()
                        .name())
                .isEqualTo(TarBytes.of("a".repeat(131) + "/b"));
    }

    @Test
    void namesAreBytes() throws IOException {
        String name = " \u00ff\n%\u0001 ";
        assertThat(one(new RawTar().entry('0', name, "").end()).entry().name().toArray())
                .isEqualTo(RawTar.latin(name));
        assertThat(one(new RawTar()
                                .pax('x', "path=" + name + "=\n")
                                .entry('0', "x", "")
                                .end())
                        .entry()
                        .name()
                        .toArray())
                .isEqualTo(RawTar.latin(name + "=\n"));
    }

    @Test
    void oldSumsOfSignedBytesAreRight() throws IOException {
        byte[] block = new Block('0', "\u00e9", 0).sealed();
        int signed = 8 * ' ';
        for (int i = 0; i < 512; i++) {
            signed += i >= 148 && i < 156 ? 0 : block[i];
        }
        byte[] sum = RawTar.latin(String.format(java.util.Locale.ROOT, "%06o\0 ", signed));
        assertThat(sum).isNotEqualTo(java.util.Arrays.copyOfRange(block, 148, 156));
        System.arraycopy(sum, 0, block, 148, 8);
        assertThat(RawTar.read(new RawTar().bytes(block).end())).hasSize(1);
    }

    @Test
    void numbersMayBePaddedOnEitherSideAndBeOfBase256() throws IOException {
        Block block = new Block('0', "f", 0).put(108, "   17 \0 ").put(116, "\u0080\0\0\0\u00ff\u00ff\u00ff\u00fe");
        TarMetadata metadata = one(new RawTar()
                        .add(block.put(136, "\u00ff".repeat(12)))
                        .end())
                .entry()
                .metadata();
        assertThat(metadata.uid()).isEqualTo(15);
        assertThat(metadata.gid()).isEqualTo(4294967294L);
        assertThat(metadata.modified()).isEqualTo(Instant.ofEpochSecond(-1));
    }

    @Test
    void paxRecordsHoldBeforeTheHeader() throws IOException {
        byte[] archive = new RawTar()
                .pax(
                        'x',
                        "uid=4294967294",
                        "gid=7",
                        "uname=u",
                        "gname=g",
                        "mtime=-1.25",
                        "atime=5.1234567899",
                        "ctime=0",
                        "size=2",
                        "comment=c",
                        "hdrcharset=BINARY",
                        "SCHILY.fflags=nodump",
                        "SCHILY.xattr.user.a=v\0w",
                        "SCHILY.xattr.user.empty=",
                        "SCHILY.xattr.user.e%3Dq%25=1")
                .add(new Block('0', "f", 0))
                .text("ab")
                .pad()
                .end();
        Read read = one(archive);
        TarMetadata metadata = read.entry().metadata();
        assertThat(read.text()).isEqualTo("ab");
        assertThat(metadata.uid()).isEqualTo(4294967294L);
        assertThat(metadata.gid()).isEqualTo(7);
        assertThat(metadata.user()).isEqualTo(TarBytes.of("u"));
        assertThat(metadata.group()).isEqualTo(TarBytes.of("g"));
        assertThat(metadata.modified()).isEqualTo(Instant.ofEpochSecond(-2, 750_000_000));
        assertThat(metadata.accessed()).contains(Instant.ofEpochSecond(5, 123_456_789));
        assertThat(List.copyOf(metadata.attributes().entrySet()))
                .containsExactly(
                        java.util.Map.entry(TarBytes.of("user.a"), TarBytes.of("v\0w")),
                        java.util.Map.entry(TarBytes.of("user.empty"), TarBytes.EMPTY),
                        java.util.Map.entry(TarBytes.of("user.e=q%"), TarBytes.of("1")));
    }

    @Test
    void timesBeforeTheEpochAreRoundedToThePast() throws IOException {
        assertThat(modified("mtime=-0.5")).isEqualTo(Instant.ofEpochSecond(-1, 500_000_000));
        assertThat(modified("mtime=-1.0000000001")).isEqualTo(Instant.ofEpochSecond(-2, 999_999_999));
        assertThat(modified("mtime=1.9999999999")).isEqualTo(Instant.ofEpochSecond(1, 999_999_999));
        assertThat(modified("mtime=3.")).isEqualTo(Instant.ofEpochSecond(3));
    }

    private static Instant modified(String record) throws IOException {
        return one(new RawTar().pax('x', record).entry('0', "f", "").end())
                .entry()
                .metadata()
                .modified();
    }

    @Test
    void libarchivesAttributesAreDecodedAndGiveWayToSchilys() throws IOException {
        byte[] archive = new RawTar()
                .pax(
                        'x',
                        "LIBARCHIVE.xattr.user.%C3%A9=AAH/",
                        "LIBARCHIVE.xattr.user.b=YQ==",
                        "SCHILY.xattr.user.b=other")
                .entry('0', "f", "")
                .end();
        assertThat(one(archive).entry().metadata().attributes())
                .containsOnly(
                        java.util.Map.entry(TarBytes.of("user.b"), TarBytes.of("other")),
                        java.util.Map.entry(TarBytes.of("user.é"), TarBytes.of(new byte[] {0, 1, -1})));
    }

    @Test
    void aGlobalHeaderHoldsForAllThatFollowAndAnEntrysOwnBeforeIt() throws IOException {
        byte[] archive = new RawTar()
                .entry('0', "a", "")
                .pax('g', "uid=5", "gid=6", "comment=deadbeef")
                .entry('0', "b", "")
                .pax('x', "uid=7", "gid=")
                .entry('0', "c", "")
                .pax('g', "uid=")
                .entry('0', "d", "")
                .end();
        assertThat(RawTar.read(archive).stream()
                        .map(read -> read.entry().name() + " "
                                + read.entry().metadata().uid() + " "
                                + read.entry().metadata().gid()))
                .containsExactly("\"a\" 0 0", "\"b\" 5 6", "\"c\" 7 0", "\"d\" 0 6");
    }

    @Test
    void ofDuplicateKeysTheLastHolds() throws IOException {
        assertThat(one(new RawTar()
                                .pax('x', "path=a", "path=b")
                                .entry('0', "x", "")
                                .end())
                        .entry()
                        .name())
                .isEqualTo(TarBytes.of("b"));
        assertThat(one(new RawTar()
                                .pax('x', "path=a", "path=")
                                .entry('0', "x", "")
                                .end())
                        .entry()
                        .name())
                .isEqualTo(TarBytes.of("x"));
    }

    @Test
    void ofSeveralHeadersOfAKindTheLastHolds() throws IOException {
        byte[] archive = new RawTar()
                .entry('L', "././@LongLink", "first\0")
                .entry('L', "././@LongLink", "second\0")
                .pax('x', "uid=1", "gid=1")
                .pax('x', "uid=2")
                .entry('0', "x", "")
                .end();
        TarMetadata metadata = one(archive).entry().metadata();
        assertThat(metadata.name()).isEqualTo(TarBytes.of("second"));
        assertThat(metadata.uid()).isEqualTo(2);
        assertThat(metadata.gid()).isZero();
    }

    @Test
    void aLongTargetOfADirectoryMeansNothing() throws IOException {
        byte[] archive = new RawTar()
                .entry('K', "././@LongLink", "target\0")
                .entry('5', "d/", "")
                .end();
        assertThat(one(archive).entry()).isInstanceOf(Directory.class);
    }

    @Test
    void longNamesAndTargetsOfGnusHoldForOneEntry() throws IOException {
        byte[] archive = new RawTar()
                .entry('K', "././@LongLink", "t".repeat(300) + "\0")
                .entry('L', "././@LongLink", "n/".repeat(200) + "\0")
                .add(new Block('2', "short", 0).put(157, "short").gnu())
                .add(new Block('2', "a", 0).put(157, "b").gnu())
                .end();
        List<Read> read = RawTar.read(archive);
        assertThat(read.get(0).entry().name()).isEqualTo(TarBytes.of("n/".repeat(200)));
        assertThat(((SymbolicLink) read.get(0).entry()).target()).isEqualTo(TarBytes.of("t".repeat(300)));
        assertThat(read.get(1).entry().name()).isEqualTo(TarBytes.of("a"));
        assertThat(((SymbolicLink) read.get(1).entry()).target()).isEqualTo(TarBytes.of("b"));
    }

    @Test
    void onlyRegularFilesHaveContent() throws IOException {
        byte[] archive = new RawTar()
                .add(new Block('1', "hard", 700).put(157, "a"))
                .add(new Block('5', "d/", 512))
                .entry('D', "dump/", "Ya\0\0")
                .entry('V', "label", "x")
                .entry('0', "f", "abc")
                .end();
        assertThat(RawTar.read(archive).stream().map(read -> read.entry().name() + read.text()))
                .containsExactly("\"hard\"", "\"d/\"", "\"dump/\"", "\"f\"abc");
    }

    @Test
    void sparseFilesOfTheOldFormatMayHaveFurtherBlocks() throws IOException {
        Block block = new Block('S', "s", 6).gnu().put(483, "00000010000");
        for (int i = 0; i < 4; i++) {
            block.put(386 + 24 * i, octal(i * 8)).put(398 + 24 * i, octal(1));
        }
        byte[] more = new byte[512];
        System.arraycopy(RawTar.latin(octal(100) + octal(2) + octal(4096) + octal(0)), 0, more, 0, 48);
        Read read = one(new RawTar()
                .add(block.put(482, "\1"))
                .bytes(more)
                .text("abcdef")
                .pad()
                .end());
        assertThat(((RegularFile) read.entry()).size()).isEqualTo(4096);
        assertThat(((RegularFile) read.entry()).data())
                .contains(List.of(
                        new Segment(0, 1),
                        new Segment(8, 1),
                        new Segment(16, 1),
                        new Segment(24, 1),
                        new Segment(100, 2)));
        assertThat(read.text()).isEqualTo("abcdef");
    }

    static String octal(long number) {
        return "0".repeat(11 - Long.toOctalString(number).length()) + Long.toOctalString(number) + "\0";
    }

    @Test
    void sparseFilesOfPaxFormatsAreRead() throws IOException {
        RegularFile expected = new RegularFile(
                TarMetadata.of(TarBytes.of("real"), 0644).withModified(Instant.ofEpochSecond(1)),
                1000,
                Optional.of(List.of(new Segment(10, 2), new Segment(500, 1))));
        byte[] zero = new RawTar()
                .pax(
                        'x',
                        "GNU.sparse.size=1000",
                        "GNU.sparse.numblocks=2",
                        "GNU.sparse.offset=10",
                        "GNU.sparse.numbytes=2",
                        "GNU.sparse.offset=500",
                        "GNU.sparse.numbytes=1")
                .entry('0', "real", "abc")
                .end();
        byte[] one = new RawTar()
                .pax(
                        'x',
                        "GNU.sparse.size=1000",
                        "GNU.sparse.numblocks=2",
                        "GNU.sparse.name=real",
                        "GNU.sparse.map=10,2,500,1")
                .entry('0', "GNUSparseFile.1/real", "abc")
                .end();
        byte[] two = new RawTar()
                .pax(
                        'x',
                        "GNU.sparse.major=1",
                        "GNU.sparse.minor=0",
                        "GNU.sparse.name=real",
                        "GNU.sparse.realsize=1000")
                .add(new Block('0', "GNUSparseFile.1/real", 515))
                .text("2\n10\n2\n500\n1\n")
                .pad()
                .text("abc")
                .pad()
                .end();
        for (byte[] archive : List.of(zero, one, two)) {
            assertThat(one(archive).entry()).isEqualTo(expected);
            assertThat(one(archive).text()).isEqualTo("abc");
        }
    }

    @Test
    void whatFollowsTheArchiveStaysInTheStream() throws IOException {
        InputStream in = new ByteArrayInputStream(new RawTar()
                .entry('0', "f", "abc")
                .bytes(new byte[1024])
                .text("rest")
                .cut());
        TarReader reader = new TarReader(in);
        assertThat(reader.next()).isPresent();
        assertThat(reader.next()).isEmpty();
        assertThat(reader.next()).isEmpty();
        assertThat(reader.offset()).isEqualTo(2048);
        assertThat(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("rest");
    }

    @Test
    void anArchiveMayEndWithoutBlocksOfZerosAndWithoutItsPadding() throws IOException {
        assertThat(RawTar.read(new byte[0])).isEmpty();
        assertThat(RawTar.read(new byte[512])).isEmpty();
        assertThat(RawTar.read(new RawTar().entry('0', "f", "abc").cut())).hasSize(1);
        assertThat(RawTar.read(
                        new RawTar().add(new Block('0', "f", 3)).text("abc").cut()))
                .hasSize(1);
    }

    @Test
    void anEntrysContentEndsWithIt() throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(
                new RawTar().entry('0', "a", "first").entry('0', "b", "second").end()));
        reader.next();
        InputStream first = reader.content();
        assertThat(first.read()).isEqualTo('f');
        reader.next();
        assertThatThrownBy(first::read).isInstanceOf(IOException.class).hasMessageContaining("beyond this entry");
        assertThat(reader.content().readAllBytes()).isEqualTo(RawTar.latin("second"));
    }

    private static Read one(byte[] archive) throws IOException {
        List<Read> all = RawTar.read(archive);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }
}
