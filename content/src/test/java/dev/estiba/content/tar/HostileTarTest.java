package dev.estiba.content.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.estiba.content.tar.RawTar.Block;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Archives that lie, each refused with a sentence and its place. */
class HostileTarTest {
    @Test
    void anErrorNamesThePlaceAndTheEntry() {
        byte[] archive = new RawTar()
                .entry('0', "a", "abc")
                .add(new Block('0', "b\n", 0).put(108, "4x"))
                .end();
        assertThatThrownBy(() -> RawTar.read(archive))
                .hasMessage("the tar archive is malformed at byte 1024, entry \"b\\x0a\": "
                        + "its owner's number is no octal number: \"4x00000\\x00\"");
    }

    @Test
    void aSizeBeyondWhatIsThere() {
        refused(
                new RawTar().add(new Block('0', "f", 1000)).text("abc").cut(),
                "the archive ends 997 bytes before its content does");
        refused(
                new RawTar()
                        .add(new Block('0', "f", 0).put(124, "\u0080\0\0\0\177\377\377\377\377\377\377\377"))
                        .end(),
                "the archive ends 9223372036854774783 bytes before its content does");
    }

    @Test
    void contentThatIsPassedOverAndMissing() throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(
                new RawTar().add(new Block('0', "f", 1000)).text("abc").cut()));
        assertThat(reader.next()).isPresent();
        assertThatThrownBy(reader::next).isInstanceOf(MalformedArchive.class).hasMessageContaining("997 bytes");
        assertThatThrownBy(reader::next).isInstanceOf(MalformedArchive.class).hasMessageContaining("997 bytes");
    }

    @Test
    void aNegativeSize() {
        refused(
                new RawTar()
                        .add(new Block('0', "f", 0).put(124, "\377".repeat(12)))
                        .end(),
                "its size is negative");
        refused(new RawTar().pax('x', "size=-1").entry('0', "f", "").end(), "its size is negative");
        refused(
                new RawTar()
                        .add(new Block('x', "f", 0).put(124, "\377".repeat(12)))
                        .end(),
                "its size is negative");
    }

    @Test
    void numbersThatDoNotFit() {
        refused(
                new RawTar()
                        .add(new Block('0', "f", 0).put(124, "\u0080\0\0\1" + "\0".repeat(8)))
                        .end(),
                "its size does not fit into 64 bits");
        refused(
                new RawTar()
                        .add(new Block('0', "f", 0).put(124, "\u0080\0\0\0\200" + "\0".repeat(7)))
                        .end(),
                "its size does not fit into 64 bits");
        refused(
                new RawTar()
                        .pax('x', "size=9223372036854775808")
                        .entry('0', "f", "")
                        .end(),
                "its size does not fit into 64 bits: \"9223372036854775808\"");
        refused(
                new RawTar().pax('x', "uid=4294967295").entry('0', "f", "").end(),
                "its owner's number is 4294967295, beyond 0 to 4294967294");
        refused(
                new RawTar()
                        .add(new Block('0', "f", 0).put(116, "\377".repeat(8)))
                        .end(),
                "its group's number is -1, beyond 0 to 4294967294");
        refused(
                new RawTar()
                        .pax('x', "mtime=9223372036854775807")
                        .entry('0', "f", "")
                        .end(),
                "its mtime is beyond all times: 9223372036854775807 seconds");
        refused(
                new RawTar()
                        .pax('x', "SCHILY.devmajor=2147483648")
                        .entry('3', "f", "")
                        .end(),
                "its device's major number is 2147483648, beyond 0 to 2147483647");
    }

    @Test
    void numbersThatAreNone() {
        refused(
                new RawTar()
                        .add(new Block('0', "f", 0).put(124, "0000000000 1"))
                        .end(),
                "its size is no octal number: \"0000000000 1\"");
        refused(
                new RawTar().add(new Block('0', "f", 0).put(100, "-000644")).end(),
                "its mode is no octal number: \"-000644\\x00\"");
        refused(new RawTar().pax('x', "size=+1").entry('0', "f", "").end(), "its size is no number: \"+1\"");
        refused(new RawTar().pax('x', "mtime=1.5e3").entry('0', "f", "").end(), "its mtime is no time: \"1.5e3\"");
        refused(new RawTar().pax('x', "mtime=-").entry('0', "f", "").end(), "its mtime is no number: \"-\"");
    }

    @Test
    void namesThatAreNone() {
        refused(new RawTar().entry('0', "", "").end(), "its name is empty");
        refused(
                new RawTar().pax('x', "path=a\0b").entry('0', "f", "").end(),
                "a record of its PAX header has a NUL in it");
        refused(
                new RawTar()
                        .pax('x', "GNU.sparse.name=a\0b")
                        .entry('0', "f", "")
                        .end(),
                "its name has a NUL in it");
        refused(new RawTar().entry('L', "l", "\0").entry('0', "f", "").end(), "a long name is empty");
        refused(
                new RawTar()
                        .pax('x', "path=" + "a/".repeat(2049))
                        .entry('0', "f", "")
                        .end(),
                "its name has 4098 bytes, where 4096 may be");
        refused(
                new RawTar()
                        .pax('x', "path=" + "a".repeat(256))
                        .entry('0', "f", "")
                        .end(),
                "its name has a part of more than 255 bytes");
        refused(
                new RawTar()
                        .entry('L', "l", "a/".repeat(2049))
                        .entry('0', "f", "")
                        .end(),
                "a long name has 4098 bytes, where 4097 may be");
        refused(new RawTar().entry('2', "f", "").end(), "its target is empty");
        refused(new RawTar().entry('1', "f", "").end(), "its target is empty");
    }

    @Test
    void namesThatAreSaidTwice() {
        refused(
                new RawTar()
                        .entry('L', "l", "a\0")
                        .pax('x', "path=b")
                        .entry('0', "f", "")
                        .end(),
                "it has a long name of GNU's and one of PAX's");
        refused(
                new RawTar()
                        .entry('K', "l", "a\0")
                        .pax('x', "linkpath=b")
                        .entry('2', "f", "")
                        .end(),
                "it has a long target of GNU's and one of PAX's");
    }

    @Test
    void sparseMapsThatOverlapOrGoBackwardsOrBeyond() {
        refused(sparse("10,5,14,1", 6), "its sparse map goes back to 14 from 15");
        refused(sparse("10,1,5,1", 2), "its sparse map goes back to 5 from 11");
        refused(sparse("999,2", 2), "its sparse map goes beyond its size of 1000");
        refused(sparse("1001,0", 0), "its sparse map goes beyond its size of 1000");
        refused(sparse("9223372036854775807,9223372036854775807", 2), "its sparse map goes beyond its size of 1000");
        refused(sparse("1,9223372036854775807", 2), "its sparse map goes beyond its size of 1000");
        refused(sparse("1,2", 3), "its sparse map speaks of 2 bytes, and 3 are stored");
        refused(sparse("1,2,3", 2), "its sparse map has an offset without a length");
        refused(sparse("1,-2", 2), "its sparse map has a negative number");
        refused(sparse("-1,2", 2), "its sparse map has a negative offset");
        refused(sparse("1,,2", 2), "a number of its sparse map is no number: \"1,,2\"");
    }

    private static byte[] sparse(String map, int stored) {
        return new RawTar()
                .pax('x', "GNU.sparse.size=1000", "GNU.sparse.name=real", "GNU.sparse.map=" + map)
                .entry('0', "f", "x".repeat(stored))
                .end();
    }

    @Test
    void sparseMapsOfTheirOwnBlocks() {
        refused(sparseLines("200\n" + "0\n".repeat(254), 512), "its sparse map is longer than what is stored");
        refused(sparseLines("1\n0\n1\n", 511), "its sparse map is longer than what is stored");
        refused(sparseLines("12345678901234567890\n", 512), "a number of its sparse map does not end");
        refused(sparseLines("262145\n", 512), "its sparse map has 262145 segments, where 262144 may be");
        refused(sparseLines("-1\n", 512), "its sparse map has -1 segments, where 262144 may be");
        refused(sparseLines("\n", 512), "a number of its sparse map is no number: \"" + "\\x00".repeat(19) + "\"");
        refused(
                new RawTar()
                        .pax('x', "GNU.sparse.major=2", "GNU.sparse.minor=1", "GNU.sparse.realsize=1")
                        .entry('0', "f", "")
                        .end(),
                "it is a sparse file of format 2.1, which nobody knows");
        refused(new RawTar().pax('x', "GNU.sparse.map=0,0").entry('0', "f", "").end(), "its size is negative");
    }

    private static byte[] sparseLines(String lines, int size) {
        return new RawTar()
                .pax('x', "GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=real", "GNU.sparse.realsize=9")
                .add(new Block('0', "f", size))
                .text(lines)
                .pad()
                .end();
    }

    @Test
    void sparseMapsWithoutOrder() {
        refused(
                new RawTar()
                        .pax('x', "GNU.sparse.size=9", "GNU.sparse.offset=1", "GNU.sparse.offset=1")
                        .entry('0', "f", "")
                        .end(),
                "its sparse map has two offsets or two lengths in a row");
        refused(
                new RawTar()
                        .pax('x', "GNU.sparse.size=9", "GNU.sparse.offset=1")
                        .entry('0', "f", "")
                        .end(),
                "its sparse map has an offset without a length");
        refused(
                new RawTar().add(new Block('S', "f", 0)).end(),
                "it is a sparse file of GNU's in a header of another's");
        refused(
                new RawTar().pax('x', "SCHILY.realsize=9").entry('0', "f", "").end(),
                "its real size differs from the stored one, and no sparse map says why");
    }

    /** A million segments in the blocks of the old format, of which no more are kept than the limit. */
    @Test
    void aMillionSegments() {
        byte[] block = new byte[512];
        InputStream blocks = new InputStream() {
            private long next;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int at, int length) {
                if (next >= 1_000_000) {
                    return -1;
                }
                assertThat(length).isEqualTo(512);
                for (int i = 0; i < 21; i++, next++) {
                    byte[] text = RawTar.latin(TarReaderTest.octal(10 * next) + TarReaderTest.octal(1));
                    System.arraycopy(text, 0, block, 24 * i, 24);
                }
                block[504] = 1;
                System.arraycopy(block, 0, into, at, 512);
                return 512;
            }
        };
        Block header = new Block('S', "f", 1_000_000).gnu().put(482, "\1").put(483, "77777777777");
        TarReader reader = new TarReader(new SequenceInputStream(new ByteArrayInputStream(header.sealed()), blocks));
        assertThatThrownBy(reader::next)
                .isInstanceOf(MalformedArchive.class)
                .hasMessageContaining("its sparse map has more than 262144 segments");
    }

    @Test
    void headersWithoutTheirEntry() {
        String words = "the archive ends before the entry that its last header describes";
        refused(new RawTar().pax('x', "uid=1").end(), words);
        refused(new RawTar().pax('x', "uid=1").cut(), words);
        refused(new RawTar().entry('L', "l", "a\0").end(), words);
        refused(new RawTar().entry('K', "l", "a\0").end(), words);
    }

    @Test
    void aGlobalHeaderThatNamesOrSizesAllEntries() {
        for (String key :
                new String[] {"path", "linkpath", "size", "GNU.sparse.size", "SCHILY.realsize", "SCHILY.xattr.user.a"
                }) {
            refused(
                    new RawTar().pax('g', key + "=1").entry('0', "f", "").end(),
                    "a global header sets \"" + key + "\", which can be of one entry only");
        }
        refused(
                new RawTar().pax('g', "GNU.sparse.offset=1").entry('0', "f", "").end(),
                "a global header describes a sparse file");
    }

    @Test
    void globalHeadersWithoutEnd() {
        RawTar archive = new RawTar();
        for (String key : new String[] {"uname", "gname", "mtime"}) {
            archive.pax('g', key + "=" + "1".repeat(400_000));
        }
        refused(archive.end(), "the global headers have more than 1048576 bytes");
    }

    /** Without names and sizes in global headers, what they have else is not kept, however much it is. */
    @Test
    void whatNobodyKnowsIsNotKept() throws IOException {
        String[] records =
                IntStream.range(0, 50_000).mapToObj(i -> "comment" + i + "=c").toArray(String[]::new);
        RawTar archive = new RawTar().pax('g', records).pax('g', records);
        for (int i = 0; i < 20_000; i++) {
            archive.add(new Block('0', "f", 0));
        }
        assertThat(RawTar.read(archive.end())).hasSize(20_000);
    }

    /** GNU tar takes the name, Go does not. */
    @Test
    void wordsOfASparseFileOnWhatIsNone() {
        String words = "it has PAX's words of a sparse file, and is none";
        String[] sparse = {"GNU.sparse.size=1", "GNU.sparse.name=evil", "GNU.sparse.map=0,1"};
        for (char type : "123456D".toCharArray()) {
            refused(
                    new RawTar()
                            .pax('x', sparse)
                            .add(new Block(type, "f", 0).put(157, "t"))
                            .end(),
                    words);
        }
        refused(
                new RawTar().pax('x', sparse).entry('\0', "d", "").end(),
                "its sparse map speaks of 1 bytes, and 0 are stored");
        refused(new RawTar().pax('x', sparse).add(new Block('S', "f", 0).gnu()).end(), words);
        refused(
                new RawTar()
                        .pax('x', "GNU.sparse.name=evil", "GNU.sparse.size=1")
                        .entry('0', "f", "")
                        .end(),
                "it is said to be sparse, and has no sparse map");
        refused(
                new RawTar()
                        .pax('x', "GNU.sparse.name=evil", "GNU.sparse.realsize=2", "GNU.sparse.size=1")
                        .entry('0', "f", "")
                        .end(),
                "it is said to have 1 bytes, and 2");
        refused(
                new RawTar()
                        .pax('x', "GNU.sparse.numblocks=2", "GNU.sparse.size=1", "GNU.sparse.map=0,1")
                        .entry('0', "f", "x")
                        .end(),
                "its sparse map has 1 segments, and 2 were announced");
    }

    @Test
    void anErrorOfTheStreamIsThrownAgain() throws IOException {
        byte[] archive = new RawTar().entry('0', "f", "abc").cut();
        TarReader reader = new TarReader(new SequenceInputStream(new ByteArrayInputStream(archive), new InputStream() {
            private int reads;

            @Override
            public int read() throws IOException {
                if (reads++ == 0) {
                    throw new IOException("the disk is gone");
                }
                return -1;
            }
        }));
        assertThat(reader.next()).isPresent();
        assertThatThrownBy(reader::next).hasMessage("the disk is gone");
        assertThatThrownBy(reader::next).hasMessage("the disk is gone");
    }

    @Test
    void paxRecordsThatLie() {
        String none = "a record of its PAX header does not begin with its length";
        String wrong = "a record of its PAX header has a wrong length";
        refusedRecord("uid=1\n", none);
        refusedRecord("8", none);
        refusedRecord("8\tuid=1\n", none);
        refusedRecord("-8 uid=1\n", none);
        refusedRecord(" uid=1\n", none);
        refusedRecord("9 uid=1\n", wrong);
        refusedRecord("99999999999999999999 uid=1\n", none);
        refusedRecord("4294967304 uid=1\n", none);
        refusedRecord("0 \n", wrong);
        refusedRecord("2 \n", wrong);
        refusedRecord("7 uid=1\n", "a record of its PAX header does not end with a newline");
        refusedRecord("8 uid=12", "a record of its PAX header does not end with a newline");
        refusedRecord("7 uid1\n", "a record of its PAX header has no key");
        refusedRecord("5 =1\n", "a record of its PAX header has no key");
        refusedRecord("8 u\0d=1\n", "a record of its PAX header has a NUL in it");
        refusedRecord("8 uid=1\n\0", none);
    }

    private static void refusedRecord(String text, String words) {
        refused(new RawTar().entry('x', "pax", text).entry('0', "f", "").end(), words);
    }

    @Test
    void aHeaderThatIsLargerThanItMayBe() {
        refused(
                new RawTar()
                        .add(new Block('x', "pax", 0).put(124, "\u0080\0\0\0\177\377\377\377\377\377\377\377"))
                        .end(),
                "a PAX header has 9223372036854775807 bytes, where 1048576 may be");
        refused(
                new RawTar().add(new Block('x', "pax", 1 << 20)).text("abc").cut(),
                "the archive ends 1048573 bytes before its content does");
    }

    @Test
    void attributesWithoutMeasure() {
        refused(
                new RawTar()
                        .pax('x', "SCHILY.xattr.user.a=" + "v".repeat(65537))
                        .entry('0', "f", "")
                        .end(),
                "its attribute \"user.a\" has 65537 bytes, where 65536 may be");
        refused(
                new RawTar().pax('x', "SCHILY.xattr.=1").entry('0', "f", "").end(),
                "the name of one of its attributes is \"\"");
        refused(
                new RawTar()
                        .pax('x', "LIBARCHIVE.xattr.user.a=!")
                        .entry('0', "f", "")
                        .end(),
                "the value of one of its attributes is no base 64");
        refused(
                new RawTar()
                        .pax('x', "LIBARCHIVE.xattr.user%00=YQ")
                        .entry('0', "f", "")
                        .end(),
                "the name of one of its attributes is \"user\\x00\"");
        String[] many = IntStream.range(0, 1025)
                .mapToObj(i -> "SCHILY.xattr.user." + i + "=1")
                .toArray(String[]::new);
        refused(new RawTar().pax('x', many).entry('0', "f", "").end(), "it has more than 1024 attributes");
    }

    @Test
    void checksumsThatAreWrong() {
        byte[] wrong = new Block('0', "f", 0).put(148, "000001\0 ").bytes();
        assertThat(refusal(new RawTar().bytes(wrong).end()))
                .startsWith("this is no header, or a damaged one: its checksum is 1 ");
        byte[] junk = new Block('0', "f", 0).put(148, "00z001\0 ").bytes();
        assertThat(refusal(new RawTar().bytes(junk).end())).startsWith("the header's checksum is no octal number");
        assertThat(refusal(RawTar.latin("this is a text".repeat(100))))
                .startsWith("the header's checksum is no octal number");
    }

    @Test
    void anEndThatIsNone() {
        refused(
                new RawTar()
                        .entry('0', "f", "")
                        .bytes(new byte[512])
                        .entry('0', "g", "")
                        .end(),
                "something follows a single block of zeros");
        refused(new RawTar().entry('0', "f", "").text("x").cut(), "the archive ends in the middle of a block");
        refused(
                Arrays.copyOf(new RawTar().entry('0', "f", "").cut(), 100),
                "the archive ends in the middle of a block");
    }

    @Test
    void typesThatAreNoFiles() {
        for (char type : "AINEZ8\377".toCharArray()) {
            refused(
                    new RawTar().entry(type, "f", "").end(),
                    "its type is " + RawTar.name(String.valueOf(type))
                            + ", which is no file, link, directory, device or FIFO");
        }
        refused(new RawTar().entry('M', "f", "").end(), "it is the rest of a file of another volume");
    }

    /** Names in an error move no terminal's cursor, whatever they are. */
    @Test
    void namesAreShownPrintable() {
        assertThat(RawTar.name("\u001b[2J\r\u00c3\u00a9\u00c3\u009b\u00e2\u0080\u00ae\"\\"))
                .hasToString("\"\\x1b[2J\\x0déÛ\\xe2\\x80\\xae\\\"\\\\\"");
        assertThat(TarBytes.of("a".repeat(201)).printable()).isEqualTo("\"" + "a".repeat(200) + "\"… (201 bytes)");
        assertThat(IntStream.range(0, 256)
                        .mapToObj(value ->
                                RawTar.name(String.valueOf((char) value)).printable())
                        .collect(Collectors.joining()))
                .matches("[ -~]*");
    }

    private static void refused(byte[] archive, String problem) {
        assertThat(refusal(archive)).isEqualTo(problem);
    }

    private static String refusal(byte[] archive) {
        MalformedArchive malformed = catchThrowableOfType(MalformedArchive.class, () -> RawTar.read(archive));
        return Optional.ofNullable(malformed).map(MalformedArchive::problem).orElse("nothing is refused");
    }
}
