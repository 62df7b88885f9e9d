package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Overlays that are in nobody's mount table, made by this kernel. */
@Tag("kernel")
class DetachedMountKernelTest {
    @TempDir
    Path directory;

    private Path lower;
    private Path upper;
    private Path work;

    @BeforeEach
    void layout() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "mounting needs root");
        lower = Files.createDirectories(directory.resolve("lower:with,odd\\letters"));
        upper = Files.createDirectories(directory.resolve("upper"));
        work = Files.createDirectories(directory.resolve("work"));
        Files.writeString(lower.resolve("file"), "below");
    }

    private Fd overlay(List<String> lowers) throws IOException {
        try {
            return DetachedMount.overlay(lowers, upper.toString(), work.toString(), true);
        } catch (ErrnoException e) {
            assumeTrue(!e.is(Errno.ENODEV), "this kernel has no overlay");
            throw e;
        }
    }

    @Test
    void whatIsWrittenGoesIntoTheUpperDirectory() throws IOException {
        try (Fd mount = overlay(List.of(lower.toString()))) {
            Path root = Path.of(mount.procPath());
            assertThat(root.resolve("file")).hasContent("below");
            Files.writeString(root.resolve("file"), "above");
            assertThat(upper.resolve("file")).hasContent("above");
            assertThat(lower.resolve("file")).hasContent("below");
            assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(upper.toString());
        }
    }

    @Test
    void theFirstOfTheLowersIsTheUppermost() throws IOException {
        Path first = Files.createDirectories(directory.resolve("first"));
        Files.writeString(first.resolve("file"), "nearer");
        try (Fd mount = overlay(List.of(first.toString(), lower.toString()))) {
            assertThat(Path.of(mount.procPath()).resolve("file")).hasContent("nearer");
        }
    }

    @Test
    void aFailureSaysWhatTheKernelSays() throws IOException {
        overlay(List.of(lower.toString())).close(); // or there is no overlay here at all
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> overlay(List.of(missing.toString())))
                .isInstanceOfSatisfying(ErrnoException.class, e -> {
                    assertThat(e.is(Errno.ENOENT)).isTrue();
                    assertThat(e.call()).isEqualTo("mount overlay");
                    assertThat(e.subject()).contains(missing.toString());
                    assertThat(e).hasMessageEndingWith(": No such file or directory (ENOENT)");
                });
    }

    /** The kernel's own sentence, which the errno alone does not tell; overlayfs has some since Linux 6.6. */
    @Test
    void theKernelsWordsAreInTheMessage() throws IOException {
        overlay(List.of(lower.toString())).close();
        Path file = Files.writeString(directory.resolve("file"), "x");
        ErrnoException refused = catchThrowableOfType(
                ErrnoException.class,
                () -> DetachedMount.overlay(List.of(lower.toString()), file.toString(), work.toString(), false));
        assertThat(refused.subject()).startsWith("upperdir " + file);
        assumeTrue(refused.subject().contains("("), "this kernel's overlayfs says nothing");
        assertThat(refused).hasMessageContaining("(overlay: ").hasMessageContaining("is not a directory)");
    }

    @Test
    void aProgramOfItsOwnIsNobodysToChange() throws Exception {
        byte[] script = "#!/bin/sh\nexit 7\n".getBytes(StandardCharsets.US_ASCII);
        try (Fd program = DetachedMount.executable("seven", script)) {
            Path path = Path.of(program.procPath());
            assertThat(path).hasBinaryContent(script);
            for (ThrowingCallable change : List.<ThrowingCallable>of(
                    () -> Files.newByteChannel(path, StandardOpenOption.WRITE).close(),
                    () -> Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx")),
                    () -> Files.setAttribute(path, "unix:uid", 1000))) {
                assertThatThrownBy(change).hasMessageContaining("Read-only");
            }
            Path ours = Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + program.number());
            assertThat(new ProcessBuilder(ours.toString()).start().waitFor()).isEqualTo(7);
        }
    }
}
