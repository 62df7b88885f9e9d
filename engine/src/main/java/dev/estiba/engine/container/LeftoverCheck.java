package dev.estiba.engine.container;

import dev.estiba.api.HostFinding;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Home;
import dev.estiba.engine.store.UnreadableRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Containers whose monitor has gone, records that cannot be read, and cgroups of containers that there are no more. */
final class LeftoverCheck {
    private final Context context;
    private final Path groups;

    LeftoverCheck(Context context, Path groups) {
        this.context = context;
        this.groups = groups;
    }

    List<HostFinding> look() throws IOException {
        List<HostFinding> all = new ArrayList<>();
        for (String id : context.store().ids()) {
            Optional<Home> home = context.store().look(id);
            if (home.isPresent()) {
                try (Home looked = home.get()) {
                    Optional<ContainerRecord> record = looked.record();
                    if (record.isPresent()) {
                        lost(new Locked(looked, record.get())).ifPresent(all::add);
                    }
                } catch (UnreadableRecord e) {
                    all.add(new HostFinding(
                            "UnreadableRecord",
                            true,
                            String.valueOf(e.getMessage()),
                            "its files are in "
                                    + context.paths()
                                            .dataRoot()
                                            .resolve("containers")
                                            .resolve(id)));
                }
            }
        }
        forgotten(all);
        return all;
    }

    private Optional<HostFinding> lost(Locked container) throws IOException {
        if (!(context.status(container) instanceof Status.Lost lost) || lost.withTheBoot()) {
            return Optional.empty();
        }
        String name = container.record().name();
        return Optional.of(new HostFinding(
                "MonitorLost",
                true,
                "container " + name + " has lost its monitor: nobody keeps its output, and nobody hears of its end",
                "'estiba start " + name + "' ends what is left of it and starts it, 'estiba rm -f " + name
                        + "' removes it"));
    }

    /** A container's record is there before its groups, and goes after them: so who has none has been forgotten. */
    private void forgotten(List<HostFinding> all) throws IOException {
        TreeSet<String> found = new TreeSet<>();
        for (Path parent :
                List.of(groups, groups.resolve("pids"), groups.resolve("memory"), groups.resolve("freezer"))) {
            Path ours = parent.resolve("estiba");
            if (!Files.isDirectory(ours)) {
                continue;
            }
            try (Stream<Path> each = Files.list(ours)) {
                for (Path group : each.toList()) {
                    String id = String.valueOf(group.getFileName());
                    if (id.matches("[0-9a-f]{64}") && !context.store().has(id) && Files.isDirectory(group)) {
                        found.add(id);
                    }
                }
            }
        }
        for (String id : found) {
            all.add(new HostFinding(
                    "ForgottenGroup",
                    false,
                    "there is a cgroup of container " + id.substring(0, 12) + ", and no such container here",
                    "another daemon's directories may have it (ESTIBA_DATA_ROOT); else remove it with rmdir beneath "
                            + groups + ", when no process is in it"));
        }
    }
}
