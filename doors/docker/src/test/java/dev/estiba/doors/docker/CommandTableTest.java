package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real docker command, call after call, as {@code commands.txt} has it: on the door, and on dockerd. */
class CommandTableTest {
    @TempDir
    private Path directory;

    @Test
    @Tag("kernel")
    @Tag("peer")
    void dockerDoesOnTheDoorWhatTheTableSays() throws Exception {
        DoorRoom.docker();
        try (DoorRoom room = DoorRoom.open(directory)) {
            check(room.client(), false);
        }
    }

    @Test
    @Tag("kernel")
    @Tag("peer")
    void dockerDoesOnDockerdWhatTheTableSays() throws Exception {
        try (Dockerd dockerd = Dockerd.start()) {
            check(new DockerClient(dockerd.socket(), directory), true);
        }
    }

    private void check(DockerClient docker, boolean isPeer) throws Exception {
        docker.importBusybox("bb:1");
        List<String> differences = new ArrayList<>();
        for (CommandTable.Row row : CommandTable.read(directory, isPeer)) {
            DoorRoom.Ended ended = docker.runWith(row.input(), row.words().toArray(String[]::new));
            String difference = row.difference(ended);
            if (!difference.isEmpty()) {
                differences.add(difference);
            }
        }
        assertThat(String.join("\n", differences)).isEmpty();
    }
}
