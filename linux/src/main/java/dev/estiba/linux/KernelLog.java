package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** syslog(2): what the kernel has said lately. */
public final class KernelLog {
    private static final int SYSLOG = Frame.number("syslog");
    private static final int READ_ALL = 3;
    private static final int SIZE_BUFFER = 10;
    private static final long MOST = 16 << 20;

    private KernelLog() {}

    /** The newest lines, each as {@code <6>[12345.678901] TEXT}; empty when this process may not read them. */
    public static Optional<String> text() throws IOException {
        try (Frame frame = new Frame()) {
            long size = frame.call(SYSLOG, SIZE_BUFFER, 0, 0);
            if (isForbidden(size)) {
                return Optional.empty();
            }
            long most = Math.clamp(ErrnoException.check(size, "syslog", "the kernel's log"), 1, MOST);
            MemorySegment buffer = frame.space(most);
            long length = frame.call(SYSLOG, READ_ALL, buffer.address(), most);
            if (isForbidden(length)) {
                return Optional.empty();
            }
            long read = ErrnoException.check(length, "syslog", "the kernel's log");
            byte[] bytes = buffer.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE);
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /** syslog(2): EPERM without CAP_SYSLOG where dmesg_restrict is set; ENOSYS of a kernel without a log. */
    private static boolean isForbidden(long result) {
        return result == -Errno.EPERM.number() || result == -Errno.ENOSYS.number();
    }
}
