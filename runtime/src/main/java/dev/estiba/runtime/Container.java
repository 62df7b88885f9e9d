package dev.estiba.runtime;

import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.number.Signal;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.runtime.ConfigWriter;
import dev.estiba.oci.runtime.Process;
import dev.estiba.runtime.local.Call;
import dev.estiba.runtime.local.Execution;
import dev.estiba.runtime.planner.Request.Buffer;
import dev.estiba.runtime.planner.Request.Tag;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A container. One that {@link Containers#create} has made belongs to its caller: {@link #close} kills and removes it.
 * One that was found is only looked at: closing it leaves it alone.
 *
 * <p>Safe for several threads. One of them waits ({@link #waitFor}) while others do what they like.
 */
public final class Container implements AutoCloseable {
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final Call calls;
    private final String id;
    private final Optional<Execution> holder;
    private final int pid;
    /** Held while one thread waits for the end; the others wait for it and then read the status. */
    private final Object waiting = new Object();

    private Optional<ExitStatus> ended = Optional.empty();
    private boolean lost;
    private boolean closed;

    private Container(Call calls, String id, Optional<Execution> holder, int pid) {
        this.calls = calls;
        this.id = id;
        this.holder = holder;
        this.pid = pid;
    }

    static Container made(Call calls, String id, Execution holder) throws IOException {
        boolean there = false;
        try {
            int pid = holder.made();
            there = true;
            return new Container(calls, id, Optional.of(holder), pid);
        } finally {
            if (!there) {
                holder.close();
            }
        }
    }

    static Container found(Call calls, String id) {
        return new Container(calls, id, Optional.empty(), 0);
    }

    public String id() {
        return id;
    }

    /** What it is doing now. */
    public ContainerState state() throws IOException {
        return ContainerState.parse(calls.print(id, List.of("state", id)));
    }

    /**
     * Opens the gate: the program runs.
     *
     * @throws ContainerException {@link ErrorCode#WRONG_STATE} when it runs already, or has ended
     */
    public void start() throws IOException {
        calls.perform(id, List.of("start", id));
    }

    /**
     * Sends a signal to its first process.
     *
     * @throws ContainerException {@link ErrorCode#WRONG_STATE} when it has ended
     */
    public void kill(Signal signal) throws IOException {
        calls.perform(id, List.of("kill", id, Integer.toString(signal.number())));
    }

    /** Freezes all of its processes. */
    public void pause() throws IOException {
        calls.perform(id, List.of("pause", id));
    }

    /** Lets them go on. */
    public void resume() throws IOException {
        calls.perform(id, List.of("resume", id));
    }

    /** Sets other limits while it runs. */
    public void update(LimitChanges changes) throws IOException {
        List<String> words = new ArrayList<>(List.of("update"));
        words.addAll(changes.flags());
        words.add(id);
        calls.perform(id, words);
    }

    /**
     * Removes what is left of it.
     *
     * @throws ContainerException {@link ErrorCode#WRONG_STATE} when it is running
     */
    public void delete() throws IOException {
        calls.perform(id, List.of("delete", id));
    }

    /** Removes it, and kills it first if it is running. */
    public void deleteForcibly() throws IOException {
        calls.perform(id, List.of("delete", "--force", id));
    }

    /**
     * Waits until its first process has ended.
     *
     * @return the status as a shell says it: the code, or 128 and the signal's number
     * @throws ContainerException {@link ErrorCode#STATUS_UNKNOWN} when this object did not make it, after its end
     */
    public int waitFor() throws IOException {
        return waitFor(FOR_EVER).orElseThrow(() -> new IllegalStateException("for ever is over"));
    }

    /** {@link #waitFor()} with a deadline: empty when it is still running then. */
    public OptionalInt waitFor(Duration deadline) throws IOException {
        Optional<ExitStatus> status = end(deadline);
        return status.isPresent() ? OptionalInt.of(status.get().shell()) : OptionalInt.empty();
    }

    /** How its first process has ended; empty when it is still running then. */
    public Optional<ExitStatus> end(Duration deadline) throws IOException {
        if (holder.isEmpty()) {
            return endOfFound(deadline);
        }
        synchronized (waiting) {
            if (ended.isEmpty() && lost) {
                throw new ContainerException(
                        ErrorCode.STATUS_UNKNOWN, "container " + id + ": the process that knew its status is gone");
            }
            if (ended.isEmpty()) {
                try {
                    ended = holder.get().ended(deadline);
                } catch (ContainerException e) {
                    lost = true;
                    throw e;
                }
            }
            return ended;
        }
    }

    private Optional<ExitStatus> endOfFound(Duration deadline) throws IOException {
        OptionalInt now = state().pid();
        if (now.isPresent()) {
            try (Pidfd process = Pidfd.open(now.getAsInt())) {
                // Between the state and the pidfd the number may have become another's: ask again whose it is.
                if (state().pid().equals(now) && !process.awaitEnd(deadline)) {
                    return Optional.empty();
                }
            }
        }
        throw new ContainerException(
                ErrorCode.STATUS_UNKNOWN, "container " + id + " has ended; only who made it knows its status");
    }

    /** The process number of its first process as it was made; 0 when it was found. */
    public int pid() {
        return pid;
    }

    /**
     * Runs another program in it, and waits until that has ended.
     *
     * @return its status as a shell says it
     */
    public int exec(Stdio stdio, String... args) throws IOException {
        List<String> argv = new ArrayList<>(List.of("exec", id));
        argv.addAll(List.of(args));
        return walked(argv, List.of(), stdio);
    }

    /** {@link #exec(Stdio, String...)} with everything that a process can be told. */
    public int exec(Process process, Stdio stdio) throws IOException {
        Buffer document = new Buffer(Tag.PROCESS, ConfigWriter.write(process, Layout.COMPACT));
        return walked(List.of("exec", "--process", "-", id), List.of(document), stdio);
    }

    /**
     * Runs another program in it and leaves it to a monitor.
     *
     * @return when the program runs
     */
    public Monitored monitor(Process process, MonitorRequest request) throws IOException {
        Buffer document = new Buffer(Tag.PROCESS, ConfigWriter.write(process, Layout.COMPACT));
        return Monitored.made(
                calls.monitor(id, List.of("exec", "--detach", "--process", "-", id), List.of(document), request));
    }

    private int walked(List<String> argv, List<Buffer> more, Stdio stdio) throws IOException {
        try (Execution execution = calls.on(id, argv, more, stdio)) {
            return execution.walked();
        }
    }

    /**
     * Kills and removes a container that this object has made. Not to be called while another thread waits for its end:
     * that thread would see it first.
     */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed || holder.isEmpty()) {
                return;
            }
            closed = true;
        }
        try {
            if (calls.exists(id)) {
                deleteForcibly();
            }
            if (!lost) {
                end(FOR_EVER);
            }
        } finally {
            holder.get().close();
        }
    }

    @Override
    public String toString() {
        return "container " + id;
    }
}
