package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Pipe;
import dev.estiba.runtime.Bundle;
import dev.estiba.runtime.Container;
import dev.estiba.runtime.Containers;
import dev.estiba.runtime.Stdio;
import dev.estiba.testkit.bundle.Bundles;
import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.bundle.TestCgroups;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the image hello says is what the kernel says. */
@Tag("kernel")
class HelloKernelTest {
    @TempDir
    Path place;

    @AfterAll
    static void leaveNothing() throws Exception {
        TestCgroups.removeEmptyParents();
    }

    private record Said(String text, List<String> mountinfo) {
        /** What stands behind a label, as one line. */
        String of(String label) {
            String from = text.substring(text.indexOf("\n  " + label + " ") + 3 + label.length());
            return from.split("\n(?! {13})", 2)[0].replaceAll("\\s+", " ").strip();
        }
    }

    private Said hello(String id, Consumer<JsonObject> change) throws Exception {
        String repository = System.getProperty("estiba.repo");
        assumeTrue(repository != null, "estiba.repo is not set: run the tests by ./dev test");
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "cgroups of this machine are not ours: root is needed");
        var bundle = Bundles.ofRepository(Path.of(repository))
                .docker(place.resolve("bundle"), id)
                .args("/hello")
                .edit(change);
        Programs.copy(Path.of(repository, "build/native/hello"), bundle.rootfs().resolve("hello"));
        Containers containers = Containers.in(place.resolve("states"));
        try (Pipe pipe = Pipe.open("output");
                Container made = containers.create(
                        id, Bundle.at(bundle.directory()), Stdio.none().withOutput(pipe.writer()))) {
            List<String> mounts = Files.readAllLines(Path.of("/proc/" + made.pid() + "/mountinfo"));
            made.start();
            assertThat(made.waitFor()).isZero();
            pipe.writer().close();
            return new Said(new String(FileBytes.readAll(pipe.reader(), 1 << 16), StandardCharsets.UTF_8), mounts);
        }
    }

    @Test
    void itSaysWhatDockersDefaultContainerIs() throws Exception {
        String id = "hello-" + ProcessHandle.current().pid();
        Said said = hello(id, config -> {});
        assertThat(said.of("who")).isEqualTo("user 0, group 0, the first process here: number 1");
        assertThat(said.of("processes")).isEqualTo("1 can be seen: this one");
        assertThat(said.of("name")).isEqualTo(id);
        assertThat(said.of("network")).isEqualTo("lo alone: this container talks to nobody but itself");
        assertThat(said.of("memory")).startsWith("at most 64 MiB (now ");
        assertThat(said.of("processor")).startsWith("at most the time of 0.5, on ");
        assertThat(said.of("tasks")).isEqualTo("at most 100 processes and threads");
        assertThat(said.of("rights"))
                .endsWith("capabilities: chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service"
                        + " net_raw sys_chroot mknod audit_write setfcap");
        assertThat(said.of("seccomp")).isEqualTo(filters(1));
        assertThat(said.of("hidden").split(" ")).contains("/proc/keys", "/proc/timer_list", "/sys/firmware");
        assertThat(said.of("read-only").split(" ")).contains("/proc/bus", "/proc/irq", "/proc/sys");
        long readOnly = said.mountinfo().stream()
                .filter(line -> List.of(line.split(" ")[5].split(",")).contains("ro"))
                .count();
        assertThat(said.of("mounts")).isEqualTo(said.mountinfo().size() + ", of them " + readOnly + " read-only");
    }

    @Test
    void itFitsATerminal() throws Exception {
        Said said = hello("hello-page-" + ProcessHandle.current().pid(), config -> {});
        assertThat(said.text().lines()).hasSizeLessThanOrEqualTo(40).allMatch(line -> line.length() <= 80);
    }

    @Test
    void itSaysWhatIsDifferentElsewhere() throws Exception {
        Said said = hello("hello-other-" + ProcessHandle.current().pid(), config -> {
            config.object("root").put("readonly", true);
            config.object("process").put("noNewPrivileges", true);
            config.object("process").remove("capabilities");
            config.object("process").object("user").put("uid", 1234);
            config.object("linux").remove("seccomp");
            config.object("linux").remove("maskedPaths");
            config.object("linux").remove("readonlyPaths");
        });
        assertThat(said.of("who")).startsWith("user 1234, group 0, ");
        assertThat(said.of("root")).endsWith(" that cannot be written to");
        assertThat(said.of("new rights")).isEqualTo("cannot be had: no_new_privs is set");
        assertThat(said.of("rights")).isEqualTo("no capability");
        assertThat(said.of("seccomp")).isEqualTo(filters(0));
        assertThat(said.of("hidden")).isEqualTo("nothing of /proc and /sys");
        assertThat(said.of("read-only")).isEqualTo("nothing of /proc");
    }

    /** Its own, and those that these tests are under: {@code --without}'s. */
    private static String filters(int own) throws IOException {
        int inherited = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("Seccomp_filters:")) {
                inherited =
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return switch (own + inherited) {
            case 0 -> "off: every system call reaches the kernel";
            case 1 -> "1 filter looks at each system call";
            default -> own + inherited + " filters look at each system call";
        };
    }
}
