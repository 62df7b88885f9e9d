package dev.estiba.registry.http;

import java.io.IOException;
import java.time.Duration;

/**
 * How often one thing that is wanted has failed, over all requests that it takes: a document whose head came late and whose
 * body broke off has failed twice. Used by one thread.
 */
public final class Tries {
    private final Patience patience;
    private final int most;
    private int failed;

    private Tries(Patience patience, int most) {
        this.patience = patience;
        this.most = most;
    }

    public static Tries of(Patience patience) {
        return new Tries(patience, patience.attempts());
    }

    /** For something that can be had elsewhere as well. */
    public static Tries once(Patience patience) {
        return new Tries(patience, 1);
    }

    boolean isLast() {
        return failed + 1 >= most;
    }

    int number() {
        return failed + 1;
    }

    /** Something has come since: they are counted anew. */
    public void progress() {
        failed = 0;
    }

    /**
     * Waits before the next one.
     *
     * @return how long
     * @throws IOException the failure, when it was the last one
     */
    public Duration failed(IOException failure, Transfers transfers) throws IOException {
        if (isLast() || transfers.closed().isDone()) {
            throw failure;
        }
        Duration wait = Backoff.before(number());
        await(wait, transfers);
        return wait;
    }

    void await(Duration wait, Transfers transfers) throws IOException {
        failed++;
        patience.pause().pause(wait, transfers.closed());
    }
}
