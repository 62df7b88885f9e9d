package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;

/**
 * ioctl_ficlone(2), copy_file_range(2): the content of a regular file into an empty one. Where the file system can, both share
 * their blocks; elsewhere the kernel copies; what is a hole stays one.
 */
public final class FileCopy {
    private static final int IOCTL = Frame.number("ioctl");
    private static final int COPY_FILE_RANGE = Frame.number("copy_file_range");
    private static final int PREAD = Frame.number("pread64");
    private static final int PWRITE = Frame.number("pwrite64");
    private static final long FICLONE = 0x40049409L;
    private static final long MOST = 1L << 30;

    private FileCopy() {}

    /**
     * Copies all of it.
     *
     * @param from open for reading; nobody changes it meanwhile
     * @param to empty, open for writing
     * @return whether their blocks are shared
     * @throws ErrnoException ENOSPC above all
     */
    public static boolean copy(CallMemory memory, Fd from, Fd to, long size) throws IOException {
        if (memory.call(IOCTL, to.number(), FICLONE, from.number()) == 0) {
            return true;
        }
        copyData(memory, from, to, size, true);
        return false;
    }

    /** @param byKernel whether copy_file_range(2) is tried */
    static void copyData(CallMemory memory, Fd from, Fd to, long size, boolean byKernel) throws IOException {
        boolean able = byKernel;
        long at = 0;
        while (at < size) {
            OptionalLong data = FileData.nextData(memory, from, at);
            if (data.isEmpty() || data.getAsLong() >= size) {
                break;
            }
            at = data.getAsLong();
            long end = Math.min(FileData.nextHole(memory, from, at).orElse(size), size);
            if (able) {
                long done = range(memory, from, to, at, end);
                able = done == end - at;
                at += done;
            }
            if (!able) {
                bytes(memory, from, to, at, end);
            }
            at = end;
        }
        FileData.truncate(memory, to, size);
    }

    /** How much of it the kernel has copied: less where it cannot between these two files. */
    private static long range(CallMemory memory, Fd from, Fd to, long start, long end) throws IOException {
        var offsets = memory.struct();
        long at = start;
        while (at < end) {
            offsets.set(ValueLayout.JAVA_LONG, 0, at);
            offsets.set(ValueLayout.JAVA_LONG, 8, at);
            long n = memory.call(
                    COPY_FILE_RANGE,
                    from.number(),
                    offsets.address(),
                    to.number(),
                    offsets.address() + 8,
                    Math.min(end - at, MOST),
                    0);
            if (n == -Errno.EINTR.number()) {
                continue;
            }
            if (n < 0 && isUnable(n) || n == 0) {
                break;
            }
            at += ErrnoException.check(n, "copy_file_range", from.label());
        }
        return at - start;
    }

    private static boolean isUnable(long answer) {
        return answer == -Errno.EXDEV.number()
                || answer == -Errno.EINVAL.number()
                || answer == -Errno.EOPNOTSUPP.number()
                || answer == -Errno.EPERM.number()
                || answer == -Errno.ENOSYS.number();
    }

    private static void bytes(CallMemory memory, Fd from, Fd to, long start, long end) throws IOException {
        long data = memory.data().address();
        long at = start;
        while (at < end) {
            long wanted = Math.min(end - at, CallMemory.DATA);
            long n = memory.call(PREAD, from.number(), data, wanted, at);
            if (n == -Errno.EINTR.number()) {
                continue;
            }
            if (ErrnoException.check(n, "pread64", from.label()) == 0) {
                throw new IOException(from.label() + " has become shorter while it was copied");
            }
            for (long done = 0; done < n; ) {
                long w = memory.call(PWRITE, to.number(), data + done, n - done, at + done);
                done += w == -Errno.EINTR.number() ? 0 : ErrnoException.check(w, "pwrite64", to.label());
            }
            at += n;
        }
    }
}
