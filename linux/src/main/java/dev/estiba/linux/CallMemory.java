package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one thread's calls, used again by each: who makes a hundred thousand files would otherwise allocate a
 * hundred thousand times. Used and closed by the thread that has made it.
 */
public final class CallMemory implements AutoCloseable {
    /** PATH_MAX, with its NUL. */
    private static final int PATH = 4096;

    private static final int STRUCT = 256;
    /** XATTR_SIZE_MAX is less, and a write(2) of so much costs little more than its copy. */
    static final int DATA = 256 << 10;

    static final int NAMES = 32 << 10;

    private final Frame frame = new Frame();
    private final MemorySegment first = frame.space(PATH);
    private final MemorySegment second = frame.space(PATH);
    private final MemorySegment struct = frame.space(STRUCT);
    private @Nullable MemorySegment data;
    private @Nullable MemorySegment names;

    /** The result, or -errno. */
    long call(int number, long... arguments) {
        return frame.call(number, arguments);
    }

    /** A name or a path, for the call that comes next. */
    long first(byte[] name) throws IOException {
        return put(first, name);
    }

    /** Another one for the same call. */
    long second(byte[] name) throws IOException {
        return put(second, name);
    }

    private static long put(MemorySegment to, byte[] name) throws IOException {
        for (byte one : name) {
            if (one == 0) {
                throw new IllegalArgumentException("a NUL inside of a name for the kernel: " + shown(name));
            }
        }
        if (name.length >= PATH) {
            throw new ErrnoException("look up", name.length + " bytes of a path", Errno.ENAMETOOLONG.number());
        }
        MemorySegment.copy(name, 0, to, ValueLayout.JAVA_BYTE, 0, name.length);
        to.set(ValueLayout.JAVA_BYTE, name.length, (byte) 0);
        return to.address();
    }

    /** For a structure of at most 256 bytes, with whatever the call before has left in it. */
    MemorySegment struct() {
        return struct;
    }

    /** For {@link #DATA} bytes; made when it is first asked for, as so much is not had for nothing. */
    MemorySegment data() {
        MemorySegment there = data;
        if (there == null) {
            there = frame.space(DATA);
            data = there;
        }
        return there;
    }

    /** For a part of a directory: {@link #NAMES} bytes. */
    MemorySegment names() {
        MemorySegment there = names;
        if (there == null) {
            there = frame.space(NAMES);
            names = there;
        }
        return there;
    }

    /** A name for a message: its bytes need not be a text. */
    static String shown(byte[] name) {
        return new String(name, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        frame.close();
    }
}
