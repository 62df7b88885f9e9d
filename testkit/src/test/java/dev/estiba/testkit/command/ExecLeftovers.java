package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What an exec can leave in a container that goes on: a process in its group, a directory of its monitor's. */
final class ExecLeftovers {
    private ExecLeftovers() {}

    /** Waits for up to two seconds: who is killed takes its time to go. */
    static void none(ProductRoom room, String id) throws IOException, InterruptedException {
        Path group = Path.of("/sys/fs/cgroup/pids/estiba", id, "cgroup.procs");
        Path run = room.room().root().resolve("run/estiba/engine/containers").resolve(id);
        String init = room.asked(id, "{{.State.Pid}}");
        for (int i = 0;
                i < 200 && !(directories(run).isEmpty() && members(group).equals(List.of(init)));
                i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(members(group)).containsExactly(init);
        assertThat(directories(run)).as("directories of execs").isEmpty();
        assertThat(room.asked(id, "{{.State.Status}}")).isEqualTo("running");
    }

    private static List<String> members(Path group) throws IOException {
        return Files.readAllLines(group);
    }

    private static List<Path> directories(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            return files.filter(Files::isDirectory).toList();
        }
    }
}
