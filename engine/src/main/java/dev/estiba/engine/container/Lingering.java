package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.runtime.record.Survivor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A container that was killed and does not end. It is said who is left and what that one waits in; nobody waits for ever for
 * it.
 */
final class Lingering {
    private Lingering() {}

    /** Docker's sentence, and why. */
    static ApiException unkillable(Context context, Locked container, String what) throws IOException {
        return ApiException.serverError(what + ": tried to kill container, but did not receive an exit event: "
                + reason(Groups.of(context, container.record())));
    }

    private static String reason(Groups groups) throws IOException {
        if (groups.isFrozen()) {
            return Survivor.frozen(groups.processes().toString());
        }
        List<Survivor> left = new ArrayList<>();
        for (int pid : pids(groups.processes())) {
            Optional<String> stat = ProcessFacts.text(pid, "stat");
            if (stat.isPresent()) {
                left.add(Survivor.of(
                        pid, stat.get(), ProcessFacts.text(pid, "wchan").orElse("")));
            }
        }
        String who = Survivor.sentence(left);
        return who.isEmpty() ? "its monitor does not end" : who;
    }

    private static List<Integer> pids(Path group) throws IOException {
        try {
            return Files.readAllLines(group.resolve("cgroup.procs")).stream()
                    .map(Integer::valueOf)
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
