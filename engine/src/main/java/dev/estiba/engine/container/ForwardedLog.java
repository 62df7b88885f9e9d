package dev.estiba.engine.container;

import dev.estiba.engine.log.ContainerLog;
import dev.estiba.engine.log.LogCursor;
import dev.estiba.engine.log.LogTarget;
import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.Fd;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One container's log on its way to somebody else's. A thread is there only while something is handed on. */
final class ForwardedLog {
    /** Beneath the data directory: how far it was handed on. */
    static final String CURSOR = "log-cursor";

    private static final Logger LOG = System.getLogger(ForwardedLog.class.getName());
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int BATCH = 256;

    private final String id;
    private final Path file;
    private final ContainerLog log;
    private final LogTarget target;
    private final Fd directory;

    /** Held by who hands on. */
    private final ReentrantLock handing = new ReentrantLock();

    private Object seen = "";
    private Duration retry = FIRST_RETRY;
    private int batched;
    private Optional<LogCursor> settled = Optional.empty();
    private final Consumer<ForwardedLog> atEnd;
    private boolean isEnding;
    private boolean isOver;
    private boolean isClosed; // of who hands on

    /**
     * @param directory the container's, where the cursor is; this object's, as the log and the target are
     * @param atEnd when all was handed on, after {@link #ended}
     */
    ForwardedLog(String id, Path file, ContainerLog log, LogTarget target, Fd directory, Consumer<ForwardedLog> atEnd) {
        this.id = id;
        this.file = file;
        this.log = log;
        this.target = target;
        this.directory = directory;
        this.atEnd = atEnd;
    }

    void start(ScheduledExecutorService timer) {
        plan(timer, Duration.ZERO);
    }

    private void plan(ScheduledExecutorService timer, Duration pause) {
        var _ = timer.schedule(() -> look(timer), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** It runs again; false when this one does not look any more. */
    synchronized boolean goesOn() {
        isEnding = false;
        return !isOver;
    }

    /** Nothing more comes. */
    synchronized void ended() {
        isEnding = true;
    }

    private synchronized boolean isEnding() {
        return isEnding;
    }

    private synchronized boolean isOver() {
        return isOver;
    }

    /** Whether it has ended, and still has: then this is over. */
    private synchronized boolean concludes() {
        isOver |= isEnding;
        return isOver;
    }

    /** Whether there is more is asked by a timer; what takes time has a thread of its own. */
    private void look(ScheduledExecutorService timer) {
        if (isOver()) {
            return;
        }
        Object now = state();
        if (now.equals(seen) && !isEnding()) {
            plan(timer, LOOK);
            return;
        }
        Thread.ofPlatform().daemon(true).name("log " + id.substring(0, 12)).start(() -> {
            Duration pause = handOn(now);
            if (!isOver()) {
                plan(timer, pause);
            }
        });
    }

    /** Another one when there may be more. */
    private Object state() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.size();
        } catch (NoSuchFileException e) {
            return "none"; // between two steps of a rotation, or it is removed
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** How long to wait until the next look. */
    private Duration handOn(Object state) {
        handing.lock();
        try {
            if (isOver()) {
                close(); // it was removed while somebody did not take what was sent
                return LOOK;
            }
            boolean hasEnded = isEnding();
            forward();
            seen = state;
            retry = FIRST_RETRY;
            // Only what was read after its end is known to be all.
            if (hasEnded && concludes()) {
                close();
                atEnd.accept(this);
            }
            return LOOK;
        } catch (IOException e) {
            if (retry.equals(FIRST_RETRY)) {
                LOG.log(
                        Level.WARNING,
                        "container " + id + ": its log cannot be handed on, and is tried again: " + e.getMessage());
            }
            Duration pause = retry;
            Duration longer = retry.multipliedBy(2);
            retry = longer.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : longer;
            return pause;
        } finally {
            handing.unlock();
        }
    }

    private void close() {
        isClosed = true;
        target.close();
        log.close();
        directory.close();
    }

    /** In batches: what was not settled when a connection broke is sent once more by the next one. */
    private void forward() throws IOException {
        batched = 0;
        settled = log.cursor();
        try {
            log.forward(line -> {
                target.send(line);
                if (++batched >= BATCH) {
                    settle();
                }
            });
            settle();
        } catch (IOException e) {
            if (settled.isPresent()) {
                log.resume(settled.get());
            } else {
                log.close();
            }
            throw e;
        }
    }

    private void settle() throws IOException {
        target.settle();
        batched = 0;
        settled = log.cursor();
        if (settled.isPresent()) {
            AtomicFile.write(directory, CURSOR, settled.get().written());
        }
    }

    /** Hands on what can be handed on at once, and looks no more. */
    void finish() {
        synchronized (this) {
            if (isOver) {
                return;
            }
            isOver = true;
        }
        try {
            if (!handing.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return; // whoever hands on closes it when he can
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            if (isClosed) {
                return; // whoever was handing on has come to its end meanwhile
            }
            forward();
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "container " + id + ": the end of its log could not be handed on: " + e.getMessage());
        } finally {
            close();
            handing.unlock();
        }
    }
}
