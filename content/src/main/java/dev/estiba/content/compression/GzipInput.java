package dev.estiba.content.compression;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads all members of a gzip file (RFC 1952) up to the end of the stream; the JDK's own class stops, or does not, at the end of a
 * member by what happens to be buffered. Zeros behind the last member are passed over, as gzip(1) does, for tapes; anything else
 * there is refused, where gzip(1) warns: two readers that differ about it would see two archives behind one digest.
 */
public final class GzipInput extends InputStream {
    private static final String FORMAT = "gzip";
    private static final int BUFFER = 1 << 16;
    private static final int MAGIC_1 = 0x1f;
    private static final int MAGIC_2 = 0x8b;
    private static final int DEFLATE = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;
    /** Of a header's name or comment, which nobody needs. */
    private static final int MOST_TEXT = 1 << 16;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final CRC32 headerCrc = new CRC32();
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int limit;
    private long before;
    private long members;
    private boolean isInMember;
    private boolean hasEnded;
    private boolean isClosed;

    /** @param in which {@link #close()} closes */
    public GzipInput(InputStream in) {
        this.in = in;
    }

    /** How many of the packed bytes have been used. */
    public long consumed() {
        return before + at;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, into.length);
        if (isClosed) {
            throw new IOException("the stream is closed");
        }
        if (length == 0) {
            return 0;
        }
        while (!hasEnded) {
            if (!isInMember) {
                hasEnded = !beginMember();
            } else {
                int count = inflate(into, from, length);
                if (count > 0) {
                    return count;
                }
            }
        }
        return -1;
    }

    private int inflate(byte[] into, int from, int length) throws IOException {
        if (inflater.needsInput() && !inflater.finished()) {
            if (at == limit && !fill()) {
                throw cut();
            }
            inflater.setInput(buffer, at, limit - at);
        }
        int count;
        long taken = inflater.getBytesRead();
        try {
            count = inflater.inflate(into, from, length);
        } catch (DataFormatException e) {
            String said = e.getMessage();
            throw corrupt(said == null ? "its blocks are malformed" : said);
        }
        at += (int) (inflater.getBytesRead() - taken);
        crc.update(into, from, count);
        if (inflater.finished()) {
            endMember();
        } else if (inflater.needsDictionary()) {
            throw corrupt("it needs a dictionary");
        }
        return count;
    }

    private void endMember() throws IOException {
        if (number() != crc.getValue()) {
            throw corrupt("the checksum of a member differs");
        }
        if (number() != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw corrupt("the length of a member differs");
        }
        isInMember = false;
        members++;
    }

    private long number() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    /** False at the end of the stream. */
    private boolean beginMember() throws IOException {
        if (at == limit && !fill()) {
            if (members == 0) {
                throw cut();
            }
            return false;
        }
        if (members > 0 && buffer[at] == 0) {
            passZeros();
            return false;
        }
        headerCrc.reset();
        if (header() != MAGIC_1 || header() != MAGIC_2) {
            throw corrupt(members == 0 ? "it does not begin as one" : "something follows its last member");
        }
        if (header() != DEFLATE) {
            throw corrupt("its method is not deflate");
        }
        int flags = header();
        if ((flags & RESERVED) != 0) {
            throw corrupt("its header has flags that nobody knows");
        }
        skipHeader(6);
        if ((flags & EXTRA) != 0) {
            skipHeader(header() | header() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            int wanted = (int) headerCrc.getValue() & 0xffff;
            if ((next() | next() << 8) != wanted) {
                throw corrupt("the checksum of a header differs");
            }
        }
        inflater.reset();
        crc.reset();
        isInMember = true;
        return true;
    }

    private int header() throws IOException {
        int one = next();
        headerCrc.update(one);
        return one;
    }

    private void skipHeader(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            header();
        }
    }

    private void skipText() throws IOException {
        for (int i = 0; header() != 0; i++) {
            if (i == MOST_TEXT) {
                throw corrupt("a text of its header has more than " + MOST_TEXT + " bytes");
            }
        }
    }

    private void passZeros() throws IOException {
        do {
            while (at < limit) {
                if (buffer[at++] != 0) {
                    throw corrupt("something follows its last member");
                }
            }
        } while (fill());
    }

    private int next() throws IOException {
        if (at == limit && !fill()) {
            throw cut();
        }
        return buffer[at++] & 0xff;
    }

    /** Only when all of the buffer has been used. False at the end. */
    private boolean fill() throws IOException {
        before += limit;
        at = 0;
        limit = 0;
        int count;
        do {
            count = in.read(buffer, 0, BUFFER);
        } while (count == 0);
        limit = Math.max(count, 0);
        return count > 0;
    }

    private CorruptStream corrupt(String problem) {
        return new CorruptStream(FORMAT, consumed(), problem);
    }

    private IOException cut() {
        return new EOFException("the gzip stream ends after " + consumed() + " bytes, in the middle of a member");
    }

    @Override
    public void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            inflater.end();
            in.close();
        }
    }
}
