package dev.estiba.content.fetch;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Does several things at once, in threads of its own. The first that fails ends the others, and when this has returned or thrown,
 * none of them runs any more.
 */
final class SideBySide {
    private SideBySide() {}

    interface Task {
        void run() throws IOException;
    }

    /** @param most how many at a time */
    static void run(List<Task> tasks, int most, String name) throws IOException {
        if (tasks.isEmpty()) {
            return;
        }
        ThreadFactory threads = Thread.ofPlatform().daemon().name(name + "-", 0).factory();
        ExecutorService executor = Executors.newFixedThreadPool(Math.min(most, tasks.size()), threads);
        try {
            CompletionService<Boolean> service = new ExecutorCompletionService<>(executor);
            List<Future<Boolean>> running = new ArrayList<>();
            for (Task task : tasks) {
                running.add(service.submit(() -> {
                    task.run();
                    return true;
                }));
            }
            for (int i = 0; i < running.size(); i++) {
                take(service);
            }
        } finally {
            executor.shutdownNow();
            awaitEnd(executor);
        }
    }

    private static void take(CompletionService<Boolean> service) throws IOException {
        try {
            service.take().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IOException(e.getCause());
            }
        }
    }

    /** They have been interrupted: whoever waits, be it for a network, gives up. */
    private static void awaitEnd(ExecutorService executor) {
        boolean interrupted = false;
        while (true) {
            try {
                if (executor.awaitTermination(1, TimeUnit.HOURS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
