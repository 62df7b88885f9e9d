package dev.estiba.runtime.local;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Host;
import dev.estiba.linux.Memfd;
import dev.estiba.linux.Open;
import dev.estiba.linux.Pipe;
import dev.estiba.linux.Terminals;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.Bundle;
import dev.estiba.runtime.ContainerException;
import dev.estiba.runtime.ErrorCode;
import dev.estiba.runtime.MonitorRequest;
import dev.estiba.runtime.Stdio;
import dev.estiba.runtime.command.Answer;
import dev.estiba.runtime.command.EncodedAnswer;
import dev.estiba.runtime.command.OciCommand;
import dev.estiba.runtime.command.PlanMemo;
import dev.estiba.runtime.compile.Caller;
import dev.estiba.runtime.compile.Isolation;
import dev.estiba.runtime.compile.Machine;
import dev.estiba.runtime.compile.StartRequest;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Buffer;
import dev.estiba.runtime.planner.Request.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The commands of {@code estiba-oci} on one directory of states, called in this JVM: the same words, the same plans.
 * Safe for several threads.
 */
public final class Call {
    private static final int OUTPUT_CAP = 4 << 20;

    /** Kinds of requests. */
    private static final int REMEMBERED = 64;

    private final Path root;
    private final OciCommand command;
    private final PlanMemo plans;
    private final Gathering gathering = new Gathering();

    public Call(Path root, OciCommand command) {
        this.root = root;
        this.command = command;
        this.plans = new PlanMemo(command, Host.abi(), REMEMBERED);
    }

    /** A command that makes a container and waits for it: its status. */
    public int walk(List<String> argv, Bundle bundle, Stdio stdio) throws IOException {
        try (Execution execution = start(argv, bundle, Execution.Mode.WALK, stdio)) {
            return execution.walked();
        }
    }

    /** A command that makes a container and leaves it behind. */
    public Execution hold(List<String> argv, Bundle bundle, Stdio stdio) throws IOException {
        return start(argv, bundle, Execution.Mode.HOLD, stdio);
    }

    private Execution start(List<String> argv, Bundle bundle, Execution.Mode mode, Stdio stdio) throws IOException {
        List<Buffer> buffers = gathering.command(argv, terminals(stdio));
        buffers.add(Gathering.text(Tag.BUNDLE, bundle.directory().toString()));
        buffers.add(new Buffer(Tag.CONFIG, bundle.config()));
        gathering.addCgroups(buffers);
        try (Fd states = openRoot();
                Fd directory = openBundle(bundle)) {
            Execution.Directories given = new Execution.Directories(states, Optional.of(directory), Optional.empty());
            // The program starts on another processor while its plan is made on this one: 0.3 ms of a container's 5.
            CompletableFuture<Launch> starting =
                    CompletableFuture.supplyAsync(() -> Launch.unchecked(mode, given, stdio));
            EncodedAnswer answer;
            try {
                answer = plans.answer(new Request(buffers));
            } catch (RuntimeException e) {
                Launch.of(starting).close();
                throw e;
            }
            try (Launch launch = Launch.of(starting)) {
                return launch.follow(plans, answer);
            }
        }
    }

    /** A command that makes a container and leaves it to a monitor; the program that becomes it. */
    public Execution monitor(List<String> argv, Bundle bundle, MonitorRequest monitor) throws IOException {
        List<Buffer> buffers = gathering.command(argv, 0);
        buffers.add(Gathering.text(Tag.BUNDLE, bundle.directory().toString()));
        buffers.add(new Buffer(Tag.CONFIG, bundle.config()));
        monitor.overlay().ifPresent(overlay -> buffers.add(new Buffer(Tag.OVERLAY, overlay.encode())));
        gathering.addCgroups(buffers);
        try (Fd states = openRoot();
                Fd directory = openBundle(bundle)) {
            return monitor(
                    buffers, monitor, new Execution.Directories(states, Optional.of(directory), Optional.empty()));
        }
    }

    /** An exec in the container of that name, left to a monitor. */
    public Execution monitor(String id, List<String> argv, List<Buffer> more, MonitorRequest monitor)
            throws IOException {
        List<Buffer> buffers = gathering.command(argv, 0);
        buffers.addAll(more);
        try (Fd states = existingRoot(id);
                Fd state = existing(states, id)) {
            Gathering.addState(buffers, state);
            return monitor(buffers, monitor, new Execution.Directories(states, Optional.empty(), Optional.of(state)));
        }
    }

    /** What {@link #monitor(List, Bundle, MonitorRequest)} would walk. */
    public OciCommand.Monitored planned(List<String> argv, Bundle bundle, Isolation isolation, StartRequest.Given given)
            throws IOException {
        List<Buffer> buffers = gathering.command(argv, 0);
        buffers.add(Gathering.text(Tag.BUNDLE, bundle.directory().toString()));
        buffers.add(new Buffer(Tag.CONFIG, bundle.config()));
        given.overlay().ifPresent(overlay -> buffers.add(new Buffer(Tag.OVERLAY, overlay.encode())));
        gathering.addCgroups(buffers);
        OciCommand.Monitored answer = command.monitored(new Request(buffers), isolation, given);
        Launch.refusal(plans.direct(answer.start()));
        return answer;
    }

    /** Walks a plan of which nothing is left behind. */
    public void walk(Plan plan, Stdio stdio) throws IOException {
        try (Fd states = openRoot();
                Launch launch = Launch.start(
                        Execution.Mode.WALK,
                        new Execution.Directories(states, Optional.empty(), Optional.empty()),
                        stdio);
                Execution execution = launch.follow(plans, plans.direct(Answer.of(plan)))) {
            int status = execution.walked();
            if (status != 0) {
                throw new ContainerException(
                        ErrorCode.EXECUTOR_LOST, "a plan ended with " + status + " without a word");
            }
        }
    }

    public Machine machine() {
        return command.machine();
    }

    /** The caller that plans of this JVM are made for. */
    public Caller caller() throws IOException {
        return OciCommand.caller(new Request(gathering.command(List.of(), 0)));
    }

    private Execution monitor(List<Buffer> buffers, MonitorRequest monitor, Execution.Directories directories)
            throws IOException {
        PlanMemo.Monitored answer = plans.monitored(
                new Request(buffers),
                monitor.isolation(),
                new StartRequest.Given(
                        monitor.rootfs().isPresent(), monitor.settings().terminal()));
        Launch.refusal(answer.start());
        List<Execution.Handed> further = new ArrayList<>();
        further.add(new Execution.Handed("directory", monitor.directory()));
        monitor.rootfs().ifPresent(fd -> further.add(new Execution.Handed("rootfs", fd)));
        monitor.trace().ifPresent(fd -> further.add(new Execution.Handed("trace", fd)));
        monitor.clients().forEach(fd -> further.add(new Execution.Handed("client", fd)));
        try (Fd settings = Memfd.data("settings", monitor.settings().encode());
                Fd epilogue = epilogue(answer)) {
            further.add(new Execution.Handed("settings", settings));
            answer.epilogue().ifPresent(_ -> further.add(new Execution.Handed("epilogue", epilogue)));
            try (Launch launch = Launch.start(Execution.Mode.MONITOR, directories, Stdio.none(), further)) {
                monitor.named().started(launch.executor());
                return launch.follow(plans, answer.start());
            }
        }
    }

    private static Fd epilogue(PlanMemo.Monitored answer) throws IOException {
        return Memfd.data("epilogue", answer.epilogue().orElse(new byte[0]));
    }

    private static Fd openBundle(Bundle bundle) throws IOException {
        try {
            return Open.absolute(bundle.directory().toString(), Open.How.directory());
        } catch (ErrnoException e) {
            throw new ContainerException(
                    ErrorCode.BUNDLE_UNREADABLE,
                    "cannot open the bundle " + bundle.directory() + ": " + e.getMessage(),
                    e);
        }
    }

    private Fd openRoot() throws IOException {
        return Open.absolute(root.toString(), Open.How.directory());
    }

    /** A command on a container that is there: the program that carries it out, which the caller waits for. */
    public Execution on(String id, List<String> argv, List<Buffer> more, Stdio stdio) throws IOException {
        List<Buffer> buffers = gathering.command(argv, terminals(stdio));
        buffers.addAll(more);
        try (Fd states = existingRoot(id);
                Fd state = existing(states, id)) {
            Gathering.addState(buffers, state);
            EncodedAnswer answer = plans.answer(new Request(buffers));
            Launch.refusal(answer);
            Execution.Directories given = new Execution.Directories(states, Optional.empty(), Optional.of(state));
            try (Launch launch = Launch.start(Execution.Mode.WALK, given, stdio)) {
                return launch.follow(plans, answer);
            }
        }
    }

    /** A command on a container that says nothing when it succeeds. */
    public void perform(String id, List<String> argv) throws IOException {
        try (Execution execution = on(id, argv, List.of(), Stdio.none())) {
            int status = execution.walked();
            if (status != 0) {
                throw new ContainerException(
                        ErrorCode.EXECUTOR_LOST,
                        argv.getFirst() + " of " + id + " ended with " + status + " without a word");
            }
        }
    }

    /** What a command on a container prints. */
    public byte[] print(String id, List<String> argv) throws IOException {
        try (Pipe pipe = Pipe.open("the output of " + argv.getFirst());
                Execution execution = on(id, argv, List.of(), Stdio.none().withOutput(pipe.writer()))) {
            pipe.writer().close();
            byte[] output = FileBytes.readAll(pipe.reader(), OUTPUT_CAP);
            execution.walked();
            return output;
        }
    }

    /** Whether there is a container of that name, or what is left of one. */
    public boolean exists(String id) throws IOException {
        try (Fd states = existingRoot(id);
                Fd state = existing(states, id)) {
            return state.isOpen();
        } catch (ContainerException e) {
            if (e.code() == ErrorCode.CONTAINER_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private Fd existingRoot(String id) throws IOException {
        try {
            return openRoot();
        } catch (ErrnoException e) {
            throw missing(e, id);
        }
    }

    private static Fd existing(Fd states, String id) throws IOException {
        if (id.isEmpty() || id.equals(".") || id.equals("..") || id.indexOf('/') >= 0) {
            throw new ContainerException(ErrorCode.CONTAINER_NOT_FOUND, "container " + id + " does not exist");
        }
        try {
            return Open.at(states, id, Open.How.directory().with(Open.noFollowFlag()));
        } catch (ErrnoException e) {
            throw missing(e, id);
        }
    }

    private static IOException missing(ErrnoException e, String id) {
        boolean none = e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP) || e.is(Errno.ENAMETOOLONG);
        return none
                ? new ContainerException(ErrorCode.CONTAINER_NOT_FOUND, "container " + id + " does not exist", e)
                : e;
    }

    /** Bit n is set when descriptor n is a terminal. */
    private static int terminals(Stdio stdio) throws IOException {
        int bits = terminal(stdio.input(), Fd.Standard.INPUT) ? 1 : 0;
        bits |= terminal(stdio.output(), Fd.Standard.OUTPUT) ? 2 : 0;
        bits |= terminal(stdio.error(), Fd.Standard.ERROR) ? 4 : 0;
        return bits;
    }

    private static boolean terminal(Stdio.Stream stream, Fd.Standard standard) throws IOException {
        return switch (stream) {
            case Stdio.Stream.Inherited inherited -> Terminals.isTerminal(Fd.standard(standard));
            case Stdio.Stream.Given given -> Terminals.isTerminal(given.fd());
            case Stdio.Stream.Nothing nothing -> false;
        };
    }
}
