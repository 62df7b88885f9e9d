package dev.estiba.engine.container;

import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.image.ImageUsers;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Home;
import dev.estiba.engine.store.UnreadableRecord;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Removes containers that should have gone by themselves (--rm) but ended when nobody was there to see it: the JVM that had
 * started them was killed, had nothing to do for long, or was one call's own.
 */
final class Sweep {
    private static final Logger LOG = System.getLogger(Sweep.class.getName());

    private final Context context;
    private final Removal removal;
    private final Runs runs;

    Sweep(Context context, Removal removal, Runs runs) {
        this.context = context;
        this.removal = removal;
        this.runs = runs;
    }

    /** Which containers there are, and what they are made of. */
    List<ImageUsers.User> imageUsers() throws IOException {
        List<ImageUsers.User> users = new ArrayList<>();
        for (String id : context.store().ids()) {
            Optional<Home> home = context.store().look(id);
            if (home.isEmpty()) {
                continue;
            }
            try (Home looked = home.get()) {
                Optional<ContainerRecord> record = looked.record();
                if (record.isPresent()) {
                    boolean runs = context.status(new Locked(looked, record.get())) instanceof Status.Running;
                    users.add(new ImageUsers.User(id, record.get().imageId(), runs));
                }
            } catch (UnreadableRecord e) {
                LOG.log(Level.WARNING, e.getMessage());
            }
        }
        return users;
    }

    /** Looks at every container there is. */
    void run() throws IOException {
        run(context.store().ids());
    }

    /** One that cannot be removed is in nobody's way: it is tried again by the next one. */
    void run(List<String> ids) {
        for (String id : ids) {
            try {
                if (isDeserted(id)) {
                    remove(id);
                }
            } catch (UnreadableRecord e) {
                LOG.log(Level.WARNING, e.getMessage());
            } catch (IOException e) {
                LOG.log(Level.WARNING, "container " + id + " has ended, and cannot be removed: " + e.getMessage());
            }
        }
    }

    private boolean isDeserted(String id) throws IOException {
        Optional<Home> home = context.store().look(id);
        if (home.isEmpty()) {
            return false;
        }
        try (Home looked = home.get()) {
            Optional<ContainerRecord> record = looked.record();
            return record.isPresent() && isDeserted(new Locked(looked, record.get()));
        }
    }

    /** Who waits for its end in this JVM sees to it, and so does its monitor as long as it lives. */
    private boolean isDeserted(Locked container) throws IOException {
        if (!container.record().ephemeral() || runs.isKnown(container.record().id()) || Removal.hasMonitor(container)) {
            return false;
        }
        return context.status(container).isOver();
    }

    private void remove(String id) throws IOException {
        Optional<Home> home = context.store().lock(id);
        if (home.isEmpty()) {
            return;
        }
        try (Home locked = home.get()) {
            Optional<ContainerRecord> record = locked.record();
            if (record.isPresent() && isDeserted(new Locked(locked, record.get()))) {
                removal.remove(new Locked(locked, record.get()), true);
            }
        }
    }
}
