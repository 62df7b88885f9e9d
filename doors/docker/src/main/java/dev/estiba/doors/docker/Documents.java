package dev.estiba.doors.docker;

import java.util.concurrent.atomic.AtomicLong;

/** What the documents of all requests may have of the memory while they come. */
final class Documents {
    /** Of one: no reader takes a larger one. */
    static final int LARGEST = 10 << 20;

    private static final long ALL = 64L << 20;

    private final AtomicLong taken = new AtomicLong();

    boolean take(int bytes) {
        if (taken.addAndGet(bytes) > ALL) {
            taken.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void give(int bytes) {
        taken.addAndGet(-bytes);
    }
}
