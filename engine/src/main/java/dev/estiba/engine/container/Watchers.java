package dev.estiba.engine.container;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * The threads that wait for the end of something and then carry it out: write it down, remove what nobody keeps. Whoever
 * waits for the same end is told meanwhile, so a process that leaves must wait for those threads.
 */
final class Watchers {
    /** A removal itself gives up earlier, and says so. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Map<Thread, BooleanSupplier> watching = new ConcurrentHashMap<>();

    /**
     * @param isOver whether what it waits for has ended, as far as callers are told
     * @param watch waits, and carries the end out
     */
    void start(String name, BooleanSupplier isOver, Runnable watch) {
        Thread thread = Thread.ofPlatform().daemon(true).name(name).unstarted(() -> {
            try {
                watch.run();
            } finally {
                watching.remove(Thread.currentThread());
            }
        });
        watching.put(thread, isOver);
        thread.start();
    }

    /** When it returns, the ends that callers know of are carried out, but for what does not come to its end itself. */
    void awaitSettled() throws InterruptedException {
        for (Map.Entry<Thread, BooleanSupplier> each : watching.entrySet()) {
            if (each.getValue().getAsBoolean()) {
                each.getKey().join(PATIENCE);
            }
        }
    }
}
