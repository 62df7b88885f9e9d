package dev.estiba.runtime.planner;

import dev.estiba.linux.number.Abi;
import dev.estiba.runtime.command.OciCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
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
 */
final class Resident {
    private static final int MAX_THREADS = 64;
    private static final int SPARE = 4;

    /** Far longer than a caller needs from finding the name to being in the queue; who takes longer asks a JVM of its own. */
    private static final Duration LAST_CALLERS = Duration.ofSeconds(1);

    private final ServerSocketChannel listener;
    private final OciCommand command;
    private final Abi abi;
    private final Duration idle;
    private final Consumer<String> log;
    private final Runnable warmUp;
    private final AtomicBoolean warmed = new AtomicBoolean();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int threads;
    private int waiting;
    private long lastUse = System.nanoTime();

    /**
     * @param log takes a line for whoever runs this
     * @param warmUp runs once, beside the service, when the first caller has been served: that one must not wait for it
     */
    Resident(
            ServerSocketChannel listener,
            OciCommand command,
            Abi abi,
            Duration idle,
            Consumer<String> log,
            Runnable warmUp) {
        this.listener = listener;
        this.command = command;
        this.abi = abi;
        this.idle = idle;
        this.log = log;
        this.warmUp = warmUp;
    }

    /** Returns when the socket is closed and nobody is being served. */
    void serve() throws IOException, InterruptedException {
        addThread();
        addThread();
        Optional<SocketName> name = SocketName.of(listener.getLocalAddress());
        awaitQuiet(idle);
        if (name.isPresent()) {
            name.get().giveUp();
            awaitQuiet(LAST_CALLERS);
        }
        // Before the close: with an inherited channel the JDK also redirects descriptors 1 and 2 to /dev/null.
        log.accept("leaving: nobody has called for " + idle.toMillis() + " ms");
        listener.close();
        awaitEnd();
        if (name.isPresent()) {
            name.get().remove();
        }
    }

    private void addThread() {
        lock.lock();
        try {
            if (threads < MAX_THREADS && listener.isOpen()) {
                threads++;
                waiting++;
                Thread.ofPlatform().name("planner-", threads).daemon(true).start(this::acceptForEver);
            }
        } finally {
            lock.unlock();
        }
    }

    private void acceptForEver() {
        try {
            do {
                SocketChannel connection = listener.accept();
                if (taken()) {
                    addThread();
                }
                serve(connection);
                if (warmed.compareAndSet(false, true)) {
                    Thread.ofPlatform().name("warm-up").daemon(true).start(warmUp);
                }
            } while (goesOnWaiting());
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
            lastUse = System.nanoTime();
            return --waiting == 0;
        } finally {
            lock.unlock();
        }
    }

    private boolean goesOnWaiting() {
        lock.lock();
        try {
            lastUse = System.nanoTime();
            if (waiting < SPARE) {
                waiting++;
                changed.signalAll();
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

    private void serve(SocketChannel connection) {
        try (connection) {
            new Connection(connection, command, abi).serve();
        } catch (MalformedFrame e) {
            log.accept("refused a connection: " + e);
        } catch (IOException e) {
            log.accept("a connection broke: " + e);
        } catch (RuntimeException e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            log.accept("a plan could not be made: " + trace);
        }
    }

    /** Until nobody is being served and the last one came {@code time} ago. */
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
                long left = serving ? TimeUnit.MINUTES.toNanos(1) : time.toNanos() - quiet;
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
