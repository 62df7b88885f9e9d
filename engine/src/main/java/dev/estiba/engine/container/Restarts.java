package dev.estiba.engine.container;

import dev.estiba.api.RestartPolicy;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.spec.RestartRule;
import dev.estiba.engine.store.Life;
import dev.estiba.runtime.record.Timestamps;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Which containers are to be started again, and when: at once the first time, then after twice as long each time, up to a
 * minute; from the beginning again after a run of ten seconds. Only in a process that stays. What waits is known here alone: who
 * comes after it sees a container that has ended, and what its policy says.
 */
final class Restarts {
    private static final Logger LOG = System.getLogger(Restarts.class.getName());
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration STEADY = Duration.ofSeconds(10);

    private final Map<String, Wait> waits = new ConcurrentHashMap<>();
    private final Set<String> demanded = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "restarts");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean active;
    /** Those that are due, while a process that has just begun looks at all of them. */
    private Optional<Set<String>> gathered = Optional.empty();

    private volatile Optional<StartOrder> order = Optional.empty();

    /** @param restart empty while it waits for others */
    private record Wait(Duration pause, Optional<ScheduledFuture<?>> restart) {}

    /** Starts a container that has ended; what fails is written down and waited for again. */
    @FunctionalInterface
    interface Again {
        void start(String id) throws IOException;
    }

    private volatile Again again = id -> {};

    /** From here on ends are looked at. */
    void activate(Again how) {
        again = how;
        active = true;
    }

    boolean isActive() {
        return active;
    }

    /** Whether a container that has ended waits for its next start. */
    boolean isPending(String id) {
        return waits.containsKey(id);
    }

    /** Its next end is to be followed by a start, whatever its policy says, unless somebody asks for that end meanwhile. */
    void demand(String id) {
        demanded.add(id);
    }

    /** What was demanded, and is not so any more. */
    void withdraw(String id) {
        demanded.remove(id);
    }

    /** Somebody has other plans with it. */
    void forget(String id) {
        demanded.remove(id);
        Wait wait = waits.remove(id);
        if (wait != null) {
            wait.restart().ifPresent(restart -> restart.cancel(false));
        }
    }

    /** Its end is written down; asked with the container locked. */
    void ended(Locked container) throws IOException {
        Life life = container.home().life();
        RestartPolicy policy = container.record().request().hostConfig().restartPolicy();
        RestartRule rule = RestartRule.of(container.record().request().hostConfig());
        boolean isDemanded = demanded.remove(container.record().id()) && !life.stopped();
        if (active && (isDemanded || rule.isDue(policy, life.exitCode(), life.restarts(), life.stopped()))) {
            plan(container.record().id(), life);
        } else {
            forget(container.record().id());
        }
    }

    /** It was found to have ended, or not to have been started, by a process that has just begun. */
    void found(Locked container) throws IOException {
        Life life = container.home().life();
        RestartPolicy policy = container.record().request().hostConfig().restartPolicy();
        RestartRule rule = RestartRule.of(container.record().request().hostConfig());
        if (!life.started().isEmpty() && rule.isDueAtStart(policy, life.exitCode(), life.restarts(), life.stopped())) {
            synchronized (this) {
                if (gathered.isPresent()) {
                    gathered.get().add(container.record().id());
                    return;
                }
            }
            plan(container.record().id(), Life.NONE);
        }
    }

    /** From here on those that are found are not planned, but kept. */
    synchronized void gather() {
        gathered = Optional.of(new HashSet<>());
    }

    /** Those that were found meanwhile; from here on who is found is planned at once. */
    synchronized Set<String> gathered() {
        Set<String> all = gathered.orElse(Set.of());
        gathered = Optional.empty();
        return all;
    }

    /** Plans those of an order, each when its turn comes; until then they are pending. */
    void begin(StartOrder wanted, Set<String> due) {
        due.forEach(id -> waits.putIfAbsent(id, new Wait(FIRST, Optional.empty())));
        order = Optional.of(wanted);
        look(wanted);
    }

    private void look(StartOrder wanted) {
        for (String id : wanted.ready(System.nanoTime(), waits::containsKey)) {
            plan(id, Life.NONE);
        }
        if (!wanted.isOver()) {
            var unused = timer.schedule(() -> look(wanted), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void plan(String id, Life life) {
        waits.compute(id, (_, before) -> {
            boolean steady =
                    before == null || before.restart().isEmpty() || ran(life).compareTo(STEADY) >= 0;
            Duration pause = steady ? FIRST : before.pause().multipliedBy(2);
            Duration bounded = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
            return new Wait(
                    bounded, Optional.of(timer.schedule(() -> hand(id), bounded.toMillis(), TimeUnit.MILLISECONDS)));
        });
    }

    private static Duration ran(Life life) {
        try {
            return Duration.between(Timestamps.parse(life.started()), Timestamps.parse(life.finished()));
        } catch (DateTimeException e) {
            return Duration.ZERO; // it was never started
        }
    }

    /** A start may take long, and is nobody else's to wait for. */
    private void hand(String id) {
        Thread.ofPlatform().daemon(true).name("restart " + id.substring(0, 12)).start(() -> {
            try {
                again.start(id);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "container " + id + " could not be started again: " + e.getMessage());
            } finally {
                order.ifPresent(wanted -> wanted.attempted(id));
            }
        });
    }
}
