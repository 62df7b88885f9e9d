package dev.estiba.testkit.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A file system of its own that can be made to stand still (FIFREEZE, ioctl_fs(2)): who writes to it then waits
 * uninterruptibly, and SIGKILL waits with him.
 */
final class Disk implements AutoCloseable {
    private final Path mount;
    private boolean frozen;

    private Disk(Path mount) {
        this.mount = mount;
    }

    /** @param directory an empty one */
    static Disk make(Path directory) throws IOException, InterruptedException {
        Path image = directory.resolve("image");
        Path mount = Files.createDirectory(directory.resolve("disk"));
        for (List<String> command : List.of(
                List.of("truncate", "-s", "16M", image.toString()),
                List.of("mkfs.ext4", "-q", image.toString()),
                List.of("mount", "-o", "loop", image.toString(), mount.toString()))) {
            String said = run(command);
            assumeTrue(said.isEmpty(), () -> "no file system can be mounted from a file here: " + said);
        }
        return new Disk(mount);
    }

    Path path() {
        return mount;
    }

    void freeze() throws IOException, InterruptedException {
        assertThat(run(List.of("fsfreeze", "--freeze", mount.toString()))).isEmpty();
        frozen = true;
    }

    void thaw() throws IOException, InterruptedException {
        if (frozen) {
            assertThat(run(List.of("fsfreeze", "--unfreeze", mount.toString()))).isEmpty();
            frozen = false;
        }
    }

    /** What a command says when it fails; empty otherwise. */
    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() == 0 ? "" : String.join(" ", command) + ": " + said.strip();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        thaw();
        assertThat(run(List.of("umount", mount.toString()))).isEmpty();
    }
}
