package dev.estiba.engine.container;

import dev.estiba.api.HealthcheckResult;
import dev.estiba.engine.health.HealthFile;
import dev.estiba.engine.health.HealthSettings;
import dev.estiba.engine.health.HealthState;
import dev.estiba.engine.health.HealthState.Asked;
import dev.estiba.engine.store.Home;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;

/** One run of a container that is asked how it is. Safe for all threads. */
final class HealthWatch {
    private final String id;
    private final HealthSettings settings;

    /** As {@link System#nanoTime}: when that run began. */
    private final long start;

    private HealthState state;
    private Optional<Future<?>> next = Optional.empty();
    private Optional<HealthProbe> probe = Optional.empty();
    private boolean isSuspended;
    private boolean isOver;

    HealthWatch(String id, HealthSettings settings, long start, HealthState state) {
        this.id = id;
        this.settings = settings;
        this.start = start;
        this.state = state;
    }

    String id() {
        return id;
    }

    HealthSettings settings() {
        return settings;
    }

    synchronized Duration pause() {
        return settings.pause(sinceStart(), state);
    }

    private Duration sinceStart() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** What asks it next; called off where nobody is to. */
    synchronized void plan(Future<?> question) {
        next.ifPresent(before -> before.cancel(false));
        next = Optional.of(question);
        if (isOver || isSuspended) {
            question.cancel(false);
        }
    }

    /** Whether the question may be put. */
    synchronized boolean begin(HealthProbe asking) {
        if (isOver || isSuspended || probe.isPresent()) {
            return false;
        }
        probe = Optional.of(asking);
        return true;
    }

    /** Kept, so that whoever comes after this process can end the other one. */
    synchronized void asking(Home home, Asked process) throws IOException {
        if (!isOver) {
            state = state.asking(process);
            HealthFile.write(home, state);
        }
    }

    /** Nobody waits any more. */
    synchronized void asked() {
        probe = Optional.empty();
    }

    /** Its new status, when it is another one than before. */
    synchronized Optional<String> answered(Home home, HealthcheckResult result) throws IOException {
        if (isOver || isSuspended) {
            return Optional.empty();
        }
        String before = state.health().status();
        state = state.after(result, settings, sinceStart());
        HealthFile.write(home, state);
        String now = state.health().status();
        return now.equals(before) ? Optional.empty() : Optional.of(now);
    }

    /** It is about to be paused: nobody asks, and nobody is being asked. */
    void suspend() {
        Optional<HealthProbe> asking;
        synchronized (this) {
            isSuspended = true;
            asking = callOff();
        }
        asking.ifPresent(HealthProbe::callOff);
    }

    synchronized void resume() {
        isSuspended = false;
    }

    /** The run has ended. */
    void end() {
        Optional<HealthProbe> asking;
        synchronized (this) {
            isOver = true;
            asking = callOff();
        }
        asking.ifPresent(HealthProbe::callOff);
    }

    private Optional<HealthProbe> callOff() {
        next.ifPresent(question -> question.cancel(false));
        next = Optional.empty();
        return probe;
    }
}
