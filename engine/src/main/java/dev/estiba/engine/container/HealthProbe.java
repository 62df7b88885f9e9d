package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.Attachment;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.api.HealthcheckResult;
import dev.estiba.engine.health.HealthSettings;
import dev.estiba.engine.health.HealthState.Asked;
import dev.estiba.engine.health.ProcessTree;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.record.Timestamps;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One question to a container: a program that is executed in it. Ended when its time is over, or when nobody wants the answer any
 * more, with all the processes that it has brought into being.
 */
final class HealthProbe {
    private static final Logger LOG = System.getLogger(HealthProbe.class.getName());

    /** Of its output, as dockerd keeps it. */
    private static final int MOST = 4096;

    private static final int NO_STATUS = -1;
    private static final int KILLED = 137;

    private final Execs execs;
    private final String id;
    private final HealthSettings settings;
    private final ScheduledExecutorService timer;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream(256);
    private boolean isCut;
    private Optional<Pidfd> process = Optional.empty();
    private volatile boolean isUnwanted;
    private volatile boolean isLate;

    HealthProbe(Execs execs, String id, HealthSettings settings, ScheduledExecutorService timer) {
        this.execs = execs;
        this.id = id;
        this.settings = settings;
        this.timer = timer;
    }

    /** Is told which process is waited for. */
    interface Begun {
        void is(Asked process) throws IOException;
    }

    /** Waits for the answer. That the question could not be put is one as well. */
    HealthcheckResult ask(Begun begun) throws IOException {
        String start = Timestamps.now();
        ExecCreateRequest request = ExecCreateRequest.builder()
                .attachStdout(true)
                .attachStderr(true)
                .cmd(settings.command())
                .build();
        try {
            String exec = execs.create(id, request);
            try (Attachment attachment = execs.start(exec, new ExecStartRequest(false, false, Optional.empty()))) {
                return answer(start, exec, attachment, begun);
            }
        } catch (ApiException e) {
            return new HealthcheckResult(start, Timestamps.now(), NO_STATUS, e.message());
        }
    }

    private HealthcheckResult answer(String start, String exec, Attachment attachment, Begun begun) throws IOException {
        int pid = execs.inspect(exec).pid();
        Optional<Pidfd> opened = open(pid);
        try {
            hold(opened);
            Optional<Long> since = opened.isPresent() ? ProcessFacts.startTime(pid) : Optional.empty();
            if (since.isPresent()) {
                begun.is(new Asked(pid, since.get()));
            }
            ScheduledFuture<?> late =
                    timer.schedule(this::late, settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
            try {
                drain(attachment);
            } finally {
                late.cancel(false);
            }
        } finally {
            hold(Optional.empty());
            opened.ifPresent(Pidfd::close);
        }
        OptionalInt code = execs.inspect(exec).exitCode();
        // It may have ended by itself just when its time was over: then it has answered.
        if (isLate && code.orElse(KILLED) == KILLED) {
            String text = text();
            String why = "Health check exceeded timeout (" + Words.go(settings.timeout()) + ")";
            return new HealthcheckResult(start, Timestamps.now(), NO_STATUS, text.isEmpty() ? why : why + ": " + text);
        }
        return new HealthcheckResult(start, Timestamps.now(), code.orElse(NO_STATUS), text());
    }

    private static Optional<Pidfd> open(int pid) throws IOException {
        try {
            return pid > 0 ? Optional.of(Pidfd.open(pid)) : Optional.empty();
        } catch (ErrnoException e) {
            if (e.is(Errno.ESRCH)) {
                return Optional.empty(); // it has ended already
            }
            throw e;
        }
    }

    private synchronized void hold(Optional<Pidfd> held) {
        process = held;
        if (isUnwanted || isLate) {
            kill();
        }
    }

    private void drain(Attachment attachment) throws IOException {
        for (Optional<Attachment.Output> next = attachment.next(); next.isPresent(); next = attachment.next()) {
            byte[] bytes = next.get().bytes();
            int kept = Math.min(bytes.length, MOST - output.size());
            output.write(bytes, 0, kept);
            isCut |= kept < bytes.length;
        }
    }

    private String text() {
        String text = output.toString(StandardCharsets.UTF_8);
        return isCut ? text + "..." : text;
    }

    private void late() {
        isLate = true;
        kill();
    }

    /** Nobody wants its answer any more. */
    void callOff() {
        isUnwanted = true;
        kill();
    }

    /** Whether its answer is one of the container's, and not of who has ended it. */
    boolean isWanted() {
        return !isUnwanted;
    }

    private synchronized void kill() {
        if (process.isPresent()) {
            try {
                ProcessTree.kill(process.get());
            } catch (IOException e) {
                LOG.log(Level.WARNING, "container " + id + ": its health check could not be ended: " + e.getMessage());
            }
        }
    }
}
