package dev.estiba.registry.server;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Turns at bcrypt, which takes a processor for 50 ms by design: without an end to them a flood of wrong passwords has all processors and
 * all workers. Safe for all threads.
 */
final class PasswordChecks {
    /** Each that waits has one of the server's workers, of which most have to be left for others. */
    private static final int USUALLY_WAITING = 8;

    private static final Duration USUAL_PATIENCE = Duration.ofSeconds(5);

    private final Semaphore turns;
    private final AtomicInteger waiting = new AtomicInteger();
    private final int mostWaiting;
    private final Duration patience;

    /**
     * @param atOnce so many are checked at the same time
     * @param mostWaiting so many may wait for their turn
     * @param patience for so long
     */
    PasswordChecks(int atOnce, int mostWaiting, Duration patience) {
        this.turns = new Semaphore(atOnce, true);
        this.mostWaiting = mostWaiting;
        this.patience = patience;
    }

    /** Leaves half of the processors to others. */
    static PasswordChecks usual() {
        int processors = Runtime.getRuntime().availableProcessors();
        return new PasswordChecks(Math.clamp(processors / 2, 1, 4), USUALLY_WAITING, USUAL_PATIENCE);
    }

    /**
     * What the check says.
     *
     * @throws Refused 429 when its turn does not come
     */
    boolean inTurn(BooleanSupplier check) throws Refused {
        if (!turns.tryAcquire()) {
            await();
        }
        try {
            return check.getAsBoolean();
        } finally {
            turns.release();
        }
    }

    private void await() throws Refused {
        try {
            if (waiting.incrementAndGet() > mostWaiting
                    || !turns.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new Refused(
                                ErrorCode.TOOMANYREQUESTS,
                                "too many passwords are being checked at the moment: try again in a few seconds")
                        .with("Retry-After", "2");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(503, ErrorCode.TOOMANYREQUESTS, "the registry is ending").with("Retry-After", "5");
        } finally {
            waiting.decrementAndGet();
        }
    }
}
