package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * fsetxattr(2), fgetxattr(2), flistxattr(2), fremovexattr(2): extended attributes of open files. Of what cannot be opened, such as
 * a symbolic link, Linux sets none by a descriptor before 6.13, and takes none of the kinds that images may have.
 */
public final class ExtendedAttributes {
    private static final int FSETXATTR = Frame.number("fsetxattr");
    private static final int FGETXATTR = Frame.number("fgetxattr");
    private static final int FLISTXATTR = Frame.number("flistxattr");
    private static final int FREMOVEXATTR = Frame.number("fremovexattr");

    private ExtendedAttributes() {}

    /** @throws ErrnoException EOPNOTSUPP when the file system has none of that kind, ENOSPC or E2BIG for more than it keeps */
    public static void set(CallMemory memory, Fd file, byte[] name, byte[] value) throws IOException {
        if (value.length > CallMemory.DATA) {
            throw new ErrnoException("fsetxattr", CallMemory.shown(name), Errno.E2BIG.number());
        }
        MemorySegment data = memory.data();
        MemorySegment.copy(value, 0, data, ValueLayout.JAVA_BYTE, 0, value.length);
        long r = memory.call(FSETXATTR, file.number(), memory.first(name), data.address(), value.length, 0);
        check(r, "fsetxattr", name, file);
    }

    /** Empty when the file has none of that name. */
    public static Optional<byte[]> get(CallMemory memory, Fd file, byte[] name) throws IOException {
        MemorySegment data = memory.data();
        long n = memory.call(FGETXATTR, file.number(), memory.first(name), data.address(), CallMemory.DATA);
        if (n == -Errno.ENODATA.number()) {
            return Optional.empty();
        }
        check(n, "fgetxattr", name, file);
        return Optional.of(data.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE));
    }

    /** The names of all of them that this process may see. */
    public static List<byte[]> list(CallMemory memory, Fd file) throws IOException {
        MemorySegment data = memory.data();
        long n = memory.call(FLISTXATTR, file.number(), data.address(), CallMemory.DATA);
        check(n, "flistxattr", new byte[0], file);
        byte[] all = data.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE);
        List<byte[]> names = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < all.length; i++) {
            if (all[i] == 0) {
                names.add(Arrays.copyOfRange(all, from, i));
                from = i + 1;
            }
        }
        return names;
    }

    /** False when it was not there. */
    public static boolean remove(CallMemory memory, Fd file, byte[] name) throws IOException {
        long r = memory.call(FREMOVEXATTR, file.number(), memory.first(name));
        if (r == -Errno.ENODATA.number()) {
            return false;
        }
        check(r, "fremovexattr", name, file);
        return true;
    }

    private static void check(long result, String call, byte[] name, Fd file) throws IOException {
        if (result < 0) {
            ErrnoException.check(result, call, CallMemory.shown(name) + " of " + file.label());
        }
    }
}
