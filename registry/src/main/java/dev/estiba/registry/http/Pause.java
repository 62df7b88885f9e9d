package dev.estiba.registry.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How a thread waits before it tries again; tests do not. */
@FunctionalInterface
public interface Pause {
    /** By the clock. */
    Pause REAL = Pause::await;

    /**
     * @param closed what ends the waiting before its time
     * @throws IOException when it was ended, or the thread interrupted
     */
    void pause(Duration time, CompletableFuture<Void> closed) throws IOException;

    private static void await(Duration time, CompletableFuture<Void> closed) throws IOException {
        try {
            closed.get(time.toNanos(), TimeUnit.NANOSECONDS);
            throw new IOException("the transfer was ended while it waited for another try");
        } catch (TimeoutException e) {
            // The time is over, and nobody has ended it.
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for another try");
        }
    }
}
