package dev.estiba.engine.container;

import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.log.LogPacking;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Packs what the logs of containers have put aside that want it ({@code compress}), in a process that stays. A timer looks whether there
 * is something; a thread is there only while one is packed. Of a container that does not want it nothing is known here.
 */
final class LogCompression {
    private static final Logger LOG = System.getLogger(LogCompression.class.getName());
    private static final long LOOK_MILLIS = 500;

    private final ScheduledExecutorService timer;
    private final Map<String, Followed> logs = new HashMap<>();

    LogCompression(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /** One container's log. What it is about is guarded by the map of all. */
    private final class Followed {
        private final String id;
        private final LogPacking packing;
        /** Held by who packs. */
        private final ReentrantLock work = new ReentrantLock();

        private boolean isEnding;
        private volatile boolean isStopped;

        Followed(String id, LogPacking packing) {
            this.id = id;
            this.packing = packing;
        }

        void plan() {
            var unused = timer.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }

        private void look() {
            if (!packing.hasWork()) {
                next();
                return;
            }
            Thread.ofPlatform()
                    .daemon(true)
                    .name("pack log " + id.substring(0, 12))
                    .start(() -> {
                        pack();
                        next();
                    });
        }

        private void next() {
            synchronized (logs) {
                if (isEnding && !packing.hasWork()) {
                    logs.remove(id, this);
                } else if (!isStopped) {
                    plan();
                }
            }
        }

        private void pack() {
            boolean goesOn = true;
            while (goesOn) {
                work.lock();
                try {
                    goesOn = !isStopped && packing.step();
                } catch (IOException e) {
                    // It stays as it is, and whole: the next look tries again.
                    LOG.log(Level.WARNING, "the log of container " + id + " cannot be compressed: " + e.getMessage());
                    goesOn = false;
                } finally {
                    work.unlock();
                }
            }
        }

        /** When it returns, nothing is made in the directory any more. */
        void stop() {
            isStopped = true;
            work.lock();
            work.unlock();
        }
    }

    /** It runs; or it has ended, and its log may not have been packed. */
    void follow(Locked container, boolean isRunning) {
        String id = container.record().id();
        LogOptions options =
                LogOptions.of(container.record().request().hostConfig().logConfig());
        if (!options.compress()) {
            return;
        }
        synchronized (logs) {
            Followed followed = logs.get(id);
            if (followed == null) {
                followed = new Followed(
                        id, new LogPacking(LogOptions.path(container.home().dataPath(), id), options.maxFiles()));
                logs.put(id, followed);
                followed.plan();
            }
            followed.isEnding = !isRunning;
        }
    }

    void ended(String id) {
        synchronized (logs) {
            Followed followed = logs.get(id);
            if (followed != null) {
                followed.isEnding = true;
            }
        }
    }

    /** Its directory is about to go. */
    void removing(String id) {
        Optional<Followed> followed;
        synchronized (logs) {
            followed = Optional.ofNullable(logs.remove(id));
        }
        followed.ifPresent(Followed::stop);
    }
}
