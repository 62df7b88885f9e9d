package dev.estiba.linux;

import dev.estiba.linux.number.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One call into the kernel: its memory, and the place where its errno is put. Used by one thread, closed when the call
 * is over.
 *
 * <p>Calls go through syscall(2) of the C library, so that one that the library is too old for can be made as well; the
 * few functions that are more than a system call (posix_spawn) are bound where they are used.
 */
final class Frame implements AutoCloseable {
    static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

    private static final VarHandle ERRNO = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = function(
            "syscall",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG),
            CAPTURE,
            Linker.Option.firstVariadicArg(1));

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(CAPTURED);

    /** A function of the C library. */
    static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol = linker.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
        return linker.downcallHandle(symbol, type, options);
    }

    /** The number of that call on this machine. */
    static int number(String name) {
        return SystemCall.named(name)
                .orElseThrow(() -> new IllegalArgumentException("no system call is named " + name))
                .number(Host.abi())
                .orElseThrow(() -> new UnsupportedOperationException(name + " is no system call of this machine"));
    }

    MemorySegment space(long size) {
        return arena.allocate(size, Long.BYTES);
    }

    /** A C string. */
    MemorySegment string(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL inside of a string for the kernel: " + text.replace('\0', '?'));
        }
        return arena.allocateFrom(text, StandardCharsets.UTF_8);
    }

    /** A NULL-terminated array of C strings. */
    MemorySegment strings(List<String> texts) {
        MemorySegment array = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, string(texts.get(i)));
        }
        return array;
    }

    /** The result, or -errno. */
    long call(int number, long... arguments) {
        try {
            long result = (long) SYSCALL.invokeExact(
                    state,
                    (long) number,
                    argument(arguments, 0),
                    argument(arguments, 1),
                    argument(arguments, 2),
                    argument(arguments, 3),
                    argument(arguments, 4),
                    argument(arguments, 5));
            return result == -1 ? -errno() : result;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long argument(long[] arguments, int at) {
        return at < arguments.length ? arguments[at] : 0;
    }

    /** Where a function that was bound with {@link #CAPTURE} puts its errno. */
    MemorySegment state() {
        return state;
    }

    int errno() {
        return (int) ERRNO.get(state, 0L);
    }

    /** A method handle of a C function throws nothing; what comes all the same is a mistake in its binding. */
    static RuntimeException unexpected(Throwable e) {
        return switch (e) {
            case Error error -> throw error;
            case RuntimeException exception -> exception;
            default -> new IllegalStateException(e);
        };
    }

    @Override
    public void close() {
        arena.close();
    }
}
