package dev.estiba.runtime.local;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FdChannel;
import dev.estiba.linux.Memfd;
import dev.estiba.linux.Open;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.Spawn;
import dev.estiba.linux.UnixSocket;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.ContainerException;
import dev.estiba.runtime.ErrorCode;
import dev.estiba.runtime.Stdio;
import dev.estiba.runtime.command.EncodedAnswer;
import dev.estiba.runtime.command.PlanMemo;
import dev.estiba.runtime.planner.Connection;
import dev.estiba.runtime.planner.MalformedFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The native program, started, and waiting for its plan. {@link #follow} hands it over; closed without that, the program
 * ends. Used by one thread at a time.
 */
final class Launch implements AutoCloseable {
    /** Where the program finds its descriptors; any numbers from 3 on would do. */
    private static final int REPORT = 3;

    private static final int PLANNER = 4;
    private static final int ROOT = 5;
    private static final int BUNDLE = 6;
    private static final int STATE = 7;
    private static final int FURTHER = 8;

    private final UnixSocket reports;
    private final UnixSocket questions;
    private final Pidfd executor;
    private boolean followed;

    private Launch(UnixSocket reports, UnixSocket questions, Pidfd executor) {
        this.reports = reports;
        this.questions = questions;
        this.executor = executor;
    }

    /** @throws ContainerException {@link ErrorCode#EXECUTOR_LOST} when there can be no process */
    static Launch start(Execution.Mode mode, Execution.Directories directories, Stdio stdio) throws IOException {
        return start(mode, directories, stdio, List.of());
    }

    static Launch start(
            Execution.Mode mode, Execution.Directories directories, Stdio stdio, List<Execution.Handed> further)
            throws IOException {
        UnixSocket.Pair reports = UnixSocket.pair(UnixSocket.Kind.MESSAGES, "an executor's reports");
        UnixSocket.Pair questions = UnixSocket.pair(UnixSocket.Kind.STREAM, "an executor's questions");
        List<Fd> opened = new ArrayList<>();
        boolean started = false;
        try {
            Spawn spawn = Spawn.of(NativeExecutable.sealed(), words(mode, directories, further))
                    .inOwnSession()
                    .with(REPORT, reports.theirs().fd())
                    .with(PLANNER, questions.theirs().fd())
                    .with(ROOT, directories.root());
            directories.bundle().ifPresent(fd -> spawn.with(BUNDLE, fd));
            directories.state().ifPresent(fd -> spawn.with(STATE, fd));
            for (int i = 0; i < further.size(); i++) {
                spawn.with(FURTHER + i, further.get(i).fd());
            }
            stream(spawn, 0, stdio.input(), opened);
            stream(spawn, 1, stdio.output(), opened);
            stream(spawn, 2, stdio.error(), opened);
            Launch launch = new Launch(reports.ours(), questions.ours(), spawn.start());
            started = true;
            return launch;
        } catch (IOException e) {
            throw new ContainerException(ErrorCode.EXECUTOR_LOST, "cannot start the executor: " + e.getMessage(), e);
        } finally {
            opened.forEach(Fd::close);
            // Or the end of the program would never be seen here.
            reports.theirs().close();
            questions.theirs().close();
            if (!started) {
                reports.close();
                questions.close();
            }
        }
    }

    /** {@link #start} for another thread; {@link #of} gives its exceptions back. */
    static Launch unchecked(Execution.Mode mode, Execution.Directories directories, Stdio stdio) {
        try {
            return start(mode, directories, stdio);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Launch of(CompletableFuture<Launch> starting) throws IOException {
        try {
            return starting.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException unchecked
                    && unchecked.getCause() instanceof IOException io) {
                throw io;
            }
            throw e;
        }
    }

    private static List<String> words(
            Execution.Mode mode, Execution.Directories directories, List<Execution.Handed> further) {
        List<String> words = new ArrayList<>(
                List.of("estiba-exec", mode.word(), "report=" + REPORT, "planner=" + PLANNER, "root=" + ROOT));
        directories.bundle().ifPresent(_ -> words.add("bundle=" + BUNDLE));
        directories.state().ifPresent(_ -> words.add("state=" + STATE));
        for (int i = 0; i < further.size(); i++) {
            words.add(further.get(i).word() + "=" + (FURTHER + i));
        }
        return words;
    }

    private static void stream(Spawn spawn, int number, Stdio.Stream stream, List<Fd> opened) throws IOException {
        switch (stream) {
            case Stdio.Stream.Inherited inherited -> {
                // posix_spawn passes it on by itself
            }
            case Stdio.Stream.Given given -> spawn.with(number, given.fd());
            case Stdio.Stream.Nothing nothing -> {
                Fd none = Open.absolute("/dev/null", new Open.How(Open.READ_WRITE, 0, 0));
                opened.add(none);
                spawn.with(number, none);
            }
        }
    }

    /** The process, which stays this object's. */
    Pidfd executor() {
        return executor;
    }

    /**
     * Hands the plan over, and answers what it asks.
     *
     * @throws ContainerException {@link ErrorCode#INVALID_REQUEST} when the answer only says why there is no plan
     */
    Execution follow(PlanMemo plans, EncodedAnswer answer) throws IOException {
        refusal(answer);
        try (Fd plan = Memfd.data("plan", answer.plan(0).array())) {
            reports.send(new byte[1], List.of(plan));
        } catch (ErrnoException e) {
            if (!e.is(Errno.EPIPE) && !e.is(Errno.ECONNRESET)) {
                throw e;
            }
            // It has ended before, and its report says why.
        }
        if (answer.next().isPresent()) {
            try {
                new Connection(new FdChannel(questions.fd()), plans).goOn(answer);
            } catch (MalformedFrame | IOException e) {
                // The executor says what became of it: it fails where it waits for the answer.
                questions.close();
            }
        }
        questions.close();
        followed = true;
        return new Execution(reports, executor, answer::said);
    }

    /** A sentence needs no process to say it. */
    static void refusal(EncodedAnswer answer) throws ContainerException {
        Optional<String> refusal = answer.refusal();
        if (refusal.isPresent()) {
            throw new ContainerException(ErrorCode.INVALID_REQUEST, Failures.words(refusal.get()));
        }
    }

    /** Whoever has not got a plan, or no answer to its question, ends by itself when the sockets do. */
    @Override
    public void close() throws IOException {
        if (followed) {
            return;
        }
        questions.close();
        reports.close();
        try {
            executor.reap();
        } finally {
            executor.close();
        }
    }
}
