package dev.estiba.content.tar;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The archive's bytes and how many have been read. It reads no byte ahead, so that what follows an archive stays there. */
final class ArchiveInput {
    private static final int SCRATCH = 1 << 14;

    private final InputStream in;
    private final byte[] scratch = new byte[SCRATCH];
    private long offset;

    ArchiveInput(InputStream in) {
        this.in = in;
    }

    long offset() {
        return offset;
    }

    /** The next block; empty at the end. */
    Optional<byte[]> block() throws IOException, Flaw {
        byte[] block = new byte[TarHeader.BLOCK];
        int count = in.readNBytes(block, 0, block.length);
        offset += count;
        if (count > 0 && count < block.length) {
            throw new Flaw("the archive ends in the middle of a block");
        }
        return count == 0 ? Optional.empty() : Optional.of(block);
    }

    /** A header's content, of a size that is bounded; it grows while it is read. */
    byte[] bytes(int count) throws IOException, Flaw {
        byte[] bytes = in.readNBytes(count);
        offset += bytes.length;
        if (bytes.length < count) {
            throw cut(count - bytes.length);
        }
        return bytes;
    }

    /** As {@link InputStream#read(byte[], int, int)}; the end is a flaw. */
    int read(byte[] into, int at, int length, long missing) throws IOException, Flaw {
        int count = in.read(into, at, length);
        if (count < 0) {
            throw cut(missing);
        }
        offset += count;
        return count;
    }

    /** Reads over bytes; {@link InputStream#skip} of a file would go beyond its end without a word. */
    void skip(long count) throws IOException, Flaw {
        for (long left = count; left > 0; ) {
            left -= read(scratch, 0, (int) Math.min(left, SCRATCH), left);
        }
    }

    /** Reads over what fills a block up. An archive may end without it: Go's and GNU tar's readers accept that. */
    void skipPadding(long size) throws IOException {
        offset += in.readNBytes(scratch, 0, (int) (-size & TarHeader.BLOCK - 1));
    }

    private static Flaw cut(long missing) {
        return new Flaw("the archive ends " + missing + " bytes before its content does");
    }
}
