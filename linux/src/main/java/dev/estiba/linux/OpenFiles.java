package dev.estiba.linux;

import dev.estiba.linux.number.ResourceLimit;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * prlimit(2): how many descriptors this process may have, and passes on to who it starts. A JVM raises it for itself before anybody is
 * asked, unless it is told not to (-XX:-MaxFDLimit).
 *
 * @param most as many as there may be now
 * @param ceiling as many as it may be raised to
 */
public record OpenFiles(long most, long ceiling) {
    private static final int PRLIMIT = Frame.number("prlimit64");
    private static final int STRUCT = 16;

    public static OpenFiles now() throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment limit = frame.space(STRUCT);
            long r = frame.call(PRLIMIT, 0, ResourceLimit.NOFILE.ordinal(), 0, limit.address());
            ErrnoException.check(r, "prlimit", "RLIMIT_NOFILE");
            return new OpenFiles(limit.get(ValueLayout.JAVA_LONG, 0), limit.get(ValueLayout.JAVA_LONG, 8));
        }
    }

    /** Whether there may be more. */
    public boolean isBelowCeiling() {
        return Long.compareUnsigned(most, ceiling) < 0;
    }

    /** Allows as many as may be, to all of this process' threads and to who they start from now on. */
    public void raise() throws IOException {
        if (!isBelowCeiling()) {
            return;
        }
        try (Frame frame = new Frame()) {
            MemorySegment limit = frame.space(STRUCT);
            limit.set(ValueLayout.JAVA_LONG, 0, ceiling);
            limit.set(ValueLayout.JAVA_LONG, 8, ceiling);
            long r = frame.call(PRLIMIT, 0, ResourceLimit.NOFILE.ordinal(), limit.address(), 0);
            ErrnoException.check(r, "prlimit", "RLIMIT_NOFILE");
        }
    }
}
