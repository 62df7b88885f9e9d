package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Home;
import dev.estiba.engine.store.Life;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.Monitored;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.AttachFrame;
import dev.estiba.runtime.record.Timestamps;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The runs of containers that somebody in this JVM waits for or has started. What it holds can be asked of the disk again:
 * a container that another process has started is followed through its monitor's socket just as well.
 */
final class Runs {
    /** The attach socket, beneath a container's run directory. */
    static final String SOCKET = "attach.sock";

    private static final Logger LOG = System.getLogger(Runs.class.getName());
    private static final Duration STARTING = Duration.ofMillis(20);

    private final Context context;
    private final Removal removal;
    private final Watchers watchers;
    private final ContainerVolumes volumes;
    private final ConcurrentHashMap<String, Run> runs = new ConcurrentHashMap<>();

    Runs(Context context, Removal removal, Watchers watchers, ContainerVolumes volumes) {
        this.context = context;
        this.removal = removal;
        this.watchers = watchers;
        this.volumes = volumes;
    }

    /** The run that is to come: an earlier one may still be on its way to its watcher. */
    Run coming(String id) {
        return runs.compute(id, (_, known) -> known == null || known.hasBegun() ? new Run() : known);
    }

    /** Who waits for the removal of one that has just ended, waits for that run's, which is still to be written down. */
    private Run next(String id, boolean isForRemoval) {
        return isForRemoval ? runs.computeIfAbsent(id, _ -> new Run()) : coming(id);
    }

    /** Registered when it returns. */
    CompletableFuture<WaitResponse> await(String reference, WaitCondition condition) throws IOException {
        try (Locked container = context.lock(reference)) {
            Status status = settled(container);
            Optional<Run> going = status instanceof Status.Running ? follow(container) : Optional.empty();
            if (status instanceof Status.Running && going.isEmpty()) {
                Removal.awaitMonitor(context, container); // it has ended since the look, and takes no more calls
                status = settled(container);
            }
            if (condition == WaitCondition.NOT_RUNNING && going.isEmpty()) {
                // Whoever has waited finds its ports free, also when the one who watches comes later.
                context.networking().end(container.record().id(), Optional.of(container.home()));
                int code = status instanceof Status.Ended ended ? ended.code() : 0;
                return CompletableFuture.completedFuture(new WaitResponse(code, Optional.empty()));
            }
            boolean isForRemoval = condition == WaitCondition.REMOVED;
            Run run = going.isPresent() ? going.get() : next(container.record().id(), isForRemoval);
            CompletableFuture<Status.Ended> end = isForRemoval ? run.removed() : run.ended();
            return end.thenApply(last -> new WaitResponse(last.code(), Optional.empty()));
        }
    }

    /** Goes on with what another process has begun: follows what runs, and writes down what nobody has seen end. */
    void adopt(String id) throws IOException {
        if (!isAdopted(id)) {
            watchers.start("adopt " + id.substring(0, 12), () -> false, () -> adoptLater(id));
        }
    }

    /** Whoever has begun its start was killed meanwhile, and its monitor is not done yet: a matter of milliseconds, as a rule. */
    private void adoptLater(String id) {
        try {
            do {
                LockSupport.parkNanos(STARTING.toNanos());
            } while (!isAdopted(id));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "container " + id + " cannot be followed: " + e.getMessage());
        }
    }

    /** False when it is just being started by nobody who lives. */
    private boolean isAdopted(String id) throws IOException {
        Optional<Home> home = context.store().lock(id);
        if (home.isEmpty()) {
            return true;
        }
        try (Home locked = home.get()) {
            Optional<ContainerRecord> record = locked.record();
            if (record.isEmpty()) {
                return true;
            }
            Locked container = new Locked(locked, record.get());
            Life before = locked.life();
            Status status = settled(container);
            if (status instanceof Status.Running && follow(container).isEmpty()) {
                Removal.awaitMonitor(context, container);
                status = settled(container);
            }
            if (status instanceof Status.Running(int pid, boolean paused)) {
                Unwritten.begun(context, container);
                context.health().adopt(container, pid);
            } else if (Removal.hasMonitor(container) && !Unwritten.hasExit(container)) {
                return false;
            }
            context.forwarding().follow(container, status instanceof Status.Running);
            if (status instanceof Status.Ended ended) {
                writeDown(container, ended);
                SharedMemory.release(container);
                if (!locked.life().equals(before)) {
                    Happened.to(context, record.get(), "die", Happened.end(locked.life()));
                }
                context.restarts().found(container);
            }
            return true;
        }
    }

    private Status settled(Locked container) throws IOException {
        Status status = context.status(container);
        return status instanceof Status.Lost lost ? removal.recover(container, lost) : status;
    }

    /** The run of a container that runs, whoever has started it; empty when its monitor no longer answers. */
    private Optional<Run> follow(Locked container) throws IOException {
        String id = container.record().id();
        Run known = runs.get(id);
        if (known != null && known.hasBegun()) {
            return Optional.of(known);
        }
        Optional<AttachClient> client = answering(container.home(), EnumSet.of(AttachClient.Wants.END));
        if (client.isEmpty()) {
            return Optional.empty();
        }
        // Started by another process; who waits for it here already, waits for this one.
        Run run = coming(id);
        run.begin();
        run.isOf(Observer.monitor(container.home()));
        run.handedOver();
        watch(id, run, client.get(), Optional.empty());
        return Optional.of(run);
    }

    /** @throws ApiException 409 when its monitor has gone */
    static AttachClient connect(Home home, Set<AttachClient.Wants> wants) throws IOException {
        return answering(home, wants)
                .orElseThrow(() -> ApiException.conflict("container " + home.id() + " is not running"));
    }

    /** Empty when its monitor has gone, or is about to go. */
    static Optional<AttachClient> answering(Home home, Set<AttachClient.Wants> wants) throws IOException {
        try {
            return Optional.of(AttachClient.connect(Path.of(home.run().procPath(), SOCKET), wants));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ECONNREFUSED)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The start has succeeded: waits for the end beside whatever else is done. */
    void started(Locked container, Run run, AttachClient client, Monitored monitored) throws IOException {
        String id = container.record().id();
        run.isOf(Observer.monitor(container.home()));
        run.handedOver();
        watch(id, run, client, Optional.of(monitored));
    }

    void failed(String id, Run run, IOException why) {
        runs.remove(id, run);
        run.failed(why);
    }

    /** Whether somebody in this JVM waits for its start or its end. */
    boolean isKnown(String id) {
        return runs.containsKey(id);
    }

    /** Whether this JVM hears of the end of the one that runs. */
    boolean isFollowed(String id) {
        Run run = runs.get(id);
        return run != null && run.isFollowed();
    }

    /** A container was removed by somebody else than who watches it, or that never ran. */
    void removed(String id, Status.Ended last) {
        Run run = runs.remove(id);
        if (run != null) {
            run.handedOver();
            run.ended().complete(last);
            run.removed().complete(last);
        }
    }

    private void watch(String id, Run run, AttachClient client, Optional<Monitored> monitored) {
        watchers.whenReadable(client.fd(), () -> run.ended().isDone(), () -> hear(id, run, client, monitored));
    }

    /** Whether its monitor has said how it ended, or has gone. */
    private boolean hear(String id, Run run, AttachClient client, Optional<Monitored> monitored) {
        try {
            Optional<AttachFrame> frame;
            do {
                frame = client.next(Duration.ZERO);
            } while (frame.isPresent() && !(frame.get() instanceof AttachFrame.Exit));
            if (frame.isEmpty() && !client.isOver()) {
                return false;
            }
            if (frame.isEmpty()) {
                run.unheard();
            }
            settle(id, run, monitored, frame);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.ERROR, "container " + id + ": its end could not be written down", e);
            runs.remove(id, run);
            IOException why = e instanceof IOException io ? io : new IOException(e);
            run.failed(why);
        }
        client.close();
        return true;
    }

    /** Writes down how it has ended, and removes it when nobody wants to keep it. */
    private void settle(String id, Run run, Optional<Monitored> monitored, Optional<AttachFrame> told)
            throws IOException {
        Optional<Home> home = context.store().lock(id);
        if (home.isEmpty()) {
            reap(monitored);
            context.health().ended(id);
            context.networking().end(id, Optional.empty());
            context.networking().removed(id);
            removed(id, new Status.Ended(code(told), Timestamps.now(), false));
            return;
        }
        try (Home locked = home.get()) {
            Locked container =
                    new Locked(locked, locked.record().orElseThrow(() -> new IOException("it has no record")));
            if (!Observer.monitor(locked).equals(run.monitor())) {
                overtaken(id, run, code(told));
                reap(monitored);
                return;
            }
            if (told.isEmpty()) {
                Removal.awaitMonitor(context, container); // it was killed, and may still be seen for a moment
            }
            Status.Ended last = last(container);
            context.health().ended(id);
            context.networking().end(id, Optional.of(locked));
            volumes.ended(container.record());
            SharedMemory.release(container);
            Happened.to(
                    context,
                    container.record(),
                    "die",
                    Happened.end(container.home().life()));
            context.restarts().ended(container);
            runs.remove(id, run);
            if (!container.record().ephemeral()) {
                handOn(id, run);
            }
            run.ended().complete(last);
            context.forwarding().ended(id);
            if (container.record().ephemeral()) {
                volumes.remove(container.record());
                // Gone for everybody from here on; what it had on the disk goes when its monitor has.
                context.store().forget(locked, container.record());
                context.networking().removed(id);
                Happened.to(context, container.record(), "destroy");
                run.removed().complete(last);
                reap(monitored);
                removal.end(container);
                context.forwarding().removing(id);
                if (!context.spares().giveBack(container)) {
                    context.store().removeDirectories(locked);
                }
                return;
            }
        }
        reap(monitored);
    }

    private static int code(Optional<AttachFrame> told) {
        return told.isPresent() && told.get() instanceof AttachFrame.Exit exit
                ? exit.status().shell()
                : Removal.KILLED;
    }

    /** Who waits for its removal waits for the next run's, or that of none at all. */
    private void handOn(String id, Run run) {
        if (run.isRemovalAwaited()) {
            var _ = coming(id).removed().thenAccept(run.removed()::complete);
        }
    }

    /** Somebody has started it again before its watcher came to its end, and has written that down ({@link #conclude}). */
    private void overtaken(String id, Run run, int code) {
        runs.remove(id, run);
        handOn(id, run);
        run.ended().complete(new Status.Ended(code, Timestamps.now(), false));
    }

    private Status.Ended last(Locked container) throws IOException {
        Status status = settled(container);
        if (!(status instanceof Status.Ended ended)) {
            throw new IOException("its monitor ended the conversation while it is " + status.word());
        }
        writeDown(container, ended);
        return ended;
    }

    /**
     * The end of one that somebody starts again or removes, unless its watcher has come to that before: he finds the next run, or
     * nothing.
     */
    static void conclude(Context context, ContainerVolumes volumes, Locked container, Status.Ended ended)
            throws IOException {
        if (writeDown(container, ended)) {
            volumes.ended(container.record());
            Happened.to(
                    context,
                    container.record(),
                    "die",
                    Happened.end(container.home().life()));
        }
    }

    /**
     * From the monitor's last words, which go with the boot and with the next start, to where it is kept.
     *
     * @return false when somebody has done so before
     */
    static boolean writeDown(Locked container, Status.Ended ended) throws IOException {
        Optional<Life> unwritten = Unwritten.ended(container, ended);
        Life life = unwritten.isPresent() ? unwritten.get() : container.home().life();
        if (!life.finished().isEmpty()) {
            return false;
        }
        container.home().writeLife(life.ended(ended.finished(), ended.code(), life.error(), ended.outOfMemory()));
        return true;
    }

    private static void reap(Optional<Monitored> monitored) throws IOException {
        if (monitored.isPresent()) {
            try (Monitored own = monitored.get()) {
                own.awaitEnd();
            }
        }
    }
}
