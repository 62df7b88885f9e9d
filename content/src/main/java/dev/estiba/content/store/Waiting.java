package dev.estiba.content.store;

import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for somebody in another process, who tells nobody when he is done: his lock is tried again now and then. */
public final class Waiting {
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(20);

    private Waiting() {}

    /** @throws InterruptedIOException when the thread was interrupted */
    public static void moment() throws InterruptedIOException {
        if (Thread.interrupted()) {
            throw new InterruptedIOException("interrupted while another process brings in the same");
        }
        LockSupport.parkNanos(MOMENT);
    }
}
