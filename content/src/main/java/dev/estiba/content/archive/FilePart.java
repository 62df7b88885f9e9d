package dev.estiba.content.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** A part of a file, read with a buffer, since headers of archives are small. Used by one thread. */
final class FilePart extends InputStream {
    private static final int BUFFER = 128 << 10;

    private final FileChannel file;
    private final ByteBuffer buffer;
    private long at;
    private long left;

    /** @param file which is closed with this */
    FilePart(FileChannel file, long offset, long length) {
        this.file = file;
        this.at = offset;
        this.left = length;
        this.buffer = ByteBuffer.allocate((int) Math.min(BUFFER, Math.max(1, length)));
        buffer.flip();
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(into, from, count);
        return count;
    }

    private boolean fill() throws IOException {
        if (buffer.hasRemaining()) {
            return true;
        }
        buffer.clear().limit((int) Math.min(buffer.capacity(), left));
        int count = left == 0 ? -1 : file.read(buffer, at);
        buffer.flip();
        if (count <= 0) {
            return false;
        }
        at += count;
        left -= count;
        return true;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
