package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.store.Life;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.Signal;
import dev.estiba.runtime.Container;
import dev.estiba.runtime.record.Timestamps;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Removes containers, and what those left that nobody saw end. */
final class Removal {
    private static final Logger LOG = System.getLogger(Removal.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    static final int KILLED = 137;

    private final Context context;
    private final ContainerVolumes volumes;

    Removal(Context context, ContainerVolumes volumes) {
        this.context = context;
        this.volumes = volumes;
    }

    /** With its volumes, where it leaves nothing behind. */
    Status.Ended remove(Locked container, boolean force) throws IOException {
        return remove(container, force, false);
    }

    /**
     * @param called as whoever wants to remove it has called it
     * @throws ApiException 409 when it runs
     */
    static void refuseRunning(Status status, String called) throws ApiException {
        if (status instanceof Status.Running(int pid, boolean paused)) {
            throw ApiException.conflict("cannot remove container \"" + called + "\": container is "
                    + (paused ? "paused: unpause" : "running: stop")
                    + " the container before removing or force remove");
        }
    }

    /**
     * @param withVolumes whether those go that nobody has named; of one that leaves nothing behind they do
     * @return how it has ended, for who waits for that
     * @throws ApiException 409 when it runs and {@code force} is not said
     */
    Status.Ended remove(Locked container, boolean force, boolean withVolumes) throws IOException {
        Status status = context.status(container);
        if (!force) {
            refuseRunning(status, "/" + container.record().name());
        }
        if (status instanceof Status.Running) {
            Happened.to(context, container.record(), "kill", Map.of("signal", Integer.toString(Signal.KILL.number())));
        }
        end(container);
        Status last = context.status(container);
        if (last instanceof Status.Ended ended) {
            Runs.conclude(context, volumes, container, ended);
        } else if (status instanceof Status.Running) {
            volumes.ended(container.record());
        }
        context.forwarding().removing(container.record().id());
        if (withVolumes || container.record().ephemeral()) {
            volumes.remove(container.record());
        }
        context.spares().drop(container.record().id());
        context.store().remove(container.home(), container.record());
        StorageQuotas.giveBack(container.record(), context);
        context.networking().removed(container.record().id());
        return last instanceof Status.Ended ended ? ended : new Status.Ended(0, "", false);
    }

    /** Kills whatever runs of it and takes away what the runtime has of it, whoever died before. */
    void end(Locked container) throws IOException {
        if (hasMonitor(container)) {
            kill(container);
            awaitMonitor(context, container);
        }
        Optional<Container> left = context.runtime().find(container.record().id());
        if (left.isPresent()) {
            left.get().deleteForcibly();
        }
        context.networking().end(container.record().id(), Optional.of(container.home()));
        SharedMemory.release(container);
    }

    static boolean hasMonitor(Locked container) throws IOException {
        Optional<String> monitor = Observer.monitor(container.home());
        return monitor.isPresent() && Observer.isAlive(monitor.get());
    }

    /** Its monitor sees it, and tidies up: the runtime's files may go at any moment, so it is done by the process alone. */
    private void kill(Locked container) throws IOException {
        if (!(context.status(container) instanceof Status.Running(int pid, boolean paused)) || pid == 0) {
            return;
        }
        try (Pidfd process = Pidfd.open(pid)) {
            if (context.status(container) instanceof Status.Running(int now, boolean frozen) && now == pid) {
                process.signal(Signal.KILL);
            }
        } catch (ErrnoException e) {
            if (!e.is(Errno.ESRCH)) {
                throw e;
            }
        }
        Optional<Container> frozen =
                paused ? context.runtime().find(container.record().id()) : Optional.empty();
        if (frozen.isPresent()) {
            frozen.get().resume();
        }
    }

    /** It is writing its last words, or about to: nothing is removed under its hands. */
    static void awaitMonitor(Context context, Locked container) throws IOException {
        Optional<String> monitor = Observer.monitor(container.home());
        if (monitor.isEmpty() || !Observer.isAlive(monitor.get())) {
            return;
        }
        try (Pidfd process = Pidfd.open(Integer.parseInt(monitor.get().split(" ")[0]))) {
            if (Observer.isAlive(monitor.get()) && !process.awaitEnd(PATIENCE)) {
                throw Lingering.unkillable(
                        context,
                        container,
                        "could not kill container " + container.record().id());
            }
        } catch (ErrnoException e) {
            if (!e.is(Errno.ESRCH)) {
                throw e;
            }
        }
    }

    /** Ends a container whose monitor was killed: nobody else will ever say how it went. */
    Status recover(Locked container, Status.Lost lost) throws IOException {
        end(container);
        Life life = container.home().life();
        LOG.log(
                Level.WARNING,
                "container " + container.record().id()
                        + (lost.withTheBoot()
                                ? " ran when the machine was stopped"
                                : ": its monitor was killed; what ran in it was ended"));
        String why = lost.withTheBoot() ? "the machine was started anew" : "monitor-lost: its monitor was killed";
        int code = lost.withTheBoot() ? 255 : KILLED;
        container.home().writeLife(life.ended(Timestamps.now(), code, why, false));
        return context.status(container);
    }
}
