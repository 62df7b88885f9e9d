package dev.estiba.content.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** zstd's frames, and how a stream's beginning tells what it is packed with. */
class ZstdTest {
    private static byte[] packed(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream zstd = Compression.ZSTD.pack(out, 3)) {
            zstd.write(plain);
        }
        return out.toByteArray();
    }

    private static byte[] unpacked(byte[] packed) throws IOException {
        try (InputStream in = Compression.ZSTD.unpack(new ByteArrayInputStream(packed))) {
            return in.readAllBytes();
        }
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }

    @Test
    void whatWasPackedComesBack() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int size : new int[] {0, 1, 131_072, 3_000_001}) {
            byte[] plain = new byte[size];
            random.nextBytes(plain);
            Arrays.fill(plain, 0, size / 2, (byte) 'x');
            assertThat(unpacked(packed(plain))).isEqualTo(plain);
        }
        assertThat(packed(new byte[1000])).isEqualTo(packed(new byte[1000]));
    }

    @Test
    void framesFollowOneAnotherAndSomeAreSkipped() throws IOException {
        byte[] text = "text".getBytes(StandardCharsets.US_ASCII);
        byte[] skippable = HexFormat.of().parseHex("502a4d18" + "03000000" + "616263");
        byte[] all = joined(skippable, joined(packed(text), joined(skippable, packed(text))));
        assertThat(Compression.of(all)).isEqualTo(Compression.ZSTD);
        assertThat(unpacked(all)).isEqualTo("texttext".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void damageIsAnError() throws IOException {
        byte[] whole = packed(new byte[100_000]);
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> unpacked(cut)).as("%d bytes", length).isInstanceOf(CorruptStream.class);
        }
        assertThatThrownBy(() -> unpacked(joined(whole, new byte[] {'x', 'y', 'z', 'w', 'v'})))
                .isInstanceOf(CorruptStream.class)
                .hasMessageStartingWith("the zstd stream is corrupt at byte ");
    }

    /** A frame may ask for a window of any size; two gigabytes would be the process's end. */
    @Test
    void aWindowBeyondTheLimitIsRefused() throws IOException {
        // RFC 8878, 3.1.1.1.2: exponent 18 is a window of 2^28 bytes. A raw block of one byte follows, the last.
        byte[] large = HexFormat.of().parseHex("28b52ffd" + "00" + "90" + "090000" + "61");
        assertThatThrownBy(() -> unpacked(large)).isInstanceOf(CorruptStream.class);
        byte[] allowed = HexFormat.of().parseHex("28b52ffd" + "00" + "50" + "090000" + "61");
        assertThat(unpacked(allowed)).isEqualTo(new byte[] {'a'});
    }

    /** The library is mapped, and its file is gone. */
    @Test
    void noFileIsLeftBehind() throws IOException {
        unpacked(packed(new byte[10]));
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
            assertThat(maps.filter(line -> line.matches(".*/zstd[0-9]+\\.tmp( .*)?"))
                            .toList())
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith(" (deleted)"));
        }
    }

    @Test
    void theBeginningTells() throws IOException {
        assertThat(Compression.of(GzipTest.packed(new byte[1]))).isEqualTo(Compression.GZIP);
        assertThat(Compression.of(packed(new byte[1]))).isEqualTo(Compression.ZSTD);
        assertThat(Compression.of(new byte[512])).isEqualTo(Compression.NONE);
        assertThat(Compression.of(new byte[0])).isEqualTo(Compression.NONE);
        assertThat(Compression.of(new byte[] {0x1f})).isEqualTo(Compression.NONE);
        for (String other : new String[] {"fd377a585a00 xz", "425a68393141 bzip2", "04224d186440 lz4"}) {
            String[] words = other.split(" ");
            assertThatThrownBy(() -> Compression.of(HexFormat.of().parseHex(words[0])))
                    .isInstanceOf(UnknownCompression.class)
                    .hasMessage(
                            "it is packed with " + words[1] + "; layers are packed with gzip or zstd, or not at all");
        }
    }
}
