package dev.estiba.registry.http;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The requests of one owner that are on their way, so that closing the owner ends them. Safe for all threads. */
public final class Transfers implements AutoCloseable {
    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** Something that can be ended by another thread. */
    interface Running {
        void end();
    }

    /** Completes when the owner is closed. */
    public CompletableFuture<Void> closed() {
        return closed;
    }

    void add(Running one) throws IOException {
        running.add(one);
        if (closed.isDone()) {
            remove(one);
            one.end();
            throw new IOException("the transfer was ended before it began");
        }
    }

    void remove(Running one) {
        running.remove(one);
    }

    @Override
    public void close() {
        closed.complete(null);
        running.forEach(Running::end);
        running.clear();
    }
}
