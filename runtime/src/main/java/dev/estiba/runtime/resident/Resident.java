package dev.estiba.runtime.resident;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Serves connections until nobody has come for a while, then leaves in a way that no caller notices: it gives up its
 * socket's name, serves whoever had found it before, and closes the socket when nobody has come for a moment more.
 *
 * <p>Each thread accepts and serves by itself: handing a connection to another thread would cost a wake-up on the start
 * path. When the last waiting thread takes a connection it first makes another waiting one, up to a bound.
 *
 * @param <C> a caller's connection
 */
public final class Resident<C extends Closeable> {
    private static final int SPARE = 8;

    /** Far longer than a caller needs from finding the name to being in the queue; who takes longer asks a JVM of its own. */
    private static final Duration LAST_CALLERS = Duration.ofSeconds(1);

    private static final long LOOK = TimeUnit.SECONDS.toNanos(1);

    private final Listener<C> listener;
    private final Service<? super C> service;
    private final Terms terms;
    private final Consumer<String> log;
    private final Runnable warmUp;
    private final AtomicBoolean warmed = new AtomicBoolean();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int threads;
    private int waiting;
    private long lastUse = System.nanoTime();

    /**
     * How long a resident waits for callers, and how many it serves.
     *
     * @param idle after which it leaves when nobody has come
     * @param atOnce callers served at the same time; the next one waits to be accepted
     */
    public record Terms(Duration idle, int atOnce) {}

    /**
     * @param log takes a line for whoever runs this
     * @param warmUp runs once, beside the service, when the first caller has been served: that one must not wait for it
     */
    public Resident(
            Listener<C> listener, Service<? super C> service, Terms terms, Consumer<String> log, Runnable warmUp) {
        this.listener = listener;
        this.service = service;
        this.terms = terms;
        this.log = log;
        this.warmUp = warmUp;
    }

    /** Returns when the socket is closed and nobody is being served. */
    public void serve() throws IOException, InterruptedException {
        addThread();
        addThread();
        Optional<SocketName> name = SocketName.of(listener.name());
        awaitQuiet(terms.idle());
        if (name.isPresent()) {
            name.get().giveUp();
            awaitQuiet(LAST_CALLERS);
        }
        // Before the close: with an inherited channel the JDK also redirects descriptors 1 and 2 to /dev/null.
        log.accept("leaving: nobody has called for " + terms.idle().toMillis() + " ms");
        listener.close();
        awaitEnd();
        if (name.isPresent()) {
            name.get().remove();
        }
    }

    private void addThread() {
        lock.lock();
        try {
            if (threads < terms.atOnce() && listener.isOpen()) {
                threads++;
                waiting++;
                Thread.ofPlatform().name("caller-", threads).daemon(true).start(this::acceptForEver);
            }
        } finally {
            lock.unlock();
        }
    }

    private void acceptForEver() {
        try {
            boolean counts;
            do {
                C connection = listener.accept();
                if (taken()) {
                    addThread();
                }
                counts = serve(connection);
                if (warmed.compareAndSet(false, true)) {
                    Thread.ofPlatform().name("warm-up").daemon(true).start(warmUp);
                }
            } while (goesOnWaiting(counts));
        } catch (ClosedChannelException e) {
            ended(true); // this resident leaves
        } catch (IOException e) {
            log.accept("no longer accepting: " + e);
            ended(true);
        }
    }

    /** Whether no other thread waits for the next caller. */
    private boolean taken() {
        lock.lock();
        try {
            return --waiting == 0;
        } finally {
            lock.unlock();
        }
    }

    private boolean goesOnWaiting(boolean counts) {
        lock.lock();
        try {
            lastUse = counts ? System.nanoTime() : lastUse;
            if (waiting < SPARE) {
                waiting++;
                return true;
            }
        } finally {
            lock.unlock();
        }
        ended(false);
        return false;
    }

    private void ended(boolean wasWaiting) {
        lock.lock();
        try {
            threads--;
            waiting -= wasWaiting ? 1 : 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean serve(C connection) {
        try (connection) {
            return service.serve(connection);
        } catch (IOException e) {
            log.accept("a connection could not be closed: " + e);
            return true;
        }
    }

    /**
     * Until nobody is being served and the last one came {@code time} ago. It looks now and then: to be told at the end of
     * each call would be a wake-up more for every one of them.
     */
    private void awaitQuiet(Duration time) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long since = System.nanoTime();
            while (true) {
                long quiet = System.nanoTime() - Math.max(since, lastUse);
                boolean serving = threads > waiting;
                if (!serving && quiet >= time.toNanos()) {
                    return;
                }
                long left = serving ? Math.min(LOOK, time.toNanos()) : time.toNanos() - quiet;
                long unused = changed.awaitNanos(left);
                assert unused <= left;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Until every thread has ended: whoever was accepted in the last moment is served. */
    private void awaitEnd() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (threads > 0) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }
}
