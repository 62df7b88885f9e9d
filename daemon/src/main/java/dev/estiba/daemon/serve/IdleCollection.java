package dev.estiba.daemon.serve;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives back what a busy time has left. The collector lets the old generation grow up to its limit before it looks at what of it is
 * still in use, and after the last of a thousand starts nobody would ever make it look: a hundred megabytes would stay for days. So it is
 * told to when nothing goes on, and when it is worth it; that takes some 40 ms.
 */
final class IdleCollection {
    private static final Duration LOOK = Duration.ofSeconds(3);

    /** Of memory: what less than that was used since the last look, nothing goes on. */
    private static final long QUIET = 1 << 20;

    /** So much more than what is in use is worth it. */
    private static final long WORTH = 24 << 20;

    private long live;
    private long before;

    private IdleCollection() {}

    /** For as long as this process is there. */
    static void begin() {
        IdleCollection collection = new IdleCollection();
        Thread.ofPlatform().name("idle collection").daemon(true).start(collection::go);
    }

    private void go() {
        live = used();
        before = live;
        while (true) {
            LockSupport.parkNanos(LOOK.toNanos());
            long now = used();
            if (Math.abs(now - before) < QUIET && now - live > WORTH) {
                System.gc();
                now = used();
                live = now;
            }
            before = now;
        }
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
