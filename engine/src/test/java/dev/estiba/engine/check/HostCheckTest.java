package dev.estiba.engine.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.HostFinding;
import dev.estiba.engine.EnginePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a host, of which there are only the files that are looked at. */
class HostCheckTest {
    @TempDir
    private Path place;

    @BeforeEach
    void aWholeHost() throws IOException {
        file("proc/sys/kernel/osrelease", "6.12.0-amd64");
        file("proc/sys/user/max_user_namespaces", "60000");
        file("proc/sys/fs/inotify/max_user_watches", "65536");
        file("proc/sys/fs/inotify/max_user_instances", "128");
        file("proc/sys/kernel/seccomp/actions_avail", "kill_process");
        file("proc/filesystems", "nodev\tsysfs\nnodev\toverlay");
        file("groups/cgroup.controllers", "cpuset cpu io memory pids");
    }

    private void file(String name, String text) throws IOException {
        Path file = place.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }

    private List<String> kinds() throws IOException {
        EnginePaths nowhere = new EnginePaths(place.resolve("data"), place.resolve("exec"));
        List<HostFinding> found = new HostCheck(place.resolve("proc"), place.resolve("groups")).look(nowhere);
        assertThat(found).allSatisfy(each -> {
            assertThat(each.problem()).isNotBlank();
            assertThat(each.advice()).isNotBlank();
        });
        return found.stream().map(HostFinding::kind).toList();
    }

    @Test
    void ofAWholeHostNothingIsSaid() throws IOException {
        assertThat(kinds()).isEmpty();
        Files.delete(place.resolve("groups/cgroup.controllers"));
        for (String each : List.of("cpu", "memory", "pids")) {
            Files.createDirectories(place.resolve("groups").resolve(each));
        }
        assertThat(kinds()).isEmpty();
    }

    @Test
    void whatIsMissingIsSaid() throws IOException {
        file("proc/sys/kernel/osrelease", "5.10.0");
        assertThat(kinds()).containsExactly("OldKernel");
        file("proc/sys/kernel/osrelease", "6.1.0-18-amd64");
        assertThat(kinds()).isEmpty();
        file("groups/cgroup.controllers", "cpuset cpu io");
        assertThat(kinds()).containsExactly("NoController", "NoController");
        file("proc/filesystems", "nodev\tsysfs");
        file("proc/sys/user/max_user_namespaces", "0");
        file("proc/sys/fs/inotify/max_user_instances", "64");
        assertThat(kinds())
                .containsExactly("NoController", "NoController", "NoOverlay", "NoUserNamespaces", "LowLimit");
    }

    @Test
    void aDiskThatIsFullIsGraveAndOneThatIsShortIsNot() {
        assertThat(HostCheck.disk(place, 5L << 30, false)).isEmpty();
        HostFinding little = HostCheck.disk(place, 500L << 20, false).orElseThrow();
        assertThat(little.kind()).isEqualTo("DiskShort");
        assertThat(little.isGrave()).isFalse();
        assertThat(little.problem()).contains("500 MiB");
        assertThat(HostCheck.disk(place, 1 << 20, false).orElseThrow().isGrave())
                .isTrue();
        assertThat(HostCheck.disk(place, 5L << 30, true).orElseThrow().kind()).isEqualTo("DiskReadOnly");
    }

    /** A read of a single byte, as some ways to read a file begin, gets one digit of a number and then no more. */
    @Test
    void theKernelsOwnNumbersAreReadWhole() throws IOException {
        String name = "fs.inotify.max_user_watches is ";
        String actual = Files.readAllLines(Path.of("/proc/sys/fs/inotify/max_user_watches"))
                .getFirst();
        assertThat(new HostCheck(Path.of("/proc"), place).look(EnginePaths.standard()))
                .extracting(HostFinding::problem)
                .filteredOn(problem -> problem.startsWith(name))
                .allMatch(problem -> problem.startsWith(name + actual + ":"));
    }
}
