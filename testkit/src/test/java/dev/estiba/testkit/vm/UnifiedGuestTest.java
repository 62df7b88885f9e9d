package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers where version 2 has all controllers. */
@GuestTest
class UnifiedGuestTest {
    private static final long MIB = 1 << 20;

    private final Guest guest;

    @TempDir
    private Path directory = Path.of("/");

    private GuestOci oci;

    UnifiedGuestTest(GuestKernel kernel, Guests guests) throws IOException {
        this.guest = guests.of(kernel);
        this.oci = new GuestOci(guest, directory);
    }

    @BeforeEach
    void open() {
        oci = new GuestOci(guest, directory);
    }

    @AfterEach
    void close() throws IOException {
        oci.close();
    }

    private String group(String id, String file) throws IOException {
        return guest.read("/sys/fs/cgroup/estiba-test/" + id + "/" + file).strip();
    }

    private static Bundle limited(Bundle bundle) throws IOException {
        return bundle.edit(config -> config.put("linux.resources", JsonObject.parse("""
                                {"memory": {"limit": 67108864, "swap": 134217728, "reservation": 33554432},
                                 "cpu": {"shares": 2000, "quota": 40000, "period": 50000, "cpus": "0", "mems": "0"},
                                 "pids": {"limit": 77}, "blockIO": {"weight": 500},
                                 "hugepageLimits": [{"pageSize": "2MB", "limit": 4194304}],
                                 "devices": [{"allow": false, "access": "rwm"}],
                                 "unified": {"memory.high": "50331648", "cgroup.max.descendants": "5"}}""")))
                .probe("sleep", "1000");
    }

    @Test
    void limitsAreWhatTheKernelSays() throws Exception {
        String id = oci.start(limited(oci.bundle()));
        assertThat(group(id, "memory.max")).isEqualTo(Long.toString(64 * MIB));
        assertThat(group(id, "memory.low")).isEqualTo(Long.toString(32 * MIB));
        assertThat(group(id, "memory.high")).isEqualTo(Long.toString(48 * MIB));
        assertThat(group(id, "cpu.weight")).isEqualTo("170");
        assertThat(group(id, "cpu.max")).isEqualTo("40000 50000");
        assertThat(group(id, "cpuset.cpus")).isEqualTo("0");
        assertThat(group(id, "pids.max")).isEqualTo("77");
        assertThat(group(id, "hugetlb.2MB.max")).isEqualTo(Long.toString(4 * MIB));
        assertThat(group(id, "cgroup.max.descendants")).isEqualTo("5");
        assertThat(guest.read("/sys/fs/cgroup/cgroup.subtree_control"))
                .contains("memory")
                .contains("pids");
    }

    @Test
    void limitsAreChanged() throws Exception {
        String id = oci.start(limited(oci.bundle()));
        oci.oci("update", "--memory", "80M", "--memory-swap", "100M", "--pids-limit", "55", "--cpu-share", "1024", id)
                .succeeds();
        assertThat(group(id, "memory.max")).isEqualTo(Long.toString(80 * MIB));
        assertThat(group(id, "pids.max")).isEqualTo("55");
        assertThat(group(id, "cpu.weight")).isEqualTo("100");
        oci.oci("update", "--cpu-period", "20000", id).succeeds();
        assertThat(group(id, "cpu.max")).isEqualTo("40000 20000");
        oci.oci("update", "--cpu-quota", "10000", id).succeeds();
        assertThat(group(id, "cpu.max")).isEqualTo("10000 20000");
        oci.oci("update", "--cpu-quota", "-1", id).succeeds();
        oci.oci("update", "--cpu-period", "30000", id).succeeds();
        assertThat(group(id, "cpu.max")).isEqualTo("max 30000");
        assertThat(oci.oci("update", "--pids-limit", "66", "--cpuset-cpus", "999", id)
                        .status())
                .isEqualTo(1);
        assertThat(group(id, "pids.max")).isEqualTo("55");
    }

    /** A document may ask not to kill what uses more. */
    @Test
    void aLimitBelowWhatIsUsedIsRefusedWhenThatIsAskedFor() throws Exception {
        String id = oci.start(limited(oci.bundle()));
        guest.run("echo '{\"memory\": {\"limit\": 4096, \"checkBeforeUpdate\": true}}' >/run/limits")
                .succeeds();
        assertThat(oci.oci("update", "-r", "/run/limits", id).error()).contains("rejecting memory limit 4096 <= usage");
        assertThat(group(id, "memory.max")).isEqualTo(Long.toString(64 * MIB));
        guest.run("echo '{\"memory\": {\"limit\": 99999999, \"checkBeforeUpdate\": true}}' >/run/limits")
                .succeeds();
        oci.oci("update", "-r", "/run/limits", id).succeeds();
    }

    @Test
    void statistics() throws Exception {
        String id = oci.start(limited(oci.bundle()));
        JsonObject event =
                JsonObject.parse(oci.oci("events", "--stats", id).succeeds().output());
        assertThat(event.text("type")).isEqualTo("stats");
        assertThat(event.number("data.pids.current")).isEqualTo(1);
        assertThat(event.number("data.pids.limit")).isEqualTo(77);
        assertThat(event.number("data.memory.usage.limit")).isEqualTo(64 * MIB);
        assertThat(event.number("data.memory.usage.usage")).isPositive();
        assertThat(event.number("data.cpu.usage.total")).isPositive();
        assertThat(event.has("data.memory.raw.anon")).isTrue();
    }

    /** Each interval's statistics, and that the kernel has killed in it. */
    @Test
    void eventsTellOfKills() throws Exception {
        String id = oci.create(oci.bundle()
                .edit(config -> config.put(
                        "linux.resources", JsonObject.parse("{\"memory\": {\"limit\": 33554432, \"swap\": 33554432}}")))
                .probe("forked", "memhog", "200", "--", "sleep", "1000"));
        guest.run("estiba-oci events --interval 500ms " + id
                        + " >/run/events 2>&1 </dev/null & sleep 1; estiba-oci start " + id)
                .succeeds();
        guest.run("for round in $(seq 30); do grep -q '\"oom\"' /run/events && exit; sleep 0.5; done; exit 1")
                .succeeds();
        oci.oci("kill", id, "KILL").succeeds();
        assertThat(guest.read("/run/events"))
                .contains("{\"type\":\"oom\",\"id\":\"" + id + "\"}")
                .contains("{\"type\":\"stats\"");
    }

    /** The kernel's program is exchanged: what was denied is allowed, and the other way round. */
    @Test
    void deviceRulesAreReplaced() throws Exception {
        String id = oci.start(limited(oci.bundle()));
        oci.oci("exec", id, "/bin/probe", "mknod", "/dev/fuse", "c", "10", "229")
                .succeeds();
        assertThat(opens(id)).contains("EPERM");
        update(id, ", {\"allow\": true, \"type\": \"c\", \"major\": 10, \"minor\": 229, \"access\": \"rw\"}");
        assertThat(opens(id)).doesNotContain("EPERM"); // it opens, or there is no such driver
        update(id, "");
        assertThat(opens(id)).contains("EPERM");
    }

    private String opens(String id) throws IOException {
        return oci.oci("exec", id, "/bin/probe", "open", "/dev/fuse", "rw").output();
    }

    private void update(String id, String rule) throws IOException {
        guest.run("echo " + Guest.quote("{\"devices\": [{\"allow\": false, \"access\": \"rwm\"}" + rule + "]}")
                        + " >/run/devices")
                .succeeds();
        assertThat(oci.oci("update", "-r", "/run/devices", id).succeeds().error())
                .isEmpty();
    }

    @Test
    void devicesAreKeptFromIt() throws Exception {
        String id = oci.start(oci.bundle().probe("sleep", "1000"));
        assertThat(oci.oci(
                                "exec",
                                id,
                                "/bin/probe",
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
                        .output())
                .contains("\"path\":\"/dev/log11\",\"ok\":true")
                .contains("\"path\":\"/dev/log11\",\"ok\":false,\"call\":\"open\",\"errno\":\"EPERM\"")
                .contains("\"path\":\"/dev/zero\",\"ok\":true");
    }

    /** A group of the container's own, and the files that are handed to it. */
    @Test
    void theContainersRootOwnsItsGroup() throws Exception {
        String id = oci.start(oci.bundle()
                .edit(
                        config -> config.remove("linux.sysctl")
                                .add("linux.namespaces", Map.of("type", "user"))
                                .add("linux.namespaces", Map.of("type", "cgroup"))
                                .put(
                                        "linux.uidMappings",
                                        JsonObject.array(JsonObject.parse(
                                                "{\"containerID\": 0, \"hostID\": 100000, \"size\": 65536}")))
                                .put(
                                        "linux.gidMappings",
                                        JsonObject.array(JsonObject.parse(
                                                "{\"containerID\": 0, \"hostID\": 100000, \"size\": 65536}")))
                                .put(
                                        "mounts",
                                        JsonObject.array(
                                                JsonObject.parse(
                                                        "{\"destination\": \"/proc\", \"type\": \"proc\", \"source\": \"proc\"}"),
                                                JsonObject.parse(
                                                        "{\"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": \"tmpfs\"}"),
                                                JsonObject.parse(
                                                        "{\"destination\": \"/sys\", \"type\": \"sysfs\", \"source\": \"sysfs\","
                                                                + " \"options\": [\"nosuid\", \"noexec\", \"nodev\", \"ro\"]}"),
                                                JsonObject.parse(
                                                        "{\"destination\": \"/sys/fs/cgroup\", \"type\": \"cgroup\","
                                                                + " \"source\": \"cgroup\", \"options\": [\"nosuid\", \"noexec\", \"nodev\"]}"))))
                .probe("sleep", "1000"));
        String at = "/sys/fs/cgroup/estiba-test/" + id;
        assertThat(guest.run("stat -c %u " + at + " " + at + "/cgroup.procs " + at + "/cgroup.subtree_control " + at
                                + "/pids.max")
                        .succeeds()
                        .output())
                .isEqualTo("100000\n100000\n100000\n0\n");
        oci.oci(
                        "exec",
                        id,
                        "/bin/sh",
                        "-c",
                        "/bin/busybox mkdir /sys/fs/cgroup/mine && /bin/busybox rmdir /sys/fs/cgroup/mine")
                .succeeds();
    }
}
