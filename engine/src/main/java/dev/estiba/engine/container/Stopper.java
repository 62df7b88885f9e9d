package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.Change;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.HostConfig;
import dev.estiba.api.StopOptions;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.health.UnhealthyRule;
import dev.estiba.engine.spec.RestartRule;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.number.Signal;
import dev.estiba.runtime.Container;
import dev.estiba.runtime.ContainerException;
import dev.estiba.runtime.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Signals, stop, pause. */
final class Stopper {
    private static final int GRACE = 10;

    /** Seconds after SIGKILL, as long as Docker's. */
    private static final int PATIENCE = 10;

    /** In which the init of {@code --init} has begun, also on a busy machine. */
    private static final Duration INIT = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofMillis(1);

    private final Context context;
    private final Runs runs;

    Stopper(Context context, Runs runs) {
        this.context = context;
        this.runs = runs;
    }

    void kill(String reference, String signal) throws IOException {
        kill(reference, signal, true);
    }

    /** @param asked whether somebody has asked for it, and its policy is not to start it again */
    private void kill(String reference, String signal, boolean asked) throws IOException {
        Signal wanted = signal(signal.isEmpty() ? "KILL" : signal);
        try (Locked container = context.lock(reference)) {
            if (!(context.status(container) instanceof Status.Running)) {
                throw ApiException.conflict("cannot kill container: " + reference + ": container "
                        + container.record().id() + " is not running");
            }
            if (asked) {
                asked(container);
            }
            send(container, wanted);
            Happened.to(context, container.record(), "kill", Map.of("signal", Integer.toString(wanted.number())));
        }
    }

    /** Written down before it ends of it: its policy is not to start it again. */
    private void asked(Locked container) throws IOException {
        HostConfig host = container.record().request().hostConfig();
        if (RestartRule.of(host) != RestartRule.NO || UnhealthyRule.of(host) == UnhealthyRule.RESTART) {
            container.home().writeLife(container.home().life().asked());
        }
    }

    /** One that waits to be started again is not. */
    private boolean isCalledOff(String reference) throws IOException {
        try (Locked container = context.lock(reference)) {
            if (!(context.shown(container) instanceof Status.Restarting)) {
                return false;
            }
            context.restarts().forget(container.record().id());
            asked(container);
            return true;
        }
    }

    /** One that has ended just now may be about to be started again: whoever watches it has not got to that yet. */
    private boolean isKeptFromRestart(String reference) throws IOException {
        try (Locked container = context.lock(reference)) {
            String id = container.record().id();
            boolean isToCome = context.restarts().isPending(id) || runs.isKnown(id);
            if (context.restarts().isActive() && isToCome) {
                context.restarts().forget(id);
                asked(container);
            }
            return isToCome;
        } catch (ApiException e) {
            if (e.status() == ApiException.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private void send(Locked container, Signal signal) throws IOException {
        awaitInit(container, signal);
        try {
            Container running = running(container);
            running.kill(signal);
        } catch (ContainerException e) {
            if (e.code() != ErrorCode.WRONG_STATE && e.code() != ErrorCode.CONTAINER_NOT_FOUND) {
                throw e;
            }
            throw ApiException.conflict("container " + container.record().id() + " is not running");
        }
    }

    /**
     * The small init of {@code --init} blocks all signals before it starts its program, and passes them on. Until it has done so it
     * is like any other first process of a pid namespace: a signal whose default is to end it is lost (pid_namespaces(7)).
     */
    private void awaitInit(Locked container, Signal signal) throws IOException {
        boolean hasInit = container.record().request().hostConfig().init().orElse(false);
        if (!hasInit || signal.equals(Signal.KILL) || signal.equals(Signal.STOP)) {
            return;
        }
        long end = System.nanoTime() + INIT.toNanos();
        while (context.status(container) instanceof Status.Running(int pid, boolean paused)
                && pid > 0
                && !paused
                && !ProcessFacts.hasChildren(pid)
                && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** False when it has ended by itself since somebody looked: then it is what was wanted. */
    private boolean isSent(Locked container, Signal signal) throws IOException {
        try {
            send(container, signal);
        } catch (ApiException e) {
            if (e.status() != ApiException.CONFLICT) {
                throw e;
            }
            return false;
        }
        Happened.to(context, container.record(), "kill", Map.of("signal", Integer.toString(signal.number())));
        return true;
    }

    private Container running(Locked container) throws IOException {
        String id = container.record().id();
        return context.runtime()
                .find(id)
                .orElseThrow(() -> ApiException.conflict("container " + id + " is not running"));
    }

    static Signal signal(String text) throws ApiException {
        return Signal.parse(text).orElseThrow(() -> ApiException.badRequest("invalid signal: " + text));
    }

    /** What its rule says of a container that has become unhealthy. */
    void unhealthy(String id, UnhealthyRule rule) throws IOException {
        switch (rule) {
            case NONE -> {}
            case KILL -> killStopped(id, false);
            case RESTART -> {
                context.restarts().demand(id);
                try {
                    stop(id, StopOptions.DEFAULT, false);
                } finally {
                    context.restarts().withdraw(id); // it had ended by itself before
                }
            }
            case STOP -> stop(id, StopOptions.DEFAULT);
        }
    }

    /** The stop signal, then, when the time is over, SIGKILL. */
    Change stop(String reference, StopOptions options) throws IOException {
        return stop(reference, options, true);
    }

    private Change stop(String reference, StopOptions options, boolean asked) throws IOException {
        if (context.restarts().isActive() && isCalledOff(reference)) {
            return Change.DONE;
        }
        CompletableFuture<WaitResponse> end = runs.await(reference, WaitCondition.NOT_RUNNING);
        if (end.isDone()) {
            return asked && isKeptFromRestart(reference) ? Change.DONE : Change.NOT_MODIFIED;
        }
        int seconds;
        ContainerRecord record;
        try (Locked container = context.lock(reference)) {
            if (!(context.status(container) instanceof Status.Running(int pid, boolean paused))) {
                // It has ended meanwhile, and is not to be started again.
                context.restarts().forget(container.record().id());
                asked(container);
                return Change.DONE;
            }
            record = container.record();
            ContainerConfig config = record.request().config();
            String signal = options.signal().isEmpty() ? config.stopSignal() : options.signal();
            if (asked) {
                asked(container);
            }
            seconds = options.timeout().orElse(config.stopTimeout().orElse(GRACE));
            Signal first = signal(signal.isEmpty() ? "TERM" : signal);
            if (isSent(container, first) && paused) {
                running(container).resume();
            }
        }
        if (!ends(end, seconds)) {
            killStopped(reference, asked);
            if (!ends(end, PATIENCE)) {
                try (Locked container = context.look(reference)) {
                    throw Lingering.unkillable(context, container, "cannot stop container: " + reference);
                }
            }
        }
        Happened.to(context, record, "stop");
        return Change.DONE;
    }

    private void killStopped(String reference, boolean asked) throws IOException {
        try {
            kill(reference, "KILL", asked);
        } catch (ApiException e) {
            if (e.status() != ApiException.CONFLICT && e.status() != ApiException.NOT_FOUND) {
                throw e;
            }
        }
    }

    /** @param seconds negative: as long as it takes */
    private static boolean ends(CompletableFuture<WaitResponse> end, int seconds) throws IOException {
        try {
            if (seconds < 0) {
                end.get();
            } else {
                end.get(seconds, TimeUnit.SECONDS);
            }
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.serverError("interrupted while waiting for a container's end");
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    void pause(String reference) throws IOException {
        try (Locked container = context.lock(reference)) {
            Status status = context.status(container);
            if (!(status instanceof Status.Running(int pid, boolean paused))) {
                throw ApiException.conflict("container " + container.record().id() + " is not running");
            }
            if (paused) {
                throw ApiException.conflict("container " + container.record().id() + " is already paused");
            }
            pause(container);
            Happened.to(context, container.record(), "pause");
        }
    }

    private void pause(Locked container) throws IOException {
        context.health().pausing(container.record().id());
        boolean isPaused = false;
        try {
            running(container).pause();
            isPaused = true;
        } catch (ContainerException e) {
            if (e.code() != ErrorCode.WRONG_STATE) {
                throw e;
            }
            throw ApiException.conflict("container " + container.record().id() + " is not running"); // any more
        } finally {
            if (!isPaused) {
                context.health().resumed(container.record().id());
            }
        }
    }

    void unpause(String reference) throws IOException {
        try (Locked container = context.lock(reference)) {
            if (!(context.status(container) instanceof Status.Running(int pid, boolean paused)) || !paused) {
                throw ApiException.conflict("container " + container.record().id() + " is not paused");
            }
            running(container).resume();
            context.health().resumed(container.record().id());
            Happened.to(context, container.record(), "unpause");
        }
    }
}
