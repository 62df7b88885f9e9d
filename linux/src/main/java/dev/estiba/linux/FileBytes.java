package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** read(2), pread(2), write(2), pwrite(2), ftruncate(2): whole contents, with a cap. */
public final class FileBytes {
    private static final int READ = Frame.number("read");
    private static final int PREAD = Frame.number("pread64");
    private static final int WRITE = Frame.number("write");
    private static final int PWRITE = Frame.number("pwrite64");
    private static final int CHUNK = 64 << 10;

    private FileBytes() {}

    /**
     * Everything up to the end of the file.
     *
     * @param cap how many bytes there may be
     * @throws ErrnoException EFBIG when there are more than {@code cap}
     */
    public static byte[] readAll(Fd file, int cap) throws IOException {
        byte[] bytes = new byte[Math.min(cap, 4096)];
        int used = 0;
        try (Frame frame = new Frame()) {
            MemorySegment buffer = frame.space(Math.min((long) cap + 1, CHUNK));
            while (true) {
                long n = read(frame, file, buffer, buffer.byteSize());
                if (n == 0) {
                    return used == bytes.length ? bytes : Arrays.copyOf(bytes, used);
                }
                if (n > cap - used) {
                    throw new ErrnoException(
                            "read", file.label() + " (more than " + cap + " bytes)", Errno.EFBIG.number());
                }
                int end = used + (int) n;
                if (end > bytes.length) {
                    bytes = Arrays.copyOf(bytes, (int) Math.min(cap, Math.max(end, 2L * bytes.length)));
                }
                MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, used, (int) n);
                used = end;
            }
        }
    }

    /** What is there, at least a byte of it unless it is the end, at most {@code most}; waits on a blocking descriptor. */
    public static byte[] readSome(Fd file, int most) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment buffer = frame.space(most);
            long n = read(frame, file, buffer, most);
            byte[] bytes = new byte[(int) n];
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
            return bytes;
        }
    }

    /** What one read of the file's beginning gives, at most {@code most}; where it stands does not change. */
    public static byte[] readAtStart(Fd file, int most) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment buffer = frame.space(most);
            long n = frame.call(PREAD, file.number(), buffer.address(), most, 0);
            ErrnoException.check(n, "pread", file.label());
            byte[] bytes = new byte[(int) n];
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
            return bytes;
        }
    }

    private static long read(Frame frame, Fd file, MemorySegment buffer, long size) throws IOException {
        long n;
        do {
            n = frame.call(READ, file.number(), buffer.address(), size);
        } while (n == -Errno.EINTR.number());
        return ErrnoException.check(n, "read", file.label());
    }

    /** All of the bytes, where the file stands; waits as long as it takes. */
    public static void writeAll(Fd file, byte[] bytes) throws IOException {
        write(file, bytes, -1);
    }

    /** All of the bytes from the file's beginning on; where it stands does not change. */
    public static void writeAtStart(Fd file, byte[] bytes) throws IOException {
        write(file, bytes, 0);
    }

    private static void write(Fd file, byte[] bytes, long offset) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment buffer = frame.space(Math.max(1, bytes.length));
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
            for (long done = 0; done < bytes.length; ) {
                long at = buffer.address() + done;
                long left = bytes.length - done;
                long n = offset < 0
                        ? frame.call(WRITE, file.number(), at, left)
                        : frame.call(PWRITE, file.number(), at, left, offset + done);
                if (n == -Errno.EAGAIN.number()) {
                    // Whoever shares the open file has made it non-blocking: that is waited for, and never undone.
                    Poll.awaitWritable(file);
                } else if (n != -Errno.EINTR.number()) {
                    done += ErrnoException.check(n, "write", file.label());
                }
            }
        }
    }
}
