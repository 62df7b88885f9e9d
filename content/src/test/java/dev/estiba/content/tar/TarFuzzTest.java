package dev.estiba.content.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.estiba.content.tar.TarEntry.RegularFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Damaged archives: entries come out, or a MalformedArchive whose sentence is fit for a terminal; what comes out is written and
 * read again; and no archive costs more memory than a small multiple of its size.
 */
class TarFuzzTest {
    private static final long SEED = Long.getLong("estiba.seed", 8);
    private static final int ARCHIVES = Boolean.getBoolean("estiba.long") ? 40_000 : 4_000;

    /** The reader's own buffers, and an entry with its texts. */
    private static final long LEAST = 200_000;

    /** The first archives pay for what the JVM makes once. */
    private static final int UNMEASURED = 200;

    private static final List<String> NUMBERS = List.of(
            "\u0080\0\0\0\0\0\0\0\0\0\0\1",
            "\u0080\0\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
            "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
            "77777777777\0",
            "777777777777",
            "00000000000\0",
            "00000001000\0",
            "           \0",
            "-0000000001\0",
            "0x100000000\0");
    private static final List<String> RECORDS = List.of(
            "size=0",
            "size=512",
            "size=9223372036854775807",
            "path=a/../b",
            "path=",
            "linkpath=x",
            "mtime=-0.5",
            "mtime=99999999999999",
            "GNU.sparse.major=1",
            "GNU.sparse.minor=0",
            "GNU.sparse.realsize=5000",
            "GNU.sparse.size=5000",
            "GNU.sparse.map=0,1,5,1",
            "GNU.sparse.offset=1",
            "GNU.sparse.numbytes=1",
            "SCHILY.xattr.user.a=b",
            "SCHILY.realsize=7",
            "LIBARCHIVE.xattr.user.b=YQ==");
    private static final int[] FIELDS = {100, 108, 116, 124, 124, 124, 136, 329, 337, 386, 398, 483};

    @Test
    void damagedArchivesAreReadOrRefused() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        List<byte[]> corpus = corpus(random);
        int read = 0;
        for (int i = 0; i < ARCHIVES; i++) {
            byte[] archive = damaged(random, corpus.get(i % corpus.size()), corpus);
            try {
                read += survives(archive, i >= UNMEASURED) ? 1 : 0;
            } catch (RuntimeException | Error e) {
                fail("seed " + SEED + ", archive " + i, e);
            }
        }
        assertThat(read).as("archives still read").isBetween(ARCHIVES / 50, ARCHIVES - ARCHIVES / 5);
    }

    private static boolean survives(byte[] archive, boolean isMeasured) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        TarReader reader = new TarReader(new ByteArrayInputStream(archive));
        List<TarEntry> entries = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        Optional<MalformedArchive> refusal = Optional.empty();
        try {
            for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                byte[] content = reader.content().readAllBytes();
                entries.add(entry.get());
                contents.add(content);
            }
        } catch (MalformedArchive e) {
            refusal = Optional.of(e);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        if (isMeasured) {
            assertThat(allocated).isLessThan(LEAST + 60L * archive.length);
        }
        if (refusal.isPresent()) {
            assertThat(refusal.get().getMessage()).hasSizeLessThan(1200).matches("[^\\p{Cntrl}]+");
            assertThat(refusal.get().offset()).isBetween(0L, (long) archive.length);
        }
        List<RawTar.Read> again = RawTar.read(TarWriterTest.write(entries, contents));
        assertThat(again.stream().map(TarFuzzTest::withoutMap).toList())
                .isEqualTo(entries.stream().map(TarFuzzTest::withoutMap).toList());
        return refusal.isEmpty();
    }

    private static TarEntry withoutMap(RawTar.Read read) {
        return withoutMap(read.entry());
    }

    /** The writer makes segments wider. */
    private static TarEntry withoutMap(TarEntry entry) {
        return entry instanceof RegularFile file ? new RegularFile(file.metadata(), file.size()) : entry;
    }

    private static List<byte[]> corpus(SplittableRandom random) throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            RandomTar tar = new RandomTar(random.split());
            List<TarEntry> entries = List.of(tar.entry(), tar.entry(), tar.entry());
            corpus.add(TarWriterTest.write(
                    entries, entries.stream().map(tar::content).toList()));
        }
        RawTar.Block sparse =
                new RawTar.Block('S', "s", 3).gnu().put(483, "00000010000").put(482, "\1");
        byte[] more = Arrays.copyOf(RawTar.latin(TarReaderTest.octal(100) + TarReaderTest.octal(2)), 512);
        corpus.add(new RawTar()
                .add(sparse.put(386, TarReaderTest.octal(0)).put(398, TarReaderTest.octal(1)))
                .bytes(more)
                .text("abc")
                .pad()
                .entry('L', "././@LongLink", "n".repeat(200) + "\0")
                .entry('K', "././@LongLink", "k".repeat(200) + "\0")
                .add(new RawTar.Block('2', "n", 0).gnu().put(157, "k"))
                .end());
        corpus.add(new RawTar()
                .pax('g', "uid=5", "mtime=1.5")
                .pax('x', "GNU.sparse.size=100", "GNU.sparse.offset=1", "GNU.sparse.numbytes=2")
                .entry('0', "a", "xy")
                .pax('x', "GNU.sparse.size=100", "GNU.sparse.name=b", "GNU.sparse.map=1,2,50,1")
                .entry('0', "b", "xyz")
                .pax('x', "LIBARCHIVE.xattr.user.%41=YQ", "SCHILY.xattr.user.b=c")
                .entry('5', "d/", "")
                .end());
        return corpus;
    }

    private static byte[] damaged(SplittableRandom random, byte[] seed, List<byte[]> corpus) {
        byte[] archive = seed;
        for (int i = 1 + random.nextInt(3); i > 0 && archive.length > 512; i--) {
            archive = damagedOnce(random, archive, corpus.get(random.nextInt(corpus.size())));
        }
        return archive;
    }

    private static byte[] damagedOnce(SplittableRandom random, byte[] archive, byte[] other) {
        int at = random.nextInt(archive.length);
        int block = at & -512;
        int otherBlock = random.nextInt(other.length) & -512;
        return switch (random.nextInt(9)) {
            case 0 -> flipped(archive, at, random.nextInt(8), false);
            case 1 -> flipped(archive, at, random.nextInt(8), true);
            case 2 -> Arrays.copyOf(archive, at);
            case 3 -> spliced(archive, block, block, Arrays.copyOfRange(other, otherBlock, otherBlock + 512));
            case 4 -> spliced(archive, block, block, Arrays.copyOfRange(other, otherBlock, other.length));
            case 5 -> spliced(archive, block, block + 512, new byte[0]);
            case 6 -> edited(random, archive, block);
            case 7 -> typed(random, archive, block);
            default -> spliced(archive, block, block, records(random));
        };
    }

    private static byte[] flipped(byte[] archive, int at, int bit, boolean isMended) {
        byte[] flipped = archive.clone();
        flipped[at] ^= (byte) (1 << bit);
        return isMended ? mended(flipped, at & -512) : flipped;
    }

    private static byte[] mended(byte[] archive, int block) {
        if (block + 512 <= archive.length) {
            byte[] header = RawTar.mended(Arrays.copyOfRange(archive, block, block + 512));
            System.arraycopy(header, 0, archive, block, 512);
        }
        return archive;
    }

    private static byte[] spliced(byte[] archive, int from, int to, byte[] between) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(archive, 0, from);
        out.writeBytes(between);
        out.write(archive, Math.min(to, archive.length), archive.length - Math.min(to, archive.length));
        return out.toByteArray();
    }

    private static byte[] edited(SplittableRandom random, byte[] archive, int block) {
        byte[] edited = Arrays.copyOf(archive, Math.max(archive.length, block + 512));
        byte[] number = RawTar.latin(NUMBERS.get(random.nextInt(NUMBERS.size())));
        System.arraycopy(number, 0, edited, block + FIELDS[random.nextInt(FIELDS.length)], number.length);
        return mended(edited, block);
    }

    private static byte[] typed(SplittableRandom random, byte[] archive, int block) {
        byte[] typed = Arrays.copyOf(archive, Math.max(archive.length, block + 512));
        typed[block + 156] = (byte) "01234567xgLKSDVXMA\0".charAt(random.nextInt(19));
        return mended(typed, block);
    }

    private static byte[] records(SplittableRandom random) {
        String[] records = new String[1 + random.nextInt(6)];
        Arrays.setAll(records, i -> RECORDS.get(random.nextInt(RECORDS.size())));
        return new RawTar().pax(random.nextInt(5) == 0 ? 'g' : 'x', records).cut();
    }
}
