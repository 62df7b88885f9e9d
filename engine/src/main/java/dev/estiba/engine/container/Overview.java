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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * All containers at a glance. What was seen of one is kept for as long as neither of its directories has changed, which the kernel
 * tells (inotify(7)) of this process' own changes as of any other's: a change that was over when a listing was asked for is in it.
 * What no file tells is asked for each time: whether its processes are stopped, and whether this process still hears of its end.
 * One that is about to become something else is not kept.
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
    private final Set<String> ids = new LinkedHashSet<>();

    private Optional<Inotify> kernel = Optional.empty();
    private int names;
    private boolean isRefused;

    /** Looks at a container. */
    @FunctionalInterface
    interface Glances {
        Glance of(Locked container) throws IOException;
    }

    /** @param watches of its two directories */
    private record Kept(Glance glance, Optional<Freezer> freezer, List<Integer> watches) {}

    /** @param isFollowed whether this process hears of the end of the one that has that id and runs */
    Overview(Context context, Glances glances, Predicate<String> isFollowed) {
        this.context = context;
        this.glances = glances;
        this.isFollowed = isFollowed;
    }

    /** Everyone's, in no order. */
    synchronized List<Glance> all() throws IOException {
        if (isRefused || !context.restarts().isActive()) {
            return lookAtAll(context.store().ids());
        }
        hear();
        if (isRefused) {
            return lookAtAll(context.store().ids());
        }
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

    private boolean isStill(String id, Kept known) throws IOException {
        return !(known.glance().status() instanceof Status.Running(int pid, boolean paused))
                || isFollowed.test(id)
                        && known.freezer().isPresent()
                        && known.freezer().get().is(paused);
    }

    // What the kernel tells

    private void hear() throws IOException {
        if (kernel.isEmpty()) {
            begin();
            return;
        }
        for (Inotify.Event event : kernel.get().happened()) {
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
    public synchronized void close() {
        end();
    }

    private void end() {
        kept.values().forEach(known -> known.freezer().ifPresent(Freezer::close));
        kept.clear();
        watched.clear();
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
        }
    }

    private void drop(String id) throws IOException {
        Kept known = kept.remove(id);
        if (known != null) {
            known.freezer().ifPresent(Freezer::close);
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

    private int watch(Path directory) throws IOException {
        Inotify telling = kernel.orElseThrow();
        int watch = telling.watchContents(directory.toString());
        if (!watched.containsKey(watch)) {
            return watch;
        }
        changed(watch); // another container's before, which has given it back; and with that nobody watches it any more
        return telling.watchContents(directory.toString());
    }

    /** Seen again, now that changes are told; nothing is kept when it is another thing by now. */
    private Glance keep(String id, Home home, Glance before) throws IOException {
        List<Integer> watches = new ArrayList<>();
        Optional<Freezer> freezer = Optional.empty();
        boolean isKept = false;
        try {
            for (Path directory : List.of(home.dataPath(), home.runPath())) {
                int watch = watch(directory);
                watches.add(watch);
                watched.put(watch, id);
            }
            Optional<ContainerRecord> record = home.record();
            if (record.isEmpty()) {
                return before;
            }
            Locked container = new Locked(home, record.get());
            if (before.status() instanceof Status.Running) {
                freezer = Optional.of(Groups.of(context, record.get()).freezer());
            }
            Glance now = glances.of(container);
            if (isSettled(container, now) && now.status() instanceof Status.Running == freezer.isPresent()) {
                kept.put(id, new Kept(now, freezer, List.copyOf(watches)));
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
                freezer.ifPresent(Freezer::close);
                forget(watches);
            }
        }
    }
}
