package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers seen through other ids. */
@Tag("kernel")
class IdMappedOverlayKernelTest {
    private static final int FIRST = 3_000_000;

    @TempDir
    Path directory;

    private Path lower;
    private Path upper;
    private Path work;
    private Process holder;

    @BeforeEach
    void layout() throws Exception {
        assumeTrue(ProcessFacts.self().uid() == 0, "mounting needs root");
        assumeTrue(!WithheldCalls.here().mountSetattr(), "mount_setattr(2) is withheld here");
        lower = Files.createDirectories(directory.resolve("lower"));
        upper = Files.createDirectories(directory.resolve("upper"));
        work = Files.createDirectories(directory.resolve("work"));
        Path file = Files.writeString(lower.resolve("file"), "below");
        Files.setAttribute(file, "unix:uid", 5);
        Files.setAttribute(upper, "unix:uid", FIRST);
        holder = new ProcessBuilder("unshare", "-U", "sh", "-c", "echo ready; exec cat").start();
        assertThat(holder.getInputStream().readNBytes(6)).hasSize(6);
        for (String map : List.of("uid_map", "gid_map")) {
            Files.writeString(Path.of("/proc/" + holder.pid(), map), "0 " + FIRST + " 65536");
        }
    }

    @AfterEach
    void endTheHolder() throws Exception {
        if (holder != null) {
            holder.getOutputStream().close();
            assertThat(holder.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Fd namespace() throws IOException {
        return Open.absolute("/proc/" + holder.pid() + "/ns/user", Open.How.reading());
    }

    private void check(Fd mount) throws IOException {
        Path root = Path.of(mount.procPath());
        assertThat(Files.getAttribute(root.resolve("file"), "unix:uid")).isEqualTo(FIRST + 5);
        Files.writeString(root.resolve("file"), "above");
        assertThat(Files.getAttribute(upper.resolve("file"), "unix:uid")).isEqualTo(FIRST + 5);
        assertThat(Files.getAttribute(lower.resolve("file"), "unix:uid")).isEqualTo(5);
        assertThat(lower.resolve("file")).hasContent("below");
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(directory.toString());
    }

    private static void skipWithoutOverlay(ErrnoException e) {
        assumeTrue(!e.is(Errno.ENODEV), "this kernel has no overlay");
    }

    @Test
    void theIdsOfTheLayersAreTheNamespacesAndThoseOfTheUpperTheHosts() throws IOException {
        List<String> twice = List.of(
                lower.toString(),
                Files.createDirectory(directory.resolve("low")).toString());
        try (Fd namespace = namespace();
                Fd mount = IdMappedOverlay.make(namespace, twice, upper.toString(), work.toString(), true)) {
            check(mount);
        } catch (ErrnoException e) {
            skipWithoutOverlay(e);
            throw e;
        }
    }
}
