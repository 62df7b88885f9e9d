package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.Change;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.StopOptions;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.linux.number.Signal;
import dev.estiba.runtime.Container;
import dev.estiba.runtime.ContainerException;
import dev.estiba.runtime.ErrorCode;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Signals, stop, pause. */
final class Stopper {
    private static final int GRACE = 10;

    /** Seconds after SIGKILL, as long as Docker's. */
    private static final int PATIENCE = 10;

    private final Context context;
    private final Runs runs;

    Stopper(Context context, Runs runs) {
        this.context = context;
        this.runs = runs;
    }

    void kill(String reference, String signal) throws IOException {
        Signal wanted = signal(signal.isEmpty() ? "KILL" : signal);
        try (Locked container = context.lock(reference)) {
            if (!(context.status(container) instanceof Status.Running)) {
                throw ApiException.conflict("cannot kill container: " + reference + ": container "
                        + container.record().id() + " is not running");
            }
            send(container, wanted);
        }
    }

    private void send(Locked container, Signal signal) throws IOException {
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

    private Container running(Locked container) throws IOException {
        String id = container.record().id();
        return context.runtime()
                .find(id)
                .orElseThrow(() -> ApiException.conflict("container " + id + " is not running"));
    }

    static Signal signal(String text) throws ApiException {
        return Signal.parse(text).orElseThrow(() -> ApiException.badRequest("invalid signal: " + text));
    }

    /** The stop signal, then, when the time is over, SIGKILL. */
    Change stop(String reference, StopOptions options) throws IOException {
        CompletableFuture<WaitResponse> end = runs.await(reference, WaitCondition.NOT_RUNNING);
        if (end.isDone()) {
            return Change.NOT_MODIFIED;
        }
        int seconds;
        try (Locked container = context.lock(reference)) {
            if (!(context.status(container) instanceof Status.Running(int pid, boolean paused))) {
                return Change.DONE; // it has ended meanwhile
            }
            ContainerConfig config = container.record().request().config();
            String signal = options.signal().isEmpty() ? config.stopSignal() : options.signal();
            seconds = options.timeout().orElse(config.stopTimeout().orElse(GRACE));
            send(container, signal(signal.isEmpty() ? "TERM" : signal));
            if (paused) {
                running(container).resume();
            }
        }
        if (!ends(end, seconds)) {
            killStopped(reference);
            if (!ends(end, PATIENCE)) {
                try (Locked container = context.look(reference)) {
                    throw Lingering.unkillable(context, container, "cannot stop container: " + reference);
                }
            }
        }
        return Change.DONE;
    }

    private void killStopped(String reference) throws IOException {
        try {
            kill(reference, "KILL");
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
            running(container).pause();
        }
    }

    void unpause(String reference) throws IOException {
        try (Locked container = context.lock(reference)) {
            if (!(context.status(container) instanceof Status.Running(int pid, boolean paused)) || !paused) {
                throw ApiException.conflict("container " + container.record().id() + " is not paused");
            }
            running(container).resume();
        }
    }
}
