package dev.estiba.engine.log;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One of a log's files, open: the live one, or one that was put aside, packed or not. A file that is packed while somebody reads is met
 * as two: the same inode is the same file, and so is one that begins with the same line, which has a time.
 *
 * @param fd this object's
 */
record LogPiece(Fd fd, boolean isPacked) implements AutoCloseable {
    private static final int BEGINNING = 4096;

    static LogPiece plain(Fd fd) {
        return new LogPiece(fd, false);
    }

    static LogPiece packed(Fd fd) {
        return new LogPiece(fd, true);
    }

    /** Empty when there is none. */
    static Optional<LogPiece> open(Path path, boolean isPacked) throws IOException {
        try {
            return Optional.of(new LogPiece(Open.absolute(path.toString(), Open.How.reading()), isPacked));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Its inode's number, which nobody else gets while this is open. */
    Object identity() throws IOException {
        return Files.getAttribute(Path.of(fd.procPath()), "unix:ino");
    }

    /** What is in it from a place on; of a packed one in unpacked bytes. */
    InputStream from(long position) throws IOException {
        FileChannel channel = FileChannel.open(Path.of(fd.procPath()));
        boolean isOpen = false;
        try {
            InputStream in = Channels.newInputStream(isPacked ? channel : channel.position(position));
            InputStream opened = isPacked ? new GZIPInputStream(in, 1 << 16) : new BufferedInputStream(in, 1 << 16);
            if (isPacked) {
                opened.skipNBytes(position);
                opened = new BufferedInputStream(opened, 1 << 16);
            }
            isOpen = true;
            return opened;
        } finally {
            if (!isOpen) {
                channel.close();
            }
        }
    }

    /** Where its last entries begin. */
    Tail tail(long most) throws IOException {
        if (!isPacked) {
            return Tail.of(Path.of(fd.procPath()), most);
        }
        try {
            long entries = count(Long.MAX_VALUE).entries();
            return entries <= most
                    ? new Tail(0, entries)
                    : new Tail(count(entries - most).start(), most);
        } catch (EOFException | ZipException e) {
            return new Tail(0, 0); // cut off by a power cut: what can be read of it is told where all is asked for
        }
    }

    /** Behind so many entries. */
    private Tail count(long entries) throws IOException {
        long at = 0;
        long found = 0;
        try (InputStream in = from(0)) {
            for (int b = in.read(); b >= 0 && found < entries; b = in.read()) {
                at++;
                found += b == '\n' ? 1 : 0;
            }
        }
        return new Tail(at, found);
    }

    /** Whether both have the same first line. */
    boolean beginsLike(LogPiece other) throws IOException {
        byte[] own = firstLine();
        return own.length > 0 && Arrays.equals(own, other.firstLine());
    }

    private byte[] firstLine() throws IOException {
        try (InputStream in = from(0)) {
            byte[] beginning = in.readNBytes(BEGINNING);
            for (int i = 0; i < beginning.length; i++) {
                if (beginning[i] == '\n') {
                    return Arrays.copyOf(beginning, i + 1);
                }
            }
            return beginning.length == BEGINNING ? beginning : new byte[0];
        } catch (EOFException | ZipException e) {
            return new byte[0];
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
