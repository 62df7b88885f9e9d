package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;

/** pread(2), pwrite(2), ftruncate(2), lseek(2): the bytes of a regular file and its holes. */
public final class FileData {
    private static final int PREAD = Frame.number("pread64");
    private static final int PWRITE = Frame.number("pwrite64");
    private static final int FTRUNCATE = Frame.number("ftruncate");
    private static final int LSEEK = Frame.number("lseek");
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private FileData() {}

    /** Reads from a place in the file; how many bytes it was, at least one, or 0 at the file's end. */
    public static int read(CallMemory memory, Fd file, long offset, byte[] into, int from, int count)
            throws IOException {
        MemorySegment data = memory.data();
        long n;
        do {
            n = memory.call(PREAD, file.number(), data.address(), Math.min(count, CallMemory.DATA), offset);
        } while (n == -Errno.EINTR.number());
        int read = (int) check(n, "pread", file);
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, 0, into, from, read);
        return read;
    }

    /** Writes all of the bytes at a place in the file; what lies between its end and them becomes a hole. */
    public static void write(CallMemory memory, Fd file, long offset, byte[] bytes, int from, int count)
            throws IOException {
        MemorySegment data = memory.data();
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, CallMemory.DATA);
            MemorySegment.copy(bytes, from + done, data, ValueLayout.JAVA_BYTE, 0, part);
            done += write(memory, file, offset + done, part);
        }
    }

    /** What is in the memory's data; gives how much of it has been written. */
    private static int write(CallMemory memory, Fd file, long offset, int count) throws IOException {
        long n;
        do {
            n = memory.call(PWRITE, file.number(), memory.data().address(), count, offset);
        } while (n == -Errno.EINTR.number());
        return (int) check(n, "pwrite", file);
    }

    /** Sets a file's size; what it grows by is a hole. */
    public static void truncate(CallMemory memory, Fd file, long size) throws IOException {
        check(memory.call(FTRUNCATE, file.number(), size), "ftruncate", file);
    }

    /** Where the next bytes are that are no hole, from a place on; empty when there are none. */
    public static OptionalLong nextData(CallMemory memory, Fd file, long from) throws IOException {
        return seek(memory, file, from, SEEK_DATA);
    }

    /** Where the next hole begins, which the file's end counts as; empty beyond the end. */
    public static OptionalLong nextHole(CallMemory memory, Fd file, long from) throws IOException {
        return seek(memory, file, from, SEEK_HOLE);
    }

    private static OptionalLong seek(CallMemory memory, Fd file, long from, int whence) throws IOException {
        long at = memory.call(LSEEK, file.number(), from, whence);
        return at == -Errno.ENXIO.number() ? OptionalLong.empty() : OptionalLong.of(check(at, "lseek", file));
    }

    private static long check(long result, String call, Fd file) throws IOException {
        return result >= 0 ? result : ErrnoException.check(result, call, file.label());
    }
}
