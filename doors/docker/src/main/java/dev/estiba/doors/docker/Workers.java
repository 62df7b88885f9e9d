package dev.estiba.doors.docker;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that call the engine. What is soon over shares a few threads and waits for one; what may take as long as it likes (a
 * client that follows a log, one that is attached) has a thread of its own, of a bounded number, so that any number of those leaves the
 * others their threads. Platform threads, because the engine waits in system calls that it makes itself: a virtual thread keeps its
 * carrier while it is in one, so as many waits as there are processors would stop all others.
 */
final class Workers {
    /** So many calls may wait for a thread. */
    private static final int WAITING = 4096;

    private final ThreadPoolExecutor calls;
    private final ThreadPoolExecutor streams;
    private final Semaphore free;

    Workers(DoorSettings settings) {
        calls = new ThreadPoolExecutor(
                settings.calls(),
                settings.calls(),
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING),
                new DefaultThreadFactory("estiba-docker-call", true));
        calls.allowCoreThreadTimeOut(true);
        // Twice: a client that is attached may write while another thread of its waits for output.
        streams = new ThreadPoolExecutor(
                0,
                2 * settings.streams(),
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new DefaultThreadFactory("estiba-docker-stream", true));
        free = new Semaphore(settings.streams());
    }

    /** @throws RejectedExecutionException when too many wait already, and when the door is closed */
    void call(Runnable task) {
        calls.execute(task);
    }

    /** @throws RejectedExecutionException when there are as many as there may be, and when the door is closed */
    void stream(Runnable task) {
        if (!free.tryAcquire()) {
            throw new RejectedExecutionException();
        }
        boolean started = false;
        try {
            streams.execute(() -> {
                try {
                    task.run();
                } finally {
                    free.release();
                }
            });
            started = true;
        } finally {
            if (!started) {
                free.release();
            }
        }
    }

    /** Gives a piece of input to a stream that has its thread already. */
    void input(Runnable task) {
        streams.execute(task);
    }

    /** Who waits for something is interrupted after a while. */
    void close(Duration grace) {
        calls.shutdown();
        streams.shutdown();
        try {
            boolean ended = calls.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended || !streams.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                calls.shutdownNow();
                streams.shutdownNow();
            }
        } catch (InterruptedException e) {
            calls.shutdownNow();
            streams.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
