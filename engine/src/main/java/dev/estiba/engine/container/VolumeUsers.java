package dev.estiba.engine.container;

import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.spec.VolumeMount;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Home;
import dev.estiba.engine.store.UnreadableRecord;
import dev.estiba.engine.volume.Volumes;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which containers want which volumes, by the containers' records. */
final class VolumeUsers implements Volumes.Users {
    private static final Logger LOG = System.getLogger(VolumeUsers.class.getName());

    private Optional<Context> context = Optional.empty();

    /** Before anything else is asked. */
    void in(Context known) {
        context = Optional.of(known);
    }

    private Context context() {
        return context.orElseThrow();
    }

    @Override
    public Map<String, List<String>> all() throws IOException {
        Map<String, List<String>> all = new HashMap<>();
        for (String id : context().store().ids()) {
            Optional<Home> home = context().store().look(id);
            if (home.isEmpty()) {
                continue;
            }
            try (Home looked = home.get()) {
                Optional<ContainerRecord> record = looked.record();
                if (record.isPresent() && ContainerVolumes.mayHave(record.get())) {
                    for (String name : names(context().spec(record.get()))) {
                        all.computeIfAbsent(name, _ -> new ArrayList<>()).add(id);
                    }
                }
            } catch (UnreadableRecord e) {
                LOG.log(Level.WARNING, e.getMessage());
                all.computeIfAbsent(Volumes.UNKNOWN, _ -> new ArrayList<>()).add(id);
            }
        }
        return all;
    }

    private static Set<String> names(SpecBuilder spec) {
        Set<String> names = new HashSet<>();
        for (VolumeMount volume : spec.volumes()) {
            names.add(volume.name());
        }
        return names;
    }

    /** Whether a container runs; of one that cannot be looked at, that it does. */
    boolean isUp(String id) {
        try {
            Optional<Home> home = context().store().look(id);
            if (home.isEmpty()) {
                return false;
            }
            try (Home looked = home.get()) {
                Optional<ContainerRecord> record = looked.record();
                return record.isPresent()
                        && context().status(new Locked(looked, record.get())) instanceof Status.Running;
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "container " + id + ": " + e.getMessage());
            return true;
        }
    }
}
