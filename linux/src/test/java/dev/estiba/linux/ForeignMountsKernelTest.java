package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another process has mounted. */
@Tag("kernel")
class ForeignMountsKernelTest {
    @TempDir
    Path directory;

    private Process holder;

    @BeforeEach
    void mountElsewhere() throws Exception {
        assumeTrue(ProcessFacts.self().uid() == 0, "mounting needs root");
        assumeTrue(!WithheldCalls.here().mountSetattr(), "mount_setattr(2) is withheld here");
        assumeTrue(!WithheldCalls.here().openTree(), "open_tree(2) is withheld here");
        String script = "mount -t tmpfs tmpfs " + directory + " && mount --make-shared " + directory
                + " && echo inside > " + directory + "/file && echo ready; exec cat";
        holder = new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh", "-c", script).start();
        assertThat(holder.getInputStream().readNBytes(6)).hasSize(6);
    }

    @AfterEach
    void endTheHolder() throws Exception {
        if (holder != null) {
            holder.getOutputStream().close();
            assertThat(holder.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Fd copy(boolean readOnly) throws IOException {
        try (Fd namespace = Open.absolute("/proc/" + holder.pid() + "/ns/mnt", Open.How.reading())) {
            return ForeignMounts.copy(namespace, readOnly);
        }
    }

    private Path file(Fd tree) throws IOException {
        return Path.of(tree.procPath() + directory).resolve("file");
    }

    @Test
    void allOfItIsSeenAndNothingIsMountedHere() throws IOException {
        try (Fd tree = copy(true)) {
            assertThat(file(tree)).hasContent("inside\n");
            assertThatThrownBy(() -> Files.writeString(file(tree), "changed"))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("Read-only file system");
        }
        assertThat(directory.resolve("file")).doesNotExist();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(directory.toString());
    }

    @Test
    void whatIsWrittenIsWrittenThere() throws IOException {
        try (Fd tree = copy(false)) {
            Files.writeString(file(tree), "changed");
        }
        try (Fd tree = copy(true)) {
            assertThat(file(tree)).hasContent("changed");
        }
    }
}
