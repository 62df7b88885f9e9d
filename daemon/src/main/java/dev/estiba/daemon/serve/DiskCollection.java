package dev.estiba.daemon.serve;

import dev.estiba.engine.Engine;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Makes room where the disk is nearly full, whatever has filled it: containers' logs and volumes as well as images, after which a pull
 * looks by itself. Now, and every five minutes until it is closed.
 */
final class DiskCollection implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMinutes(5);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int STACK = 256 << 10;

    private final Engine engine;
    private final Consumer<String> log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition over = lock.newCondition();
    private volatile boolean isOver;
    private String told = "";

    private DiskCollection(Engine engine, Consumer<String> log) {
        this.engine = engine;
        this.log = log;
    }

    static DiskCollection begin(Engine engine, Consumer<String> log) {
        DiskCollection collection = new DiskCollection(engine, log);
        Thread.ofPlatform()
                .name("disk collection")
                .stackSize(STACK)
                .daemon(true)
                .start(collection::go);
        return collection;
    }

    private void go() {
        lock.lock();
        try {
            while (!isOver) {
                engine.collectImages(progress -> tell(progress.status()));
                long left = PAUSE.toNanos();
                while (left > 0 && !isOver) {
                    left = over.awaitNanos(left);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** What is wrong with a file is said once, not all day. */
    private void tell(String line) {
        if (!line.equals(told)) {
            told = line;
            log.accept(line);
        }
    }

    /** Waits a moment for what is being removed. What is killed over it goes on the next time. */
    @Override
    public void close() {
        isOver = true;
        try {
            if (lock.tryLock(GRACE.toNanos(), TimeUnit.NANOSECONDS)) {
                over.signalAll();
                lock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
