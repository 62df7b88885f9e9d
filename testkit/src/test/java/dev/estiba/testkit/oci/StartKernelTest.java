package dev.estiba.testkit.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.bundle.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a start refuses on this kernel, and whom it adopts. */
@Tag("kernel")
class StartKernelTest {
    @TempDir
    private Path directory = Path.of("/");

    /** CVE-2022-0532 by a path: the runtime's own network namespace is the host's, however it is called. */
    @Test
    void aSysctlOfTheHostsNetworkIsRefusedByPathAsWell() throws Exception {
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            String id = oci.newId();
            Path key = Path.of("/proc/sys/net/ipv4/ip_default_ttl");
            String before = Files.readString(key);
            Bundle bundle = oci.bundle(id)
                    .edit(config -> config.put("linux.sysctl", Map.of("net.ipv4.ip_default_ttl", "77"))
                            .put(
                                    "linux.namespaces",
                                    List.of(
                                            Map.of("type", "mount"),
                                            Map.of("type", "pid"),
                                            Map.of("type", "uts"),
                                            Map.of("type", "ipc"),
                                            Map.of("type", "network", "path", "/proc/self/ns/net"))));
            oci.run("create", "--bundle", bundle.directory().toString(), id)
                    .fails("estiba-oci create failed: sysctl \"net.ipv4.ip_default_ttl\" not allowed in host"
                            + " network namespace");
            assertThat(Files.readString(key)).isEqualTo(before);
            assertThat(oci.states().resolve(id)).doesNotExist();
        }
    }

    /** The host's tree is under the container's root then, and nothing leads to it. */
    @Test
    void withoutPivotTheRootIsMovedOverTheHosts() throws Exception {
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            String id = oci.newId();
            Bundle bundle = oci.bundle(id).probe("ls", "/", "--", "mountinfo", "/", "--", "sysctl", "kernel.shmmax");
            Oci.Result run = oci.run(
                            "run", "--no-pivot", "--bundle", bundle.directory().toString(), id)
                    .succeeds();
            Answers answers = Answers.parse(run.output());
            assertThat(answers.of("ls").texts("names")).contains("bin", "proc").doesNotContain("boot", "lib");
            assertThat(answers.of("mountinfo").objects("mounts")).hasSize(1);
        }
    }

    /** Behind Docker's filter, which answers clone3(2) with ENOSYS. */
    @Test
    void aHookInTheContainerStartsBehindItsFilter() throws Exception {
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            String id = oci.newId();
            Bundle bundle = oci.bundle(id)
                    .edit(config -> config.add(
                            "hooks.startContainer",
                            Map.of("path", "/bin/probe", "args", List.of("probe", "create", "/started"))));
            oci.create(bundle);
            oci.run("start", id).succeeds();
            for (int i = 0; i < 100 && !Files.exists(bundle.rootfs().resolve("started")); i++) {
                Thread.sleep(20);
            }
            assertThat(bundle.rootfs().resolve("started")).exists();
        }
    }

    /** Where a container has no pid namespace of its own, whoever waits for it in the foreground. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void orphansAreAdoptedInTheForeground(boolean adopts) throws Exception {
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            String id = oci.newId();
            Path busybox = Stream.of(
                            "/usr/bin/busybox",
                            "/bin/busybox",
                            System.getProperty("estiba.repo") + "/build/peers/bin/busybox")
                    .map(Path::of)
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElse(Path.of("/nowhere"));
            assumeTrue(Files.exists(busybox), "no static busybox on this machine, nor among the peers");
            Bundle bundle = oci.bundle(id);
            Files.copy(busybox, bundle.directory().resolve("rootfs/busybox"));
            bundle.edit(config -> config.put(
                            "linux.namespaces",
                            List.of(
                                    Map.of("type", "mount"),
                                    Map.of("type", "uts"),
                                    Map.of("type", "ipc"),
                                    Map.of("type", "network")))
                    .put(
                            "process.args",
                            List.of("/busybox", "sh", "-c", "(/busybox sleep 999 &); exec /busybox sleep 1000")));
            List<String> words = new ArrayList<>(
                    List.of("run", "--bundle", bundle.directory().toString(), id));
            if (!adopts) {
                words.add(1, "--no-subreaper");
            }
            Path none = Path.of("/dev/null");
            Process run = oci.start(none, none, none, words.toArray(new String[0]));
            Optional<Long> orphan = Optional.empty();
            for (int i = 0; i < 500 && orphan.isEmpty(); i++) {
                Thread.sleep(20);
                orphan = orphan(id);
            }
            // Its shell may still be about to end, and what was found may be the shell itself.
            boolean adopted = !adopts;
            for (int i = 0; i < 200 && adopted != adopts; i++) {
                Thread.sleep(20);
                Path file =
                        Path.of("/proc/" + orphan(id).or(() -> Optional.of(1L)).orElseThrow() + "/stat");
                String stat = Files.exists(file) ? Files.readString(file) : ") ? 0";
                adopted =
                        Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[1]) == run.pid();
            }
            assertThat(adopted).isEqualTo(adopts);
            oci.run("kill", id, "KILL").succeeds();
            assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(run.exitValue()).isEqualTo(137);
        }
    }

    /** The process that sleeps for 999 seconds, once its parent has ended. */
    private static Optional<Long> orphan(String id) throws IOException {
        Path procs = Oci.groupFile("freezer", id, "cgroup.procs");
        if (!Files.exists(procs)) {
            return Optional.empty();
        }
        List<String> pids = Files.readAllLines(procs);
        for (String pid : pids) {
            try {
                if (Files.readString(Path.of("/proc", pid, "cmdline")).contains("999") && pids.size() == 2) {
                    return Optional.of(Long.parseLong(pid));
                }
            } catch (NoSuchFileException gone) {
                // The shell between the two, which ends as it is looked at.
            }
        }
        return Optional.empty();
    }
}
