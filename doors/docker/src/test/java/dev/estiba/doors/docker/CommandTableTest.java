package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
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
        assumeTrue(Boolean.getBoolean("estiba.peers"), "dockerd is asked with --peers only");
        assumeTrue(DoorRoom.isRoot(), "needs root");
        Path tool = Path.of(System.getProperty("estiba.repo"), "testkit/peers/docker");
        Path place = Files.createTempDirectory(Path.of("/run"), "dockerd");
        assertThat(run(tool, "start", place)).isZero();
        try {
            check(new DockerClient(place.resolve("docker.sock"), directory), true);
        } finally {
            assertThat(run(tool, "stop", place)).isZero();
            assertThat(new ProcessBuilder("rm", "-rf", place.toString()).start().waitFor())
                    .isZero();
        }
    }

    private static int run(Path tool, String action, Path place) throws Exception {
        return new ProcessBuilder("sh", tool.toString(), action, place.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
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
