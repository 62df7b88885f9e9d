package dev.estiba.content.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.tar.RawTar.Read;
import dev.estiba.content.tar.TarEntry.RegularFile;
import dev.estiba.content.tar.TarEntry.Segment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TarWriterTest {
    private static final long SEED = Long.getLong("estiba.seed", 6);
    private static final int ARCHIVES = Boolean.getBoolean("estiba.long") ? 10_000 : 200;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        SplittableRandom seeds = new SplittableRandom(SEED);
        for (int i = 0; i < ARCHIVES; i++) {
            RandomTar random = new RandomTar(seeds.split());
            List<TarEntry> entries = new ArrayList<>();
            List<byte[]> contents = new ArrayList<>();
            for (int j = 0; j < 8; j++) {
                entries.add(random.entry());
                contents.add(random.content(entries.getLast()));
            }
            byte[] archive = write(entries, contents);
            List<Read> read = RawTar.read(archive);
            assertThat(read).as("seed %d, archive %d", SEED, i).hasSize(8);
            for (int j = 0; j < 8; j++) {
                assertThat(read.get(j).entry())
                        .as("seed %d, archive %d", SEED, i)
                        .isEqualTo(entries.get(j));
                assertThat(read.get(j).content()).isEqualTo(contents.get(j));
            }
            assertThat(archive.length % 512).isZero();
            assertThat(write(entries, contents)).isEqualTo(archive);
        }
    }

    static byte[] write(List<TarEntry> entries, List<byte[]> contents) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(out)) {
            for (int i = 0; i < entries.size(); i++) {
                writer.write(entries.get(i), new ByteArrayInputStream(contents.get(i)));
            }
        }
        return out.toByteArray();
    }

    @Test
    void whatFitsIntoAHeaderIsOneBlock() throws IOException {
        TarMetadata plain = TarMetadata.of(TarBytes.of("a/" + "b".repeat(153) + "/" + "c".repeat(90)), 0755)
                .withOwner(2097151, 2097151)
                .withModified(Instant.ofEpochSecond((1L << 33) - 1));
        assertThat(one(new TarEntry.Directory(plain)).length).isEqualTo(512 + 1024);
        assertThat(one(new TarEntry.Directory(plain.withOwner(2097152, 0))).length)
                .isEqualTo(512 * 3 + 1024);
        assertThat(one(new TarEntry.Directory(plain.withModified(Instant.ofEpochSecond(0, 1)))).length)
                .isEqualTo(512 * 3 + 1024);
    }

    /** The order of attributes is the file system's whim; the bytes do not depend on it. */
    @Test
    void attributesInAnyOrderAreTheSameBytes() throws IOException {
        Map<TarBytes, TarBytes> there = new LinkedHashMap<>();
        Map<TarBytes, TarBytes> back = new LinkedHashMap<>();
        for (int i = 0; i < 10; i++) {
            there.put(TarBytes.of("user." + i), TarBytes.of("v"));
            back.put(TarBytes.of("user." + (9 - i)), TarBytes.of("v"));
        }
        TarMetadata metadata = TarMetadata.of(TarBytes.of("d"), 0);
        assertThat(one(new TarEntry.Directory(metadata.withAttributes(there))))
                .isEqualTo(one(new TarEntry.Directory(metadata.withAttributes(back))));
    }

    @Test
    void paxRecordsCountTheirOwnDigits() throws IOException {
        for (int length = 1; length < 1200; length++) {
            TarMetadata metadata = TarMetadata.of(TarBytes.of("d"), 0)
                    .withAttributes(Map.of(TarBytes.of("u"), TarBytes.of("v".repeat(length))));
            assertThat(RawTar.read(one(new TarEntry.Directory(metadata)))).hasSize(1);
        }
    }

    @Test
    void sizesBeyondElevenDigitsAreWritten() throws IOException {
        RegularFile file = new RegularFile(TarMetadata.of(TarBytes.of("f"), 0600), 1L << 33);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(out);
        assertThatThrownBy(() -> writer.write(file)).hasMessage("\"f\" has 0 bytes where its entry says 8589934592");
        TarReader reader = new TarReader(new ByteArrayInputStream(out.toByteArray()));
        assertThat(reader.next()).contains(file);
    }

    /** GNU tar begins each segment with a block of the archive. */
    @Test
    void segmentsAreMadeWiderToWholeBlocks() throws IOException {
        List<Segment> odd = List.of(
                new Segment(3, 1),
                new Segment(5, 2),
                new Segment(1000, 100),
                new Segment(2048, 512),
                new Segment(3000, 7));
        RegularFile file = new RegularFile(TarMetadata.of(TarBytes.of("f"), 0), 3009, Optional.of(odd));
        byte[] content = new byte[622];
        new SplittableRandom(SEED).nextBytes(content);
        Read read = RawTar.read(write(List.of(file), List.of(content))).getFirst();
        assertThat(((RegularFile) read.entry()).data().orElseThrow())
                .containsExactly(
                        new Segment(0, 512), new Segment(512, 1024), new Segment(2048, 512), new Segment(2560, 449));
        assertThat(read.expanded()).isEqualTo(new Read(file, content).expanded());
    }

    @Test
    void noMoreIsReadThanTheEntrySays() throws IOException {
        InputStream in = new ByteArrayInputStream("abcdef".getBytes(StandardCharsets.US_ASCII));
        try (TarWriter writer = new TarWriter(new ByteArrayOutputStream())) {
            writer.write(new RegularFile(TarMetadata.of(TarBytes.of("f"), 0), 4), in);
        }
        assertThat(in.readAllBytes()).isEqualTo("ef".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void aFinishedArchiveTakesNothing() throws IOException {
        TarWriter writer = new TarWriter(new ByteArrayOutputStream());
        writer.close();
        assertThatThrownBy(() -> writer.write(new TarEntry.Fifo(TarMetadata.of(TarBytes.of("f"), 0))))
                .isInstanceOf(IOException.class)
                .hasMessage("the archive has been finished");
    }

    private static byte[] one(TarEntry entry) throws IOException {
        return write(List.of(entry), List.of(new byte[0]));
    }
}
