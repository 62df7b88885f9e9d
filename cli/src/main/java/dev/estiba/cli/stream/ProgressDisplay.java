package dev.estiba.cli.stream;

import dev.estiba.api.Progress;
import dev.estiba.api.ProgressSink;
import dev.estiba.cli.Caller;
import dev.estiba.cli.WindowSize;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Shows how far something is, at most ten times a second, by a thread of its own: who tells it never waits for a terminal.
 * The last state is always shown. When nobody reads it any more, the thread that made it is interrupted.
 */
public final class ProgressDisplay implements ProgressSink {
    private static final long BETWEEN_DRAWS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final WindowSize USUAL_SIZE = new WindowSize(24, 80);

    private final Caller caller;
    private final OutputStream to;
    private final ProgressLines lines;
    private final Thread owner = Thread.currentThread();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition isTold = lock.newCondition();
    private final Condition isEnd = lock.newCondition();
    private final ReentrantLock writing = new ReentrantLock();
    private boolean hasNews;
    private boolean isClosed;
    private boolean isBroken;

    /** @param descriptor of the caller: 1 or 2 */
    public ProgressDisplay(Caller caller, int descriptor) {
        this.caller = caller;
        to = descriptor == 1 ? caller.out() : caller.err();
        lines = new ProgressLines(caller.isTerminal(descriptor));
        Thread.ofPlatform().daemon().name("estiba-progress").start(this::redraw);
    }

    @Override
    public void tell(Progress progress) {
        boolean isNew = lines.tell(progress);
        lock.lock();
        try {
            hasNews |= isNew;
            if (isNew) {
                isTold.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Shows the last state; nothing is shown after it.
     *
     * @throws IOException nobody reads it
     */
    public void close() throws IOException {
        lock.lock();
        try {
            isClosed = true;
            isTold.signal();
            isEnd.signal();
        } finally {
            lock.unlock();
        }
        writing.lock();
        try {
            draw(true);
            if (isBroken) {
                throw new IOException("nobody reads the progress");
            }
        } finally {
            writing.unlock();
        }
    }

    private void redraw() {
        while (awaitNews()) {
            writing.lock();
            try {
                if (!isClosedNow()) {
                    draw(false);
                }
            } finally {
                writing.unlock();
            }
            pause();
        }
    }

    private boolean isClosedNow() {
        lock.lock();
        try {
            return isClosed;
        } finally {
            lock.unlock();
        }
    }

    /** False at the end. The pause comes behind a drawing, so the first state is shown at once. */
    private boolean awaitNews() {
        lock.lock();
        try {
            while (!hasNews && !isClosed) {
                isTold.awaitUninterruptibly();
            }
            hasNews = false;
            return !isClosed;
        } finally {
            lock.unlock();
        }
    }

    private void pause() {
        lock.lock();
        try {
            long left = BETWEEN_DRAWS;
            while (left > 0 && !isClosed) {
                left = isEnd.awaitNanos(left);
            }
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void draw(boolean isLast) {
        WindowSize size = caller.windowSize()
                .filter(each -> each.rows() > 0 && each.columns() > 0)
                .orElse(USUAL_SIZE);
        String text = lines.draw(size, isLast);
        if (text.isEmpty() || isBroken) {
            return;
        }
        try {
            to.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException nobodyReads) {
            isBroken = true;
            if (!isLast) {
                owner.interrupt();
            }
        }
    }
}
