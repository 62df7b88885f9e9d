package dev.estiba.engine.container;

import dev.estiba.linux.Fd;
import dev.estiba.linux.Poll;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What waits for the end of something and then carries it out: writes it down, removes what nobody keeps. Whoever waits for
 * the same end is told meanwhile, so a process that leaves must wait for what is being carried out.
 */
final class Watchers {
    private static final Logger LOG = System.getLogger(Watchers.class.getName());
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    /** A removal itself gives up earlier, and says so. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final ThreadFactory THREADS =
            Thread.ofPlatform().daemon(true).name("end-", 0).factory();

    /** As many as there are ends at a time; each may wait for a lock. */
    private static final Executor ENDS =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), THREADS);

    private final Set<Watch> watching = ConcurrentHashMap.newKeySet();

    /** @param carriedOut open until it is */
    private record Watch(BooleanSupplier isOver, CountDownLatch carriedOut) {}

    /**
     * @param isOver whether what it waits for has ended, as far as callers are told
     * @param watch waits, by a thread of its own, and carries the end out
     */
    void start(String name, BooleanSupplier isOver, Runnable watch) {
        Watch one = added(isOver);
        Thread.ofPlatform().daemon(true).name(name).start(() -> carryOut(one, watch));
    }

    /**
     * The same for what a descriptor tells of: until it does, there is no thread.
     *
     * @param fd stays the caller's, and open until the end is carried out
     * @param hear takes what can be read; whether that was the end, and has been carried out
     */
    void whenReadable(Fd fd, BooleanSupplier isOver, BooleanSupplier hear) {
        await(fd, added(isOver), hear);
    }

    private void await(Fd fd, Watch one, BooleanSupplier hear) {
        try {
            WaitingRoom.SHARED.await(fd, () -> ENDS.execute(() -> heard(fd, one, hear)));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "an end is waited for by a thread of its own: " + e.getMessage());
            ENDS.execute(() -> awaitAlone(fd, one, hear));
        }
    }

    private void awaitAlone(Fd fd, Watch one, BooleanSupplier hear) {
        try {
            boolean isReadable = Poll.readable(fd, FOR_EVER);
            assert isReadable;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "an end cannot be waited for: " + e.getMessage());
        }
        heard(fd, one, hear);
    }

    private void heard(Fd fd, Watch one, BooleanSupplier hear) {
        boolean isGoingOn = false;
        try {
            isGoingOn = !hear.getAsBoolean();
        } finally {
            if (!isGoingOn) {
                ended(one);
            }
        }
        if (isGoingOn) {
            await(fd, one, hear);
        }
    }

    private Watch added(BooleanSupplier isOver) {
        Watch one = new Watch(isOver, new CountDownLatch(1));
        watching.add(one);
        return one;
    }

    private void carryOut(Watch one, Runnable end) {
        try {
            end.run();
        } finally {
            ended(one);
        }
    }

    private void ended(Watch one) {
        watching.remove(one);
        one.carriedOut().countDown();
    }

    /** When it returns, the ends that callers know of are carried out, but for what does not come to its end itself. */
    void awaitSettled() throws InterruptedException {
        for (Watch each : watching) {
            if (each.isOver().getAsBoolean()) {
                boolean unused = each.carriedOut().await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }
}
