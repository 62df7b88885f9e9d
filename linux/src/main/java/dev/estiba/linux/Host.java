package dev.estiba.linux;

import dev.estiba.linux.number.Abi;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** uname(2): the machine and its kernel. Asked once, because neither changes under a running process. */
public final class Host {
    /** struct utsname of Linux: six fields of 65 bytes. */
    static final int FIELD = 65;

    static final int SIZE = 6 * FIELD;
    private static final int RELEASE = 2 * FIELD;
    private static final int MACHINE = 4 * FIELD;

    private static final Host THIS = ask();

    private final Abi abi;
    private final String release;

    private Host(Abi abi, String release) {
        this.abi = abi;
        this.release = release;
    }

    private static Host ask() {
        MethodHandle uname = Frame.function("uname", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment names = arena.allocate(SIZE);
            int result = (int) uname.invokeExact(names);
            if (result != 0) {
                throw new IllegalStateException("uname answered " + result);
            }
            return new Host(abiOf(names.getString(MACHINE)), names.getString(RELEASE));
        } catch (Throwable e) {
            throw Frame.unexpected(e);
        }
    }

    private static Abi abiOf(String machine) {
        return switch (machine) {
            case "x86_64" -> Abi.X86_64;
            case "aarch64" -> Abi.ARM64;
            default ->
                throw new UnsupportedOperationException(
                        "this machine is a " + machine + "; x86_64 and aarch64 are supported");
        };
    }

    /** How this machine calls the kernel. */
    public static Abi abi() {
        return THIS.abi;
    }

    /** The kernel's release, e.g. {@code 6.1.0-18-amd64}. */
    public static String release() {
        return THIS.release;
    }
}
