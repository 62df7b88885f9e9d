package dev.estiba.testkit.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers in version 2's hierarchy. */
@Tag("kernel")
class UnifiedKernelTest {
    @TempDir
    private Path directory = Path.of("/");

    /** Without limits, which need controllers that a hybrid host's version 2 tree has not. */
    private static Bundle bundle(Oci oci, String id) throws Exception {
        return oci.bundle(id).edit(config -> {
            for (String limit : List.of("memory", "cpu", "pids", "blockIO")) {
                config.remove("linux.resources." + limit);
            }
        });
    }

    private static String running(Oci oci) throws Exception {
        String id = oci.newId();
        oci.create(bundle(oci, id));
        oci.run("start", id).succeeds();
        return id;
    }

    private static String group(String id, String file) throws Exception {
        return Files.readString(Oci.unifiedFile(id, file)).strip();
    }

    /** Init is in it from its first moment on, and an exec's process joins it. */
    @Test
    void itsProcessesAreInItsGroup() throws Exception {
        try (Oci oci = Oci.unified(directory)) {
            String id = running(oci);
            long pid = oci.state(id).number("pid");
            assertThat(group(id, "cgroup.procs")).isEqualTo(Long.toString(pid));
            assertThat(Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))).contains("0::/estiba-test/" + id);
            Path pidFile = directory.resolve("exec.pid");
            oci.run("exec", "--detach", "--pid-file", pidFile.toString(), id, Bundle.PROBE, "sleep", "1000")
                    .succeeds();
            assertThat(group(id, "cgroup.procs").lines())
                    .containsExactlyInAnyOrder(Long.toString(pid), Files.readString(pidFile));
            assertThat(oci.run("ps", "--format", "json", id).succeeds().output())
                    .contains(Files.readString(pidFile));
            oci.run("kill", "--all", id, "KILL").succeeds();
            oci.becomes(id, "stopped");
            oci.run("delete", id).succeeds();
            assertThat(Oci.unifiedFile(id, "cgroup.procs")).doesNotExist();
        }
    }

    @Test
    void frozenAndThawed() throws Exception {
        try (Oci oci = Oci.unified(directory)) {
            String id = running(oci);
            oci.run("pause", id).succeeds();
            assertThat(group(id, "cgroup.events")).contains("frozen 1");
            assertThat(oci.status(id)).isEqualTo("paused");
            oci.run("pause", id).fails("container not running");
            assertThat(oci.run("exec", id, Bundle.PROBE, "ids").error())
                    .contains("cannot exec in a paused container (use --ignore-paused to override)");
            oci.run("resume", id).succeeds();
            assertThat(oci.status(id)).isEqualTo("running");
            oci.run("resume", id).fails("container not paused");
            oci.run("pause", id).succeeds();
            oci.run("delete", "--force", id).succeeds();
            assertThat(Oci.unifiedFile(id, "cgroup.procs")).doesNotExist();
        }
    }

    @Test
    void aGroupThatIsUsedIsLeftAlone() throws Exception {
        try (Oci oci = Oci.unified(directory)) {
            String id = running(oci);
            String other = oci.newId();
            Bundle bundle = bundle(oci, other).edit(config -> config.put("linux.cgroupsPath", "/estiba-test/" + id));
            assertThat(oci.run("create", "--bundle", bundle.directory().toString(), other)
                            .error())
                    .contains("container's cgroup is not empty: /sys/fs/cgroup/estiba-test/" + id);
            assertThat(oci.status(id)).isEqualTo("running");
            assertThat(oci.states().resolve(other)).doesNotExist();
        }
    }

    @Test
    void anEmptyGroupIsTakenAndAFrozenOneIsNot() throws Exception {
        try (Oci oci = Oci.unified(directory)) {
            String id = oci.newId();
            Files.createDirectories(Oci.unifiedFile(id, "x").getParent());
            Files.writeString(Oci.unifiedFile(id, "cgroup.freeze"), "1");
            Bundle bundle = bundle(oci, id);
            assertThat(oci.run("create", "--bundle", bundle.directory().toString(), id)
                            .error())
                    .contains("container's cgroup unexpectedly frozen: /sys/fs/cgroup/estiba-test/" + id);
            assertThat(Oci.unifiedFile(id, "cgroup.freeze")).exists();
            Files.writeString(Oci.unifiedFile(id, "cgroup.freeze"), "0");
            oci.create(bundle);
            oci.run("delete", "--force", id).succeeds();
        }
    }

    /** Nodes can be made of any device (the kernel's log is one, 1:11), but not opened. */
    @Test
    void devicesAreKeptFromIt() throws Exception {
        try (Oci oci = Oci.unified(directory)) {
            String id = running(oci);
            assertThat(oci.run(
                                    "exec",
                                    id,
                                    Bundle.PROBE,
                                    "mknod",
                                    "/dev/log11",
                                    "c",
                                    "1",
                                    "11",
                                    "--",
                                    "open",
                                    "/dev/log11",
                                    "r",
                                    "--",
                                    "open",
                                    "/dev/zero",
                                    "rw")
                            .succeeds()
                            .output())
                    .contains("\"path\":\"/dev/log11\",\"ok\":true")
                    .contains("\"path\":\"/dev/log11\",\"ok\":false,\"call\":\"open\",\"errno\":\"EPERM\"")
                    .contains("\"path\":\"/dev/zero\",\"ok\":true");
        }
    }

    @Test
    void filesByTheirOwnNames() throws Exception {
        try (Oci oci = Oci.unified(directory)) {
            String id = oci.newId();
            oci.create(bundle(oci, id)
                    .edit(config -> config.put(
                            "linux.resources.unified", JsonObject.parse("{\"cgroup.max.descendants\": \"7\"}"))));
            assertThat(group(id, "cgroup.max.descendants")).isEqualTo("7");
        }
    }

    @Test
    void aControllerThatIsNotThere() throws Exception {
        try (Oci oci = Oci.unified(directory)) {
            assumeFalse(Files.readString(Oci.unifiedTree().resolve("cgroup.controllers"))
                    .contains("memory"));
            String id = oci.newId();
            Bundle bundle = oci.bundle(id);
            assertThat(oci.run("create", "--bundle", bundle.directory().toString(), id)
                            .error())
                    .contains("the controller pids is not in /sys/fs/cgroup/cgroup.controllers, which has none");
            assertThat(oci.states().resolve(id)).doesNotExist();
        }
    }
}
