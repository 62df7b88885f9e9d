package dev.estiba.testkit.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** update, events, ps and list on living containers; spec, features and version. */
@Tag("kernel")
class ResourcesKernelTest {
    private static final String RUNTIMES = "dev.estiba.testkit.oci.Oci#runtimes";
    private static final String MEMORY = "memory.limit_in_bytes";
    private static final String SWAP = "memory.memsw.limit_in_bytes";
    private static final long MIB = 1 << 20;

    @TempDir
    private Path directory = Path.of("/");

    private static void assertMemory(String id, long memory, long both) throws Exception {
        assertThat(Oci.group("memory", id, MEMORY)).isEqualTo(Long.toString(memory * MIB));
        assertThat(Oci.group("memory", id, SWAP)).isEqualTo(Long.toString(both * MIB));
    }

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void memoryIsRaisedAndLowered(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            String id = oci.running();
            for (int[] pair : new int[][] {{100, 200}, {20, 40}, {300, 400}, {30, 400}, {30, 30}}) {
                oci.run("update", "--memory", pair[0] + "M", "--memory-swap", pair[1] + "m", id)
                        .succeeds();
                assertMemory(id, pair[0], pair[1]);
            }
            oci.run("update", "--memory", "-1", id).succeeds();
            assertThat(Oci.group("memory", id, SWAP)).isEqualTo("9223372036854771712");
            oci.run("update", "--memory", "lots", id).fails("invalid value for memory: invalid size: 'lots'");
        }
    }

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void processorsProcessesAndDocuments(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            String id = oci.running();
            oci.run("update", "--cpu-quota", "5000", "--cpu-period", "10000", "--cpu-share", "100", id)
                    .succeeds();
            assertThat(Oci.group("cpu", id, "cpu.cfs_quota_us")).isEqualTo("5000");
            assertThat(Oci.group("cpu", id, "cpu.cfs_period_us")).isEqualTo("10000");
            assertThat(Oci.group("cpu", id, "cpu.shares")).isEqualTo("100");
            oci.run("update", "--cpuset-cpus", "0", id).succeeds();
            assertThat(Oci.group("cpuset", id, "cpuset.cpus")).isEqualTo("0");
            oci.run("update", "--pids-limit", "-1", id).succeeds();
            assertThat(Oci.group("pids", id, "pids.max")).isEqualTo("max");
            String document = "{\"pids\":{\"limit\":33},\"memory\":{\"limit\":50331648,\"swap\":67108864}}";
            oci.run(Optional.of(document), "update", "--resources", "-", id).succeeds();
            assertThat(Oci.group("pids", id, "pids.max")).isEqualTo("33");
            assertMemory(id, 48, 64);
        }
    }

    @Test
    void aRefusedLimitChangesNothing() throws Exception {
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            String id = oci.running();
            oci.run("update", "--memory", "30M", "--memory-swap", "50M", id).succeeds();
            String file = Oci.groupFile("cpuset", id, "cpuset.cpus").toString();
            oci.run(
                            "update",
                            "--memory",
                            "20M",
                            "--memory-swap",
                            "90M",
                            "--cpu-share",
                            "77",
                            "--cpuset-cpus",
                            "999",
                            id)
                    .fails("failed to write \"999\": write " + file + ": numerical result out of range");
            assertMemory(id, 30, 50);
            assertThat(Oci.group("cpu", id, "cpu.shares")).isEqualTo("1024");
            oci.run("update", "--memory", "300M", "--memory-swap", "200M", id)
                    .fails("failed to write \"314572800\": write " + Oci.groupFile("memory", id, MEMORY)
                            + ": invalid argument");
            assertMemory(id, 30, 50);
            oci.run(Optional.of("{\"rdma\":{\"mlx\":{\"hcaHandles\":3}}}"), "update", "-r", "-", id)
                    .fails("the container has no cgroup of the controller rdma, which rdma.max belongs to");
        }
    }

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void statistics(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            String id = oci.running();
            JsonObject event =
                    JsonObject.parse(oci.run("events", "--stats", id).succeeds().output());
            assertThat(event.text("type")).isEqualTo("stats");
            assertThat(event.text("id")).isEqualTo(id);
            assertThat(event.number("data.pids.current")).isEqualTo(1);
            assertThat(event.number("data.pids.limit")).isEqualTo(100);
            assertThat(event.number("data.memory.usage.limit")).isEqualTo(64 * MIB);
            assertThat(event.number("data.memory.raw.hierarchical_memory_limit"))
                    .isEqualTo(64 * MIB);
            assertThat(event.number("data.cpu.usage.total")).isPositive();
            assertThat(event.list("data.cpuset.mems")).containsExactly(0L);
            oci.run("events", "--interval", "0s", id).fails("duration interval must be greater than 0");
        }
    }

    /** Statistics at each interval, the event of lacking memory between, an end with the container's. */
    @Test
    void eventsUntilTheEnd() throws Exception {
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            String id = oci.newId();
            oci.create(oci.bundle(id).probe("forked", "memhog", "200", "--", "sleep", "1000"));
            Path out = directory.resolve("events");
            Path err = directory.resolve("errors");
            Process events = oci.start(Path.of("/dev/null"), out, err, "events", "--interval", "150ms", id);
            for (int i = 0; i < 200 && Files.size(out) == 0; i++) {
                Thread.sleep(20);
            }
            oci.run("start", id).succeeds();
            for (int i = 0; i < 200 && !Files.readString(out).contains("\"oom\""); i++) {
                Thread.sleep(20);
            }
            oci.run("kill", id, "KILL").succeeds();
            assertThat(events.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(events.exitValue()).as(Files.readString(err)).isZero();
            List<String> lines = Files.readAllLines(out);
            assertThat(lines).contains("{\"type\":\"oom\",\"id\":\"" + id + "\"}");
            assertThat(lines.stream()
                            .filter(line -> line.startsWith("{\"type\":\"stats\""))
                            .count())
                    .isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void processes(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            String id = oci.running();
            long pid = oci.state(id).number("pid");
            assertThat(oci.run("ps", "--format", "json", id).succeeds().output())
                    .isEqualTo("[" + pid + "]\n");
            List<String> lines = oci.run("ps", id, "-o", "pid,comm")
                    .succeeds()
                    .output()
                    .lines()
                    .toList();
            assertThat(lines).hasSize(2);
            assertThat(lines.getFirst().strip()).isEqualTo("PID COMMAND");
            assertThat(lines.getLast().strip()).isEqualTo(pid + " probe");
            assertThat(oci.run("ps", id).succeeds().output().lines()).hasSize(2);
            oci.run("ps", id, "-o", "comm").fails("couldn't find PID field in ps output");
            oci.run("ps", "--format", "xml", id).fails("invalid format option");
            oci.run("kill", id, "KILL").succeeds();
            oci.becomes(id, "stopped");
            assertThat(oci.run("ps", "--format", "json", id).succeeds().output())
                    .isEqualTo("null\n");
        }
    }

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void listed(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            assertThat(oci.run("list", "--format", "json").succeeds().output()).isEqualTo("null\n");
            String created = oci.create();
            String running = oci.running();
            assertThat(oci.run("list", "--quiet").succeeds().output()).isEqualTo(created + "\n" + running + "\n");
            JsonObject json = JsonObject.parse(
                    "{\"all\":" + oci.run("list", "--format", "json").succeeds().output() + "}");
            assertThat(json.objects("all").stream().map(each -> each.text("status")))
                    .containsExactly("created", "running");
            assertThat(json.objects("all").getFirst().text("owner")).isEqualTo("root");
            oci.run("list", "--format", "xml").fails("invalid format option");
            Files.createDirectory(oci.states().resolve("broken"));
            Oci.Result table = oci.run("list").succeeds();
            assertThat(table.error()).isEqualTo("load container broken: container does not exist\n");
            assertThat(table.output().lines().toList())
                    .hasSize(3)
                    .first()
                    .asString()
                    .matches("ID +PID +STATUS +BUNDLE +CREATED +OWNER");
            assertThat(table.output())
                    .containsPattern(running + " +" + oci.state(running).number("pid") + " +running +/");
        }
    }

    @Test
    void aStartingConfigurationIsNeverOverwritten() throws Exception {
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            oci.run("spec", "--bundle", directory.toString()).succeeds();
            JsonObject config = JsonObject.parse(Files.readAllBytes(directory.resolve("config.json")));
            assertThat(config.texts("process.args")).containsExactly("sh");
            oci.run("spec", "--bundle", directory.toString()).fails("File config.json exists. Remove it first");
            oci.run("spec", "--bundle", directory + "/nowhere")
                    .fails("chdir " + directory + "/nowhere: no such file or directory");
        }
    }

    @Test
    void versionAndFeatures() throws Exception {
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            assertThat(oci.run("--version").succeeds().output())
                    .matches("estiba-oci version \\S+\ncommit: [0-9a-f]{16}\nspec: 1\\.3\\.0\n");
            JsonObject features =
                    JsonObject.parse(oci.run("features").succeeds().output());
            assertThat(features.text("ociVersionMax")).isEqualTo("1.3.0");
            assertThat(features.texts("linux.namespaces")).contains("pid", "mount", "user");
            oci.run("checkpoint", "x").fails("checkpoint is not built yet");
            oci.run("--systemd-cgroup", "state", "x").fails("--systemd-cgroup is not built yet");
        }
    }
}
