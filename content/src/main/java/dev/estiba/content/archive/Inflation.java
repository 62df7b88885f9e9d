package dev.estiba.content.archive;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.compression.UnknownCompression;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * Archives and layers as they are unpacked, whatever they are packed with, up to a size and to a ratio that nothing but a bomb
 * has. Used by one thread.
 */
final class Inflation extends InputStream {
    /** Beyond this a thousand bytes of one are too many; deflate itself reaches 1032. */
    private static final long FREE = 64L << 20;

    private static final long RATIO = 1000;
    private static final int BUFFER = 64 << 10;

    private final String name;
    private final Counted packed;
    private final InputStream unpacked;
    private final long most;
    private long count;

    private Inflation(String name, Counted packed, InputStream unpacked, long most) {
        this.name = name;
        this.packed = packed;
        this.unpacked = unpacked;
        this.most = most;
    }

    /**
     * @param name of what is unpacked, for a person
     * @param packed which closing the result closes
     * @param most how many bytes may come out
     */
    static InputStream open(String name, InputStream packed, long most) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(packed, BUFFER);
        buffered.mark(Compression.MAGIC);
        Compression compression = compression(name, buffered.readNBytes(Compression.MAGIC));
        buffered.reset();
        Counted counted = new Counted(buffered);
        return new Inflation(name, counted, compression.unpack(counted), most);
    }

    /** How a file that begins so is packed. */
    static Compression compression(String name, byte[] beginning) throws IOException {
        try {
            return Compression.of(beginning);
        } catch (UnknownCompression e) {
            throw new IOException(name + ": " + e.getMessage(), e);
        }
    }

    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count += one < 0 ? 0 : 1;
            return one;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            int read = super.read(into, at, length);
            count += Math.max(0, read);
            return read;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        Objects.checkFromIndexSize(at, length, into.length);
        int read = unpacked.read(into, at, length);
        count += Math.max(0, read);
        if (count > most) {
            throw new IOException(name + ": more than " + most + " bytes come out of it, which are not unpacked");
        }
        if (count > FREE && unpacked != packed && count / RATIO > packed.count) {
            throw new IOException(
                    name + ": " + count + " bytes come out of " + packed.count + ": this is a bomb, and not unpacked");
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        unpacked.close();
    }
}
