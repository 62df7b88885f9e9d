package dev.estiba.content.compression;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;

/** How an archive is packed. */
public enum Compression {
    NONE,
    GZIP,
    ZSTD;

    /** So many bytes of a stream's beginning, or all when there are fewer, tell how it is packed. */
    public static final int MAGIC = 6;

    /** A skippable frame, which a zstd stream may begin with, has one of sixteen magic numbers. */
    private static final List<Magic> MAGICS = List.of(
            new Magic("gzip", 0x1f, 0x8b),
            new Magic("zstd", 0x28, 0xb5, 0x2f, 0xfd),
            new Magic("xz", 0xfd, '7', 'z', 'X', 'Z', 0),
            new Magic("bzip2", 'B', 'Z', 'h'),
            new Magic("lz4", 0x04, 0x22, 0x4d, 0x18));

    private record Magic(String name, int... bytes) {
        boolean begins(byte[] stream) {
            if (stream.length < bytes.length) {
                return false;
            }
            for (int i = 0; i < bytes.length; i++) {
                if ((stream[i] & 0xff) != bytes[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * How a stream is packed, by its bytes: what its media type says may be wrong, and everybody looks.
     *
     * @param beginning at least {@link #MAGIC} bytes, or all
     * @throws UnknownCompression for one that no layer may have
     */
    public static Compression of(byte[] beginning) throws UnknownCompression {
        if (beginning.length >= 4
                && (beginning[0] & 0xf0) == 0x50
                && beginning[1] == 0x2a
                && beginning[2] == 0x4d
                && beginning[3] == 0x18) {
            return ZSTD;
        }
        for (Magic magic : MAGICS) {
            if (magic.begins(beginning)) {
                return switch (magic.name()) {
                    case "gzip" -> GZIP;
                    case "zstd" -> ZSTD;
                    default -> throw new UnknownCompression(magic.name());
                };
            }
        }
        return NONE;
    }

    /**
     * Unpacks a stream while it is read: all of it, so what follows the packed bytes is refused. How much comes out of how little
     * is the reader's to limit.
     *
     * @param packed which closing the result closes
     */
    public InputStream unpack(InputStream packed) throws IOException {
        return switch (this) {
            case NONE -> packed;
            case GZIP -> new GzipInput(packed);
            case ZSTD -> Zstd.input(packed);
        };
    }

    /**
     * Packs what is written; equal bytes give equal bytes.
     *
     * @param level of gzip 1 to 9, of zstd 1 to 19
     * @param packed which closing the result closes
     */
    public OutputStream pack(OutputStream packed, int level) throws IOException {
        int most = this == GZIP ? 9 : 19;
        if (level < 1 || level > most) {
            throw new IllegalArgumentException(
                    name().toLowerCase(Locale.ROOT) + " has levels from 1 to " + most + ", not " + level);
        }
        return switch (this) {
            case NONE -> packed;
            case GZIP -> new GzipOutput(packed, level);
            case ZSTD -> Zstd.output(packed, level);
        };
    }
}
