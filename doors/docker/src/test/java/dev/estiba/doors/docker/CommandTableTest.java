package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real docker command, call after call, as {@code commands.txt} has it: on the door, and on dockerd. */
@Timeout(300)
class CommandTableTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"containers", "input", "images", "files", "volumes", "health", "networks"})
    @Tag("kernel")
    @Tag("peer")
    void dockerDoesOnTheDoorWhatTheTableSays(String part) throws Exception {
        DoorRoom.docker();
        boolean stays = List.of("health", "images", "networks").contains(part); // only who stays asks how somebody is
        try (Fd host = NetworkNamespace.create();
                DoorRoom room = stays ? DoorRoom.staying(directory, host) : DoorRoom.open(directory)) {
            check(room.client(), part, false);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"containers", "input", "images", "files", "volumes", "health", "networks"})
    @Tag("kernel")
    @Tag("peer")
    void dockerDoesOnDockerdWhatTheTableSays(String part) throws Exception {
        try (Dockerd dockerd = Dockerd.start()) {
            check(new DockerClient(dockerd.socket(), directory), part, true);
        }
    }

    private void check(DockerClient docker, String part, boolean isPeer) throws Exception {
        docker.importBusybox("bb:1");
        List<String> differences = new ArrayList<>();
        for (CommandTable.Row row : CommandTable.read(directory, part, isPeer)) {
            DoorRoom.Ended ended = docker.runWith(row.input(), row.words().toArray(String[]::new));
            String difference = row.difference(ended);
            if (!difference.isEmpty()) {
                differences.add(difference);
            }
        }
        assertThat(String.join("\n", differences)).isEmpty();
    }
}
