package dev.estiba.testkit.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.Busybox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a kernel has not got a call, or the filter of an outer container answers in its place, as Docker's profile does. */
@Tag("kernel")
class WithheldKernelTest {
    private static final String LOOK =
            "cut -d ' ' -f 5,6 /proc/self/mountinfo; readlink /dev/console; ls /sys/firmware;"
                    + " cat /proc/keys; (echo x >/new) 2>&1; (echo x >/v/new) 2>&1; ls /proc/self/fd | wc -l";

    @TempDir
    private Path directory = Path.of("/");

    private static Path filter(Path directory, String call, String answer) throws Exception {
        Path program = directory.resolve("without");
        Path source = Path.of(System.getProperty("estiba.repo", "."), "dev.d/without.c");
        assumeTrue(
                System.getProperty("estiba.without", "").isEmpty(),
                "this one withholds its own calls, not those of --without besides");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "there is no gcc");
        Process gcc = new ProcessBuilder(
                        "gcc",
                        "-O1",
                        "-DCALLS=SYS_" + call,
                        "-DANSWER=" + answer,
                        "-o",
                        program.toString(),
                        source.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
        return program;
    }

    private static Bundle bundle(Oci oci) throws IOException {
        Path busybox =
                Busybox.program(Path.of(System.getProperty("estiba.repo", "."))).orElse(Path.of("/nowhere"));
        assumeTrue(Files.exists(busybox), "no static busybox on this machine, nor among the peers");
        Bundle bundle = oci.bundle(oci.newId());
        Busybox.root(
                busybox,
                bundle.directory().resolve("shell"),
                "sh",
                "cat",
                "cut",
                "id",
                "ls",
                "readlink",
                "sleep",
                "wc");
        Files.createDirectory(bundle.directory().resolve("volume"));
        return bundle.edit(config -> config.put("root.path", "shell")
                .put("root.readonly", true)
                .put("process.args", List.of("sh", "-c", LOOK))
                .add(
                        "mounts",
                        Map.of(
                                "destination",
                                "/v",
                                "type",
                                "bind",
                                "source",
                                "volume",
                                "options",
                                List.of("rbind", "ro", "nosuid", "noexec", "rprivate"))));
    }

    private static Oci.Result run(Oci oci, Optional<Path> filter, String... words) throws Exception {
        return filter.isPresent() ? oci.behind(filter.get(), words) : oci.run(words);
    }

    @ParameterizedTest
    @CsvSource({
        "open_tree, ENOSYS", "open_tree, EPERM", "mount_setattr, ENOSYS", "mount_setattr, EPERM",
        "clone3, ENOSYS", "clone3, EPERM", "close_range, ENOSYS", "close_range, EPERM"
    })
    void theContainerIsTheSame(String call, String answer) throws Exception {
        Optional<Path> filter = Optional.of(filter(directory, call, answer));
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            List<String> outputs = new ArrayList<>();
            for (Optional<Path> each : List.of(Optional.<Path>empty(), filter)) {
                Bundle bundle = bundle(oci);
                Oci.Result result =
                        run(oci, each, "run", "--bundle", bundle.directory().toString(), bundle.id());
                assertThat(result.error()).isEmpty();
                outputs.add(result.output().replace(bundle.id(), "ID"));
            }
            assertThat(outputs.getLast()).isEqualTo(outputs.getFirst()).contains("/v ro,nosuid,noexec");
            aWholeLife(oci, filter);
            aUserNamespace(oci, filter);
        }
    }

    private static void aWholeLife(Oci oci, Optional<Path> filter) throws Exception {
        Bundle bundle = bundle(oci).args("sleep", "1000");
        run(oci, filter, "create", "--bundle", bundle.directory().toString(), bundle.id())
                .succeeds();
        run(oci, filter, "start", bundle.id()).succeeds();
        Oci.Result exec = run(oci, filter, "exec", bundle.id(), "sh", "-c", "ls -d /proc/1; exit 9");
        assertThat(exec).isEqualTo(new Oci.Result(9, "/proc/1\n", ""));
        run(oci, filter, "delete", "--force", bundle.id()).succeeds();
    }

    private static void aUserNamespace(Oci oci, Optional<Path> filter) throws Exception {
        Map<String, Object> range = Map.of("containerID", 0, "hostID", 200_000, "size", 65536);
        Bundle bundle = bundle(oci).args("id", "-u");
        for (Path above = bundle.directory(); above.startsWith("/tmp/"); above = above.getParent()) {
            assertThat(new ProcessBuilder("chmod", "a+rx", above.toString())
                            .start()
                            .waitFor())
                    .isZero(); // without open_tree there is no way around them
        }
        Path shell = bundle.directory().resolve("shell");
        assertThat(new ProcessBuilder("chown", "-R", "200000:200000", shell.toString())
                        .start()
                        .waitFor())
                .isZero();
        bundle.edit(config -> config.add("linux.namespaces", Map.of("type", "user"))
                .put("linux.uidMappings", List.of(range))
                .put("linux.gidMappings", List.of(range))
                .remove("linux.sysctl"));
        assertThat(run(oci, filter, "run", "--bundle", bundle.directory().toString(), bundle.id())
                        .succeeds()
                        .output())
                .isEqualTo("0\n");
    }

    @ParameterizedTest
    @CsvSource({"open_tree", "mount_setattr"})
    void whatHasNoOlderWayIsRefusedByName(String call) throws Exception {
        Path filter = filter(directory, call, "ENOSYS");
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            Map<String, Object> deep =
                    Map.of("destination", "/w", "type", "bind", "source", "volume", "options", List.of("rbind", "rro"));
            Bundle bundle = bundle(oci).edit(config -> config.add("mounts", deep));
            Oci.Result result =
                    oci.behind(filter, "run", "--bundle", bundle.directory().toString(), bundle.id());
            result.fails("estiba-oci run failed: bind volume to /w (rbind,rro) needs " + call
                    + "(2), which this kernel has not got, or a filter around this process forbids");
            assertThat(oci.states().resolve(bundle.id())).doesNotExist();
        }
    }
}
