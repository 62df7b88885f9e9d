package dev.estiba.testkit.runner;

import dev.estiba.testkit.runner.Outcome.Verdict;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.platform.engine.UniqueId;

/**
 * Shows that something moves: on a terminal one line that is rewritten, elsewhere a line now and then. Ends the run when
 * nothing has moved for so long that nothing will.
 *
 * <p>Runs on a thread of its own until {@link #close()}.
 */
final class Progress implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration QUIET = Duration.ofSeconds(20);
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintStream out;
    private final boolean terminal;
    private final Tally tally;
    private final Supplier<Listener> listener;
    private final Duration patience;
    private final Runnable giveUp;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Set<UniqueId> told = new HashSet<>(); // of the thread
    private final Thread thread;

    /**
     * @param listener the one that now hears of tests
     * @param patience how long no test may start or end
     * @param giveUp what to do then; it is not expected to return
     */
    Progress(
            PrintStream out,
            boolean terminal,
            Tally tally,
            Supplier<Listener> listener,
            Duration patience,
            Runnable giveUp) {
        this.out = out;
        this.terminal = terminal;
        this.tally = tally;
        this.listener = listener;
        this.patience = patience;
        this.giveUp = giveUp;
        this.thread = Thread.ofPlatform().daemon().name("progress").unstarted(this::show);
    }

    void start() {
        thread.start();
    }

    private void show() {
        long lastLine = System.nanoTime();
        try {
            while (!over.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                if (listener.get().silence().compareTo(patience) > 0) {
                    giveUp.run();
                }
                tellWhatHasFailed();
                if (terminal) {
                    out.print(CLEAR_LINE + line());
                    out.flush();
                } else if (System.nanoTime() - lastLine > QUIET.toNanos()) {
                    lastLine = System.nanoTime();
                    out.println(line());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does; if so, the tests go on without a progress line
        }
        if (terminal) {
            out.print(CLEAR_LINE);
            out.flush();
        }
    }

    /** At once, not only at the end of a run that takes an hour: the whole story is told there. */
    private void tellWhatHasFailed() {
        listener.get().failed().forEach((id, outcome) -> {
            if (told.add(id)) {
                String first = outcome.detail().lines().findFirst().orElse("");
                out.println((terminal ? CLEAR_LINE : "") + "failed: " + outcome.name() + ": " + first);
            }
        });
    }

    private String line() {
        Map<String, Thread> running = listener.get().underWay();
        String now = running.isEmpty() ? "" : ": " + String.join(", ", running.keySet());
        String text = tally.size() + " done, " + tally.count(Verdict.FAILED) + " failed" + now;
        return text.length() > 110 ? text.substring(0, 109) + "…" : text;
    }

    @Override
    public void close() throws InterruptedException {
        over.countDown();
        thread.join();
    }
}
