package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.HealthcheckResult;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.health.HealthFile;
import dev.estiba.engine.health.HealthSettings;
import dev.estiba.engine.health.HealthState;
import dev.estiba.engine.health.HealthState.Asked;
import dev.estiba.engine.health.HealthTally;
import dev.estiba.engine.health.ProcessTree;
import dev.estiba.engine.health.UnhealthyRule;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Asks containers how they are, those that want to be asked, in a process that stays. One timer has all of them; a thread there is
 * for each that is being asked, as long as that takes. What is known is in the container's run directory ({@link HealthFile}), for
 * all who look, and for the process that comes after this one.
 */
final class HealthChecks {
    private static final Logger LOG = System.getLogger(HealthChecks.class.getName());

    private final Map<String, HealthWatch> watches = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "health");
        thread.setDaemon(true);
        return thread;
    });
    private final LongAdder asked = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile Optional<Means> means = Optional.empty();

    private record Means(Context context, Execs execs, Stopper stopper) {}

    HealthChecks() {
        timer.setRemoveOnCancelPolicy(true);
    }

    /** From here on containers are asked. */
    void activate(Context context, Execs execs, Stopper stopper) {
        means = Optional.of(new Means(context, execs, stopper));
    }

    HealthTally tally() {
        return new HealthTally(asked.sum(), failed.sum());
    }

    boolean isActive() {
        return means.isPresent();
    }

    /** Its run has begun; told with the container locked. */
    void started(Locked container) throws IOException {
        Optional<HealthSettings> settings =
                HealthSettings.of(container.record().request().config());
        if (settings.isPresent() && means.isPresent()) {
            HealthState state = HealthState.begun(HealthFile.read(container.home()));
            HealthFile.write(container.home(), state);
            watch(new HealthWatch(container.record().id(), settings.get(), System.nanoTime(), state), Duration.ZERO);
        }
    }

    /** An earlier process has asked it, or nobody yet; told with the container locked. */
    void adopt(Locked container, int pid) throws IOException {
        Optional<HealthSettings> settings =
                HealthSettings.of(container.record().request().config());
        if (settings.isEmpty() || means.isEmpty()) {
            return;
        }
        Optional<HealthState> before = HealthFile.read(container.home());
        if (before.flatMap(HealthState::asked).isPresent()) {
            end(before.get().asked().get());
        }
        HealthState state = before.orElse(HealthState.begun(Optional.empty())).idle();
        HealthFile.write(container.home(), state);
        long start = System.nanoTime() - ProcessFacts.age(pid).toNanos();
        watch(new HealthWatch(container.record().id(), settings.get(), start, state), sinceLast(state));
    }

    /** Nobody will read what it says. */
    private static void end(Asked process) throws IOException {
        try (Pidfd opened = Pidfd.open(process.pid())) {
            if (ProcessFacts.aliveSince(process.pid()).equals(Optional.of(process.start()))) {
                ProcessTree.kill(opened);
            }
        } catch (ErrnoException e) {
            if (!e.is(Errno.ESRCH)) {
                throw e;
            }
        }
    }

    private static Duration sinceLast(HealthState state) {
        if (state.health().log().isEmpty()) {
            return Duration.ZERO;
        }
        try {
            Instant last = Instant.parse(state.health().log().getLast().end());
            return Duration.between(last, Instant.now());
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }

    private void watch(HealthWatch watch, Duration elapsed) {
        HealthWatch before = watches.put(watch.id(), watch);
        if (before != null) {
            before.end();
        }
        // A clock that was set has nobody asked early, late or all at once.
        Duration pause = watch.pause();
        boolean isSane = !elapsed.isNegative() && elapsed.compareTo(pause) < 0;
        plan(watch, isSane ? pause.minus(elapsed) : pause);
    }

    private void plan(HealthWatch watch, Duration pause) {
        watch.plan(timer.schedule(() -> hand(watch), pause.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** The run has ended. */
    void ended(String id) {
        HealthWatch watch = watches.remove(id);
        if (watch != null) {
            watch.end();
        }
    }

    /** It is about to be paused. */
    void pausing(String id) {
        HealthWatch watch = watches.get(id);
        if (watch != null) {
            watch.suspend();
        }
    }

    /** It goes on, or could not be paused. */
    void resumed(String id) {
        HealthWatch watch = watches.get(id);
        if (watch != null) {
            watch.resume();
            plan(watch, watch.pause());
        }
    }

    private void hand(HealthWatch watch) {
        String name = "health " + watch.id().substring(0, 12);
        Thread.ofPlatform().daemon(true).name(name).start(() -> {
            try {
                ask(means.orElseThrow(), watch);
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "container " + watch.id() + " could not be asked how it is", e);
                plan(watch, watch.pause());
            }
        });
    }

    private void ask(Means by, HealthWatch watch) throws IOException {
        HealthProbe probe = new HealthProbe(by.execs, watch.id(), watch.settings(), timer);
        if (!isUp(by, watch)) {
            return;
        }
        if (!watch.begin(probe)) {
            plan(watch, watch.pause()); // the one that was called off has not ended yet
            return;
        }
        HealthcheckResult result;
        try {
            result = probe.ask(process -> asking(by, watch, process));
        } finally {
            watch.asked();
        }
        asked.increment();
        // What ends with its container has not failed.
        if (probe.isWanted() && (result.exitCode() == 0 || isUp(by, watch))) {
            if (result.exitCode() != 0) {
                failed.increment();
            }
            Optional<String> turned = answered(by, watch, result);
            plan(watch, watch.pause());
            if (turned.isPresent()) {
                turned(by, watch.id(), turned.get());
            }
        }
    }

    /** Whether it runs and is not about to end. One that is paused by somebody else than us is looked at again later. */
    private boolean isUp(Means by, HealthWatch watch) throws IOException {
        try (Locked container = by.context.look(watch.id())) {
            if (!(by.context.status(container) instanceof Status.Running(int pid, boolean paused)) || pid == 0) {
                return false;
            }
            if (paused) {
                plan(watch, watch.pause());
            }
            return !paused;
        } catch (ApiException e) {
            if (e.status() == ApiException.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private static void asking(Means by, HealthWatch watch, Asked process) throws IOException {
        try (Locked container = by.context.look(watch.id())) {
            watch.asking(container.home(), process);
        }
    }

    private static Optional<String> answered(Means by, HealthWatch watch, HealthcheckResult result) throws IOException {
        try (Locked container = by.context.look(watch.id())) {
            Optional<String> turned = watch.answered(container.home(), result);
            if (turned.isPresent()) {
                Happened.to(by.context, container.record(), "health_status: " + turned.get());
            }
            return turned;
        } catch (ApiException e) {
            if (e.status() == ApiException.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static void turned(Means by, String id, String status) throws IOException {
        if (!status.equals(HealthState.UNHEALTHY)) {
            return;
        }
        UnhealthyRule rule;
        try (Locked container = by.context.look(id)) {
            rule = UnhealthyRule.of(container.record().request().hostConfig());
        }
        by.stopper.unhealthy(id, rule);
    }
}
