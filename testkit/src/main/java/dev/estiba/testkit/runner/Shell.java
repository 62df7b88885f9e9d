package dev.estiba.testkit.runner;

import dev.estiba.testkit.runner.Options.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs the tests that are programs: steps, of which the exit status counts, and scripts that print TAP. */
final class Shell {
    private final Duration limit;

    /** @param limit how long one command may take before it is ended and counted as failed */
    Shell(Duration limit) {
        this.limit = limit;
    }

    /** Runs a command as one test: status 0 passes, and its output is the reason when it is another. */
    Outcome step(Command command) throws InterruptedException {
        Run run = run(command);
        return run.status() == 0
                ? Outcome.passed(command.name(), run.took())
                : Outcome.failed(command.name(), run.took(), run.explain(command));
    }

    /** Runs a command that prints TAP; each of its lines is a test. */
    List<Outcome> script(Command command) throws InterruptedException {
        Run run = run(command);
        return Tap.read(command.name(), run.output(), run.status(), run.explain(command));
    }

    private record Run(int status, String output, Duration took) {
        String explain(Command command) {
            return "`" + command.shell() + "` ended with status " + status + ":\n" + output.strip();
        }
    }

    private Run run(Command command) throws InterruptedException {
        long start = System.nanoTime();
        try {
            Process process = new ProcessBuilder("/bin/sh", "-c", command.shell())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            AtomicBoolean ended = new AtomicBoolean();
            Thread watch = Thread.ofPlatform().daemon().start(() -> endAfterLimit(process, ended));
            String output;
            try (InputStream text = process.getInputStream()) {
                output = new String(text.readAllBytes(), StandardCharsets.UTF_8);
            }
            int status = process.waitFor();
            watch.interrupt();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            // Whatever status it ended with: a shell whose last command was ended may still say 0.
            return ended.get()
                    ? new Run(-1, output + "\nit was ended after " + limit, took)
                    : new Run(status, output, took);
        } catch (IOException e) {
            return new Run(-1, String.valueOf(e.getMessage()), Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private void endAfterLimit(Process process, AtomicBoolean ended) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                ended.set(true);
                // The children too: they hold the pipe that the reader waits on.
                List<ProcessHandle> children = process.descendants().toList();
                process.destroyForcibly();
                children.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the command has ended by itself
        }
    }
}
