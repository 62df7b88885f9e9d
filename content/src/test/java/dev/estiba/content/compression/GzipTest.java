package dev.estiba.content.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Members, headers, checksums and ends of gzip files; damage is an error and never other bytes. */
class GzipTest {
    private static final byte[] TEXT = "some text, some text, some text".getBytes(StandardCharsets.US_ASCII);

    static byte[] packed(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = Compression.GZIP.pack(out, 6)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    private static byte[] unpacked(byte[] packed) throws IOException {
        try (InputStream in = new GzipInput(new ByteArrayInputStream(packed))) {
            return in.readAllBytes();
        }
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void whatWasPackedComesBack() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int size : new int[] {0, 1, 65535, 65536, 65537, 3_000_000}) {
            byte[] plain = new byte[size];
            random.nextBytes(plain);
            Arrays.fill(plain, 0, size / 2, (byte) 'x');
            assertThat(unpacked(packed(plain))).isEqualTo(plain);
        }
    }

    /** A stream that gives what it likes: the members' ends are anywhere in the buffers. */
    @Test
    void severalMembersAreOneStream() throws IOException {
        byte[] all = joined(packed(TEXT), packed(new byte[0]), packed(TEXT), packed(new byte[200_000]));
        byte[] plain = joined(TEXT, TEXT, new byte[200_000]);
        assertThat(unpacked(all)).isEqualTo(plain);
        for (int most : new int[] {1, 2, 7, 100}) {
            InputStream few = new ByteArrayInputStream(all) {
                @Override
                public synchronized int read(byte[] into, int at, int length) {
                    return super.read(into, at, Math.min(length, most));
                }
            };
            try (GzipInput in = new GzipInput(few)) {
                assertThat(in.readAllBytes()).isEqualTo(plain);
                assertThat(in.consumed()).isEqualTo(all.length);
                assertThat(in.read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void equalBytesMakeEqualBytes() throws IOException {
        assertThat(packed(TEXT)).isEqualTo(packed(TEXT));
        // No name, no time, no system: RFC 1952, 2.3.
        assertThat(Arrays.copyOf(packed(TEXT), 10)).isEqualTo(HexFormat.of().parseHex("1f8b08000000000000ff"));
    }

    @Test
    void zerosBehindTheEndArePassedOver() throws IOException {
        assertThat(unpacked(joined(packed(TEXT), new byte[100_000]))).isEqualTo(TEXT);
    }

    @Test
    void anythingElseBehindTheEndIsRefused() throws IOException {
        for (byte[] rest : new byte[][] {{1}, {0, 0, 1}, {0x1f}, {0x1f, 0x41}, TEXT}) {
            assertThatThrownBy(() -> unpacked(joined(packed(TEXT), rest)))
                    .as(Arrays.toString(rest))
                    .isInstanceOfAny(CorruptStream.class, EOFException.class);
        }
        int length = packed(TEXT).length;
        assertThatThrownBy(() -> unpacked(joined(packed(TEXT), new byte[] {'x'})))
                .hasMessage(
                        "the gzip stream is corrupt at byte " + (length + 1) + ": something follows its last member");
    }

    /** A header with all that there is, as RFC 1952 has it. */
    @ParameterizedTest
    @CsvSource({"0, ''", "4, 0300616263", "8, 6e616d6500", "16, 6300", "28, 0100616e006300"})
    void optionalFieldsAreReadOver(int flags, String fields) throws IOException {
        byte[] plain = packed(TEXT);
        byte[] body = Arrays.copyOfRange(plain, 10, plain.length);
        byte[] header = joined(
                new byte[] {0x1f, (byte) 0x8b, 8, (byte) flags, 1, 2, 3, 4, 2, 3},
                HexFormat.of().parseHex(fields));
        assertThat(unpacked(joined(header, body))).isEqualTo(TEXT);
        header[3] |= 2;
        CRC32 crc = new CRC32();
        crc.update(header);
        byte[] checked = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
        assertThat(unpacked(joined(header, checked, body))).isEqualTo(TEXT);
        checked[0]++;
        assertThatThrownBy(() -> unpacked(joined(header, checked, body)))
                .hasMessageContaining("the checksum of a header differs");
    }

    @Test
    void headersHaveLimits() {
        byte[] endless = new byte[1 << 20];
        Arrays.fill(endless, (byte) 'n');
        byte[] header = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 3};
        assertThatThrownBy(() -> unpacked(joined(header, endless))).hasMessageContaining("more than 65536 bytes");
        assertThatThrownBy(() -> unpacked(new byte[] {0x1f, (byte) 0x8b, 7, 0, 0, 0, 0, 0, 0, 0}))
                .hasMessageContaining("not deflate");
        assertThatThrownBy(() -> unpacked(new byte[] {0x1f, (byte) 0x8b, 8, 0x20, 0, 0, 0, 0, 0, 0}))
                .hasMessageContaining("flags that nobody knows");
    }

    @Test
    void everyCutIsAnError() throws IOException {
        byte[] whole = packed(TEXT);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> unpacked(cut)).as("%d bytes", length).isInstanceOf(EOFException.class);
        }
    }

    /** Some bits mean nothing: the header's time, and those that fill deflate's last byte up. */
    @Test
    void noFlippedBitMakesOtherBytes() throws IOException {
        byte[] whole = packed(TEXT);
        int refused = 0;
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(unpacked(flipped)).as("bit %d", bit).isEqualTo(TEXT);
            } catch (CorruptStream | EOFException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan((whole.length - 6) * 8 - 10);
    }

    @Test
    void theJdksFilesAreRead() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(TEXT);
        }
        assertThat(unpacked(out.toByteArray())).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10})
    void levelsAreFromOneToNine(int level) {
        assertThatThrownBy(() -> Compression.GZIP.pack(new ByteArrayOutputStream(), level))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closingClosesAndReadingThenFails() throws IOException {
        boolean[] closed = new boolean[1];
        InputStream in = new ByteArrayInputStream(packed(TEXT)) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        GzipInput gzip = new GzipInput(in);
        gzip.close();
        gzip.close();
        assertThat(closed[0]).isTrue();
        assertThatThrownBy(gzip::read).isInstanceOf(IOException.class);
    }
}
