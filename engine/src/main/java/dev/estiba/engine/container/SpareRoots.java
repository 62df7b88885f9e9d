package dev.estiba.engine.container;

import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.network.NetworkChoice;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.ContainerStore;
import dev.estiba.engine.store.Home;
import dev.estiba.engine.store.SpareDirectory;
import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.DetachedMount;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileStamp;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What ephemeral containers that changed no file have left for the next ones of the same image: their directory and the overlay that
 * is mounted on it. To make both takes a dozen new files of the data root's file system, and to mount the overlay half as many more:
 * that was half of all the time of a short container.
 *
 * <p>An overlay is only given on when nobody can have kept a way into it. The container must have ended with all of its processes,
 * had nothing in common with any other one or the host through which it could have handed on an open file (no directories, no
 * namespaces; its network namespace alone holds its abstract sockets), and could not change the mount itself (no capability more
 * than the usual ones). That it changed nothing is seen by the upper directory's time of change, which nobody can set: whatever is
 * made, changed or removed in an overlay makes or changes something in its upper directory first.
 */
final class SpareRoots {
    private static final String SHARED = "shared";

    private static final Logger LOG = System.getLogger(SpareRoots.class.getName());
    private static final int MOST = 32;
    private static final long IDLE = TimeUnit.SECONDS.toNanos(60);
    private static final Set<String> OWN = Set.of("", "private", "none", "default");

    private final ContainerStore store;
    private final ConcurrentHashMap<String, Held> held = new ConcurrentHashMap<>();
    private final Deque<Spare> spares = new ArrayDeque<>();
    private volatile boolean active;

    /**
     * An overlay that a container uses, or is about to.
     *
     * @param lowers what it is made of, as it was then
     * @param mount from which the container's is copied
     * @param upper its upper directory as it was when nothing had been changed
     */
    private record Held(Lowers lowers, Fd mount, FileStamp upper) {}

    private record Spare(Held overlay, SpareDirectory directory, long since) {
        void close() {
            overlay.mount().close();
        }
    }

    /** Layers that are removed and brought again are other ones by the same paths. */
    private record Lowers(List<String> paths, List<FileStamp> stamps) {
        static Optional<Lowers> of(List<String> paths) throws IOException {
            List<FileStamp> stamps = new ArrayList<>();
            for (String path : paths) {
                Optional<FileStamp> stamp = FileStamp.of(path);
                if (stamp.isEmpty()) {
                    return Optional.empty();
                }
                stamps.add(stamp.get());
            }
            return Optional.of(new Lowers(List.copyOf(paths), List.copyOf(stamps)));
        }
    }

    SpareRoots(ContainerStore store) {
        this.store = store;
    }

    /** For who stays. Whoever was here before has left no container in its spare directories. */
    void activate() throws IOException {
        store.removeSpares();
        active = true;
    }

    /** A directory for a new container, if there is one of the same layers; {@link #adopted} or {@link #drop} must follow. */
    Optional<SpareDirectory> take(ContainerRecord record) throws IOException {
        if (!active || !isApart(record)) {
            return Optional.empty();
        }
        Optional<Lowers> wanted = Lowers.of(record.lowers());
        Optional<Spare> found = wanted.isEmpty() ? Optional.empty() : find(wanted.get());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Spare spare = found.get();
        if (!store.isAsBefore(spare.directory(), spare.overlay().upper())) {
            discard(spare);
            return Optional.empty();
        }
        held.put(record.id(), spare.overlay());
        return Optional.of(spare.directory());
    }

    private synchronized Optional<Spare> find(Lowers lowers) {
        for (Spare spare : spares) {
            if (spare.overlay().lowers().equals(lowers)) {
                spares.remove(spare);
                return Optional.of(spare);
            }
        }
        return Optional.empty();
    }

    /** The overlay that is mounted on a container's directory, for its next start. */
    Optional<Fd> mount(Locked container) throws IOException {
        Held overlay = held.get(container.record().id());
        if (overlay == null) {
            return Optional.empty();
        }
        Optional<FileStamp> upper = FileStamp.of(container.home().data(), "upper");
        if (upper.filter(overlay.upper()::isSameFile).isEmpty()) {
            drop(container.record().id()); // it has got another directory
            return Optional.empty();
        }
        return Optional.of(DetachedMount.copy(overlay.mount()));
    }

    /**
     * Keeps a new overlay for later.
     *
     * @param mount nobody has used it; the caller's to close when it is not the one that is returned
     * @return what the container is to have
     */
    Fd keep(Locked container, List<String> lowers, Fd mount) throws IOException {
        if (!active || !isApart(container.record())) {
            return mount;
        }
        Optional<Lowers> made = Lowers.of(lowers);
        Optional<FileStamp> upper = FileStamp.of(container.home().data(), "upper");
        if (made.isEmpty() || upper.isEmpty()) {
            return mount;
        }
        try {
            Fd copy = DetachedMount.copy(mount);
            held.put(container.record().id(), new Held(made.get(), mount, upper.get()));
            return copy;
        } catch (ErrnoException e) {
            if (e.is(Errno.EINVAL)) {
                active = false; // the kernel copies no such mount before Linux 6.15
            }
            return mount;
        }
    }

    /**
     * Somebody gets into a container who could keep something of it, or change its mount: who joins its network, or runs a
     * privileged process in it. Said in its run directory, for every engine of these directories.
     */
    static void spoil(Home home) throws IOException {
        AtomicFile.write(home.run(), SHARED, new byte[0]);
    }

    /** A container that is being removed in some other way, or did not come to be. */
    void drop(String id) {
        Held overlay = held.remove(id);
        if (overlay != null) {
            overlay.mount().close();
        }
    }

    /**
     * Takes the directory of a container that has ended and is known to nobody any more.
     *
     * @return false when it is still the caller's to remove
     */
    boolean giveBack(Locked container) throws IOException {
        String id = container.record().id();
        Held overlay = held.remove(id);
        if (overlay == null) {
            return false;
        }
        boolean kept = false;
        try {
            kept = isUntouched(container, overlay) && isRoom();
            if (kept) {
                SpareDirectory directory = store.spare(container.home());
                add(new Spare(overlay, directory, System.nanoTime()));
            }
            return kept;
        } catch (ErrnoException e) {
            LOG.log(Level.DEBUG, "container {0}: its directory cannot be used again: {1}", id, e.getMessage());
            kept = false;
            return false;
        } finally {
            if (!kept) {
                overlay.mount().close();
            }
        }
    }

    private static boolean isUntouched(Locked container, Held overlay) throws IOException {
        return FileStamp.of(container.home().data(), "upper").equals(Optional.of(overlay.upper()))
                && FileStamp.of(container.home().run(), SHARED).isEmpty();
    }

    private synchronized boolean isRoom() {
        return active && spares.size() < MOST;
    }

    private void add(Spare spare) {
        boolean first;
        synchronized (this) {
            first = spares.isEmpty();
            spares.push(spare);
        }
        if (first) {
            later();
        }
    }

    private void later() {
        CompletableFuture.delayedExecutor(Duration.ofNanos(IDLE).toSeconds(), TimeUnit.SECONDS)
                .execute(this::discardIdle);
    }

    /** An image that was removed takes room for as long as one of these is mounted of it. */
    private void discardIdle() {
        List<Spare> idle = new ArrayList<>();
        boolean more;
        synchronized (this) {
            long now = System.nanoTime();
            spares.removeIf(each -> now - each.since() >= IDLE && idle.add(each));
            more = !spares.isEmpty();
        }
        idle.forEach(this::discard);
        if (more) {
            later();
        }
    }

    private void discard(Spare spare) {
        spare.close();
        try {
            store.remove(spare.directory());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a spare directory is left until the next start: " + e.getMessage());
        }
    }

    /** Lets go of all that nobody uses, as the end of this process would. */
    void close() {
        List<Spare> all;
        synchronized (this) {
            active = false;
            all = List.copyOf(spares);
            spares.clear();
        }
        all.forEach(this::discard);
    }

    /** Whether there is nothing through which it could hand on an open file, or change its root's mount. */
    private static boolean isApart(ContainerRecord record) {
        CreateRequest request = record.request();
        HostConfig host = request.hostConfig();
        ContainerConfig config = request.config();
        NetworkChoice network = NetworkChoice.of(request);
        return record.ephemeral()
                && record.inherited().isEmpty()
                && !Debugging.isMeant(host)
                && !host.privileged()
                && host.capAdd().isEmpty()
                && host.securityOpt().isEmpty()
                && host.binds().isEmpty()
                && host.mounts().isEmpty()
                && host.volumesFrom().isEmpty()
                && config.volumes().isEmpty()
                && host.resources().devices().isEmpty()
                && host.resources().deviceRequests().isEmpty()
                && (network instanceof NetworkChoice.None || network instanceof NetworkChoice.Networks)
                && OWN.contains(host.pidMode())
                && OWN.contains(host.ipcMode())
                && OWN.contains(host.utsMode())
                && OWN.contains(host.isolation())
                && host.usernsMode().isEmpty()
                && host.idMappings().isEmpty()
                && host.storageOpt().isEmpty()
                && host.annotations().equals(Map.of());
    }
}
