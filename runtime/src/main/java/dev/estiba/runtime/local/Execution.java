package dev.estiba.runtime.local;

import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FdChannel;
import dev.estiba.linux.Host;
import dev.estiba.linux.Memfd;
import dev.estiba.linux.Open;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.Poll;
import dev.estiba.linux.Spawn;
import dev.estiba.linux.UnixSocket;
import dev.estiba.runtime.ContainerException;
import dev.estiba.runtime.ErrorCode;
import dev.estiba.runtime.Stdio;
import dev.estiba.runtime.command.Answer;
import dev.estiba.runtime.command.OciCommand;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Op;
import dev.estiba.runtime.plan.PlanEncoder;
import dev.estiba.runtime.plan.Step;
import dev.estiba.runtime.planner.Connection;
import dev.estiba.runtime.planner.MalformedFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A plan that the native program is walking: {@code estiba-exec}, native/src/engine.c. Used by one thread at a time;
 * whoever starts it also waits for its end, or there is a zombie.
 */
public final class Execution implements AutoCloseable {
    /** Where the program finds its descriptors; any numbers from 3 on would do. */
    private static final int PLAN = 3;

    private static final int REPORT = 4;
    private static final int ROOT = 5;
    private static final int BUNDLE = 6;
    private static final int STATE = 7;
    private static final int PLANNER = 8;

    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final UnixSocket reports;
    private final Pidfd executor;
    private final Set<String> said;

    private Execution(UnixSocket reports, Pidfd executor, Set<String> said) {
        this.reports = reports;
        this.executor = executor;
        this.said = said;
    }

    /** What becomes of the process that a plan leaves behind. */
    public enum Mode {
        /** The plan leaves none: it waits for it, or has none. */
        WALK,
        /** The program is its parent until it has ended. */
        HOLD
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
     * Starts the program, and answers what the plan asks.
     *
     * @throws ContainerException {@link ErrorCode#EXECUTOR_LOST} when there can be no process,
     *     {@link ErrorCode#INVALID_REQUEST} when the answer only says why there is no plan
     */
    public static Execution start(OciCommand command, Answer answer, Mode mode, Directories directories, Stdio stdio)
            throws IOException {
        refusal(answer);
        byte[] plan = PlanEncoder.encode(answer.plan(), Host.abi());
        UnixSocket.Pair reports = UnixSocket.pair(UnixSocket.Kind.MESSAGES, "an executor's reports");
        boolean started = false;
        try (Fd file = Memfd.data("plan", plan)) {
            Launch launch = new Launch(mode, directories, stdio, file, reports, said(answer));
            Execution execution =
                    answer.next().isPresent() ? launch.answering(command, answer) : launch.spawn(Optional.empty());
            started = true;
            return execution;
        } finally {
            reports.theirs().close();
            if (!started) {
                reports.ours().close();
            }
        }
    }

    /** The sentences with which a plan itself says no, where nothing that the kernel answered is behind it. */
    private static Set<String> said(Answer answer) {
        Set<String> sentences = new HashSet<>();
        for (Step step : answer.plan().part(Actor.OUTER).steps()) {
            if (step.whole()) {
                sentences.add(step.sentence());
            }
        }
        return sentences;
    }

    /** A sentence needs no process to say it. */
    private static void refusal(Answer answer) throws ContainerException {
        List<Step> steps = answer.plan().part(Actor.OUTER).steps();
        if (steps.size() == 1 && steps.getFirst().op() == Op.FAIL) {
            throw new ContainerException(
                    ErrorCode.INVALID_REQUEST, Failures.words(steps.getFirst().sentence()));
        }
    }

    /** One start: what the program gets. */
    private record Launch(
            Mode mode, Directories directories, Stdio stdio, Fd plan, UnixSocket.Pair reports, Set<String> said) {
        Execution answering(OciCommand command, Answer answer) throws IOException {
            try (UnixSocket.Pair questions = UnixSocket.pair(UnixSocket.Kind.STREAM, "an executor's questions")) {
                Execution started = spawn(Optional.of(questions.theirs().fd()));
                // Closed before the first question is waited for: or the executor's end would never be seen.
                questions.theirs().close();
                try {
                    new Connection(new FdChannel(questions.ours().fd()), command, Host.abi()).goOn(answer);
                } catch (MalformedFrame | IOException e) {
                    // The executor says what became of it: it fails where it waits for the answer.
                    questions.ours().close();
                } catch (RuntimeException e) {
                    questions.ours().close();
                    started.executor.reap();
                    started.close();
                    throw e;
                }
                return started;
            }
        }

        Execution spawn(Optional<Fd> planner) throws IOException {
            Spawn spawn = Spawn.of(NativeExecutable.sealed(), words(planner))
                    .inOwnSession()
                    .with(PLAN, plan)
                    .with(REPORT, reports.theirs().fd())
                    .with(ROOT, directories.root());
            directories.bundle().ifPresent(fd -> spawn.with(BUNDLE, fd));
            directories.state().ifPresent(fd -> spawn.with(STATE, fd));
            planner.ifPresent(fd -> spawn.with(PLANNER, fd));
            List<Fd> opened = new ArrayList<>();
            try {
                stream(spawn, 0, stdio.input(), opened);
                stream(spawn, 1, stdio.output(), opened);
                stream(spawn, 2, stdio.error(), opened);
                return new Execution(reports.ours(), spawn.start(), said);
            } catch (IOException e) {
                throw new ContainerException(
                        ErrorCode.EXECUTOR_LOST, "cannot start the executor: " + e.getMessage(), e);
            } finally {
                opened.forEach(Fd::close);
            }
        }

        private List<String> words(Optional<Fd> planner) {
            return List.of(
                    "estiba-exec",
                    mode == Mode.HOLD ? "hold" : "walk",
                    Integer.toString(PLAN),
                    Integer.toString(REPORT),
                    Integer.toString(ROOT),
                    number(directories.bundle(), BUNDLE),
                    number(directories.state(), STATE),
                    number(planner, PLANNER));
        }
    }

    private static String number(Optional<Fd> fd, int place) {
        return fd.isPresent() ? Integer.toString(place) : "-";
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

    /** The pidfd of the program: it can be read when it has ended. */
    public Pidfd executor() {
        return executor;
    }

    /** In {@link Mode#HOLD}: waits until the process is there; its pid. A failure is thrown, and the program is gone. */
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
        byte[] message = reports.receive(Report.MOST).bytes();
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
        byte[] message = reports.receive(Report.MOST).bytes();
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
        return Failures.of(failed, said);
    }

    @Override
    public void close() {
        reports.close();
        executor.close();
    }
}
