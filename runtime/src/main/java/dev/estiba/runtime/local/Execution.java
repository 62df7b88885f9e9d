package dev.estiba.runtime.local;

import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.Poll;
import dev.estiba.linux.UnixSocket;
import dev.estiba.runtime.ContainerException;
import dev.estiba.runtime.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A plan that the native program is walking: {@code estiba-exec}, native/src/engine.c. Used by one thread at a time;
 * whoever starts it also waits for its end, or there is a zombie.
 */
public final class Execution implements AutoCloseable {
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final UnixSocket reports;
    private final Pidfd executor;
    private final Supplier<Set<String>> said;

    Execution(UnixSocket reports, Pidfd executor, Supplier<Set<String>> said) {
        this.reports = reports;
        this.executor = executor;
        this.said = said;
    }

    /** What becomes of the process that a plan leaves behind. */
    public enum Mode {
        /** The plan leaves none: it waits for it, or has none. */
        WALK,
        /** The program is its parent until it has ended. */
        HOLD,
        /** The program is its monitor: parent, stdio, log; it lives on without this JVM. */
        MONITOR;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What the program is given. All of it is borrowed for the start alone.
     *
     * @param root the directory of the states
     * @param bundle of a new container
     * @param state of an existing container
     */
    public record Directories(Fd root, Optional<Fd> bundle, Optional<Fd> state) {}

    /**
     * A further descriptor, by the word that the program knows it by (native/README.md, estiba-exec).
     *
     * @param fd borrowed for the start alone
     */
    record Handed(String word, Fd fd) {}

    /** The pidfd of the program: it can be read when it has ended. */
    public Pidfd executor() {
        return executor;
    }

    /** In {@link Mode#HOLD} and {@link Mode#MONITOR}: waits until the process is there; its pid. A failure is thrown, and the program is gone. */
    public int made() throws IOException {
        Optional<Report> report = next(FOR_EVER);
        if (report.isEmpty()) {
            throw lost("before it had made anything");
        }
        return switch (report.get()) {
            case Report.Made made -> made.pid();
            case Report.Failed failed -> throw ended(failed);
            case Report.Ended ended -> throw lost("with a status of a process that it has not made");
        };
    }

    /** In {@link Mode#HOLD}, after {@link #made}: how the process has ended; empty when the time is over before. */
    public Optional<ExitStatus> ended(Duration deadline) throws IOException {
        Optional<Report> report = next(deadline);
        if (report.isEmpty()) {
            return Optional.empty();
        }
        return switch (report.get()) {
            case Report.Ended ended -> {
                executor.reap();
                yield Optional.of(ended.status());
            }
            case Report.Failed failed -> throw ended(failed);
            case Report.Made made -> throw lost("after it had made two processes of one plan");
        };
    }

    /** In {@link Mode#WALK}: waits for the program's end; its status, as a shell says it. A failure is thrown. */
    public int walked() throws IOException {
        byte[] message = reports.receiveRest(Report.MOST).bytes();
        if (message.length == 0) {
            return switch (executor.reap()) {
                case ExitStatus.Exited exited -> exited.code();
                case ExitStatus.Killed killed ->
                    throw new ContainerException(
                            ErrorCode.EXECUTOR_LOST, "the executor was killed by " + killed.signal());
            };
        }
        throw switch (Report.parse(message)) {
            case Report.Failed failed -> ended(failed);
            case Report.Made made -> lost("with a process that its plan was not to leave behind");
            case Report.Ended ended -> lost("with a status that nobody asked for");
        };
    }

    /** The next report; empty when the time is over. The program's end without one is a failure. */
    private Optional<Report> next(Duration deadline) throws IOException {
        if (Poll.readable(List.of(reports.fd(), executor.fd()), deadline).isEmpty()) {
            return Optional.empty();
        }
        // The last message may have come with the program's end: it is read before the end is believed.
        if (!Poll.readable(reports.fd(), Duration.ZERO)) {
            throw lost("and left a container behind");
        }
        byte[] message = reports.receiveRest(Report.MOST).bytes();
        if (message.length == 0) {
            throw lost("without a word");
        }
        return Optional.of(Report.parse(message));
    }

    private ContainerException lost(String when) throws IOException {
        ExitStatus status = executor.reap();
        return new ContainerException(ErrorCode.EXECUTOR_LOST, "the executor ended (" + status + ") " + when);
    }

    /** The program ends behind its last report; it is not left as a zombie. */
    private ContainerException ended(Report.Failed failed) throws IOException {
        executor.reap();
        return Failures.of(failed, said.get());
    }

    @Override
    public void close() {
        reports.close();
        executor.close();
    }
}
