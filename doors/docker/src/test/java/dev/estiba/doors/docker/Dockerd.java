package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real dockerd, with directories of its own. */
record Dockerd(Path place) implements AutoCloseable {
    /** Skips the test, with the reason, where peers are not asked. */
    static Dockerd start() throws Exception {
        assumeTrue(Boolean.getBoolean("estiba.peers"), "dockerd is asked with --peers only");
        assumeTrue(DoorRoom.isRoot(), "needs root");
        Dockerd dockerd = new Dockerd(Files.createTempDirectory(Path.of("/run"), "dockerd"));
        assertThat(dockerd.tool("start")).isZero();
        return dockerd;
    }

    Path socket() {
        return place.resolve("docker.sock");
    }

    /** A process in the network namespace that is its host's. */
    long networkHolder() throws IOException {
        return Long.parseLong(Files.readString(place.resolve("containerd.pid")).split(" ")[0]);
    }

    private int tool(String action) throws Exception {
        Path tool = Path.of(System.getProperty("estiba.repo"), "testkit/peers/docker");
        return new ProcessBuilder("sh", tool.toString(), action, place.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Override
    public void close() throws Exception {
        assertThat(tool("stop")).isZero();
        assertThat(new ProcessBuilder("rm", "-rf", place.toString()).start().waitFor())
                .isZero();
    }
}
