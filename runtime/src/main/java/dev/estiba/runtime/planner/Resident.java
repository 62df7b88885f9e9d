package dev.estiba.runtime.planner;

import dev.estiba.linux.number.Abi;
import dev.estiba.runtime.command.OciCommand;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Serves connections until nobody has come for a while.
 *
 * <p>Each thread accepts and serves by itself: handing a connection to another thread would cost a wake-up on the start
 * path. When the last waiting thread takes a connection it first makes another waiting one, up to a bound.
 */
final class Resident {
    private static final int MAX_THREADS = 64;
    private static final int SPARE = 4;

    private final ServerSocketChannel listener;
    private final OciCommand command;
    private final Abi abi;
    private final Duration idle;
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong lastUse = new AtomicLong(System.nanoTime());

    Resident(ServerSocketChannel listener, OciCommand command, Abi abi, Duration idle) {
        this.listener = listener;
        this.command = command;
        this.abi = abi;
        this.idle = idle;
    }

    void serve() throws IOException {
        addThread();
        addThread();
        watchIdleness();
    }

    private void addThread() {
        if (threads.incrementAndGet() > MAX_THREADS) {
            threads.decrementAndGet();
            return;
        }
        Thread.ofPlatform().name("planner-", threads.get()).daemon(true).start(this::acceptForEver);
    }

    private void acceptForEver() {
        try {
            while (true) {
                waiting.incrementAndGet();
                SocketChannel connection = listener.accept();
                if (waiting.decrementAndGet() == 0) {
                    addThread();
                }
                lastUse.set(System.nanoTime());
                serve(connection);
                if (waiting.get() >= SPARE) {
                    break;
                }
            }
        } catch (IOException e) {
            log("no longer accepting: " + e);
        } finally {
            threads.decrementAndGet();
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            new Connection(connection, command, abi).serve();
        } catch (MalformedFrame e) {
            log("refused a connection: " + e);
        } catch (IOException e) {
            log("a connection broke: " + e);
        } catch (RuntimeException e) {
            log("a plan could not be made: " + e);
            e.printStackTrace();
        }
    }

    private static void log(String line) {
        System.err.println("estiba planner: " + line);
    }

    private void watchIdleness() {
        while (true) {
            long left = idle.toNanos() - (System.nanoTime() - lastUse.get());
            if (left <= 0) {
                return;
            }
            try {
                Thread.sleep(Duration.ofNanos(left));
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
