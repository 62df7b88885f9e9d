package dev.estiba.engine.container;

import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.ContainerStore;
import dev.estiba.engine.store.Home;
import dev.estiba.engine.store.UnreadableRecord;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Inotify;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * All containers at a glance. What was seen of one is kept for as long as neither of its directories has changed, and nobody has
 * written to what stops its processes, which the kernel tells (inotify(7)) of this process' own changes as of any other's: a change
 * that was over when a listing was asked for is in it. What no file tells is asked for each time: whether this process still hears
 * of its end. One that is about to become something else is not kept.
 *
 * <p>Where the kernel watches no more directories, and in a process that does not stay, everything is looked at each time.
 */
final class Overview implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Overview.class.getName());

    private final Context context;
    private final Glances glances;
    private final Predicate<String> isFollowed;
    private final Map<String, Kept> kept = new HashMap<>();
    private final Map<Integer, String> watched = new HashMap<>();
    private final Set<Integer> watchedGroups = new HashSet<>();
    private final Set<String> ids = new LinkedHashSet<>();
    private final ReentrantLock lock = new ReentrantLock();

    /** What the kernel has told and nobody has seen to yet. */
    private final List<Inotify.Event> told = new ArrayList<>();

    private Optional<Inotify> kernel = Optional.empty();
    private int names;
    private boolean isRefused;

    /** Looks at a container. */
    @FunctionalInterface
    interface Glances {
        Glance of(Locked container) throws IOException;
    }

    /** @param watches of its two directories, and of its control group's files */
    private record Kept(Glance glance, List<Integer> watches) {}

    /** @param isFollowed whether this process hears of the end of the one that has that id and runs */
    Overview(Context context, Glances glances, Predicate<String> isFollowed) {
        this.context = context;
        this.glances = glances;
        this.isFollowed = isFollowed;
    }

    /** Everyone's, in no order. */
    List<Glance> all() throws IOException {
        lock.lock();
        try {
            if (isRefused || !context.restarts().isActive()) {
                return lookAtAll(context.store().ids());
            }
            hear();
            return isRefused ? lookAtAll(context.store().ids()) : lookAtChanged();
        } finally {
            lock.unlock();
        }
    }

    /** The same where nothing has changed and nobody is looking just now, so that it takes no time; empty elsewhere. */
    Optional<List<Glance>> known() throws IOException {
        if (!lock.tryLock()) {
            return Optional.empty();
        }
        try {
            if (kernel.isEmpty()) {
                return Optional.empty();
            }
            told.addAll(kernel.get().happened());
            return told.isEmpty() ? keptOfAll() : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private Optional<List<Glance>> keptOfAll() {
        List<Glance> all = new ArrayList<>(ids.size());
        for (String id : ids) {
            Kept known = kept.get(id);
            if (known == null || !isStill(id, known)) {
                return Optional.empty();
            }
            all.add(known.glance());
        }
        return Optional.of(all);
    }

    private List<Glance> lookAtChanged() throws IOException {
        List<Glance> all = new ArrayList<>(ids.size());
        for (String id : List.copyOf(ids)) {
            Kept known = kept.get(id);
            if (known != null && isStill(id, known)) {
                all.add(known.glance());
            } else {
                drop(id);
                look(id, !isRefused).ifPresent(all::add);
            }
        }
        return all;
    }

    private List<Glance> lookAtAll(List<String> which) throws IOException {
        List<Glance> all = new ArrayList<>();
        for (String id : which) {
            look(id, false).ifPresent(all::add);
        }
        return all;
    }

    private boolean isStill(String id, Kept known) {
        return !(known.glance().status() instanceof Status.Running) || isFollowed.test(id);
    }

    // What the kernel tells

    private void hear() throws IOException {
        if (kernel.isEmpty()) {
            begin();
            return;
        }
        told.addAll(kernel.get().happened());
        List<Inotify.Event> events = List.copyOf(told);
        told.clear();
        for (Inotify.Event event : events) {
            switch (event) {
                case Inotify.Event.Came(int watch, String name) when watch == names -> came(name);
                case Inotify.Event.Went(int watch, String name) when watch == names -> went(name);
                case Inotify.Event.Came(int watch, String name) -> changed(watch);
                case Inotify.Event.Went(int watch, String name) -> changed(watch);
                case Inotify.Event.Over(int watch)
                when watch == names -> {
                    end();
                    begin();
                    return;
                }
                case Inotify.Event.Over(int watch) -> changed(watch);
                case Inotify.Event.Changed(int watch, String name) -> changed(watch);
                case Inotify.Event.Lost() -> {
                    end();
                    begin();
                    return;
                }
            }
        }
    }

    private void begin() throws IOException {
        try {
            Inotify opened = Inotify.open();
            kernel = Optional.of(opened);
            names = opened.watchNames(context.store().directory().toString());
        } catch (ErrnoException e) {
            refused(e);
        }
        if (isRefused) {
            return;
        }
        ids.addAll(context.store().ids()); // after the watch: what comes or goes meanwhile is told as well
    }

    /** Lets go of everything; it can be asked again. */
    @Override
    public void close() {
        lock.lock();
        try {
            end();
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        told.clear();
        kept.clear();
        watched.clear();
        watchedGroups.clear();
        ids.clear();
        kernel.ifPresent(Inotify::close);
        kernel = Optional.empty();
    }

    private void refused(ErrnoException why) {
        LOG.log(
                Level.WARNING,
                "listings of containers are slow: the kernel watches no more directories (fs.inotify.max_user_watches,"
                        + " fs.inotify.max_user_instances): " + why.getMessage());
        isRefused = true;
        end();
    }

    private void came(String name) throws IOException {
        drop(name);
        if (ContainerStore.isId(name)) {
            ids.add(name);
        }
    }

    private void went(String name) throws IOException {
        drop(name);
        ids.remove(name);
    }

    private void changed(int watch) throws IOException {
        String id = watched.get(watch);
        if (id != null) {
            drop(id);
        } else if (watchedGroups.contains(watch)) {
            for (String each : List.copyOf(kept.keySet())) {
                drop(each);
            }
        }
    }

    private void drop(String id) throws IOException {
        Kept known = kept.remove(id);
        if (known != null) {
            forget(known.watches());
        }
    }

    private void forget(List<Integer> watches) throws IOException {
        for (int watch : watches) {
            watched.remove(watch);
            if (kernel.isPresent()) {
                kernel.get().forget(watch);
            }
        }
    }

    // Looking

    private Optional<Glance> look(String id, boolean isToBeKept) throws IOException {
        Optional<Home> home = context.store().look(id);
        if (home.isEmpty()) {
            return Optional.empty();
        }
        try (Home open = home.get()) {
            Optional<ContainerRecord> record = open.record();
            if (record.isEmpty()) {
                // Of one whose maker or remover was killed, if it is not just being made or removed.
                if (isToBeKept) {
                    context.store().collect(id);
                }
                return Optional.empty();
            }
            Locked container = new Locked(open, record.get());
            Glance glance = glances.of(container);
            return Optional.of(isToBeKept && isSettled(container, glance) ? keep(id, open, glance) : glance);
        } catch (UnreadableRecord e) { // one that cannot be read hides no other
            LOG.log(Level.WARNING, e.getMessage());
            return Optional.empty();
        }
    }

    /** It becomes nothing else without a change in its directories. */
    private boolean isSettled(Locked container, Glance glance) throws IOException {
        return switch (glance.status()) {
            case Status.Running(int pid, boolean paused) ->
                pid != 0 && isFollowed.test(container.record().id());
            case Status.Created() -> !Removal.hasMonitor(container);
            case Status.Ended ended -> Unwritten.hasExit(container) || !Removal.hasMonitor(container);
            case Status.Restarting restarting -> false;
            case Status.Lost lost -> false;
        };
    }

    private int watch(String id, Path path, Watching how) throws IOException {
        int watch = how.of(path.toString());
        if (watched.containsKey(watch)) {
            changed(watch); // another container's before, which has given it back; with that nobody watches it
            watch = how.of(path.toString());
        }
        watched.put(watch, id);
        return watch;
    }

    /** A way to have something watched. */
    @FunctionalInterface
    private interface Watching {
        int of(String path) throws IOException;
    }

    /** Seen again, now that changes are told; nothing is kept when it is another thing by now. */
    private Glance keep(String id, Home home, Glance before) throws IOException {
        Inotify telling = kernel.orElseThrow();
        List<Integer> watches = new ArrayList<>();
        boolean isKept = false;
        try {
            watches.add(watch(id, home.dataPath(), telling::watchContents));
            watches.add(watch(id, home.runPath(), telling::watchContents));
            Optional<ContainerRecord> record = home.record();
            if (record.isEmpty()) {
                return before;
            }
            boolean runs = before.status() instanceof Status.Running;
            if (runs) {
                Groups groups = Groups.of(context, record.get());
                for (Path file : groups.freezing()) {
                    watches.add(watch(id, file, telling::watchWrites));
                }
                for (Path file : groups.freezingAbove()) {
                    watchedGroups.add(telling.watchWrites(file.toString()));
                }
            }
            Locked container = new Locked(home, record.get());
            Glance now = glances.of(container);
            if (isSettled(container, now) && now.status() instanceof Status.Running == runs) {
                kept.put(id, new Kept(now, List.copyOf(watches)));
                isKept = true;
            }
            return now;
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                refused(e);
            }
            return before;
        } finally {
            if (!isKept) {
                forget(watches);
            }
        }
    }
}
