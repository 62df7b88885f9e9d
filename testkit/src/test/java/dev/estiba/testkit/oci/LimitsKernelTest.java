package dev.estiba.testkit.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the kernel's files of version 1 groups say of a container's limits. */
@Tag("kernel")
class LimitsKernelTest {
    private static final String RUNTIMES = "dev.estiba.testkit.oci.Oci#runtimes";
    private static final long MIB = 1 << 20;
    private static final String LOOP = "7:0 ";

    @TempDir
    private Path directory = Path.of("/");

    private static String create(Oci oci, Consumer<JsonObject> change) throws Exception {
        String id = oci.newId();
        Bundle bundle = oci.bundle(id).edit(change);
        oci.create(bundle);
        return id;
    }

    private static JsonObject device(String field, long value) {
        return JsonObject.parse("{}").put("major", 7).put("minor", 0).put(field, value);
    }

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void blockDevices(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            String io = "linux.resources.blockIO.";
            String id = create(
                    oci,
                    config -> config.put(io + "weight", 300)
                            .put(io + "throttleReadBpsDevice", JsonObject.array(device("rate", MIB)))
                            .put(io + "throttleWriteBpsDevice", JsonObject.array(device("rate", 2 * MIB)))
                            .put(io + "throttleReadIOPSDevice", JsonObject.array(device("rate", 30)))
                            .put(io + "throttleWriteIOPSDevice", JsonObject.array(device("rate", 40))));
            boolean bfq = Files.exists(Oci.groupFile("blkio", id, "blkio.bfq.weight"));
            assertThat(Oci.group("blkio", id, bfq ? "blkio.bfq.weight" : "blkio.weight"))
                    .endsWith("300");
            assertThat(Oci.group("blkio", id, "blkio.throttle.read_bps_device")).isEqualTo(LOOP + MIB);
            assertThat(Oci.group("blkio", id, "blkio.throttle.write_bps_device"))
                    .isEqualTo(LOOP + 2 * MIB);
            assertThat(Oci.group("blkio", id, "blkio.throttle.read_iops_device"))
                    .isEqualTo(LOOP + 30);
            assertThat(Oci.group("blkio", id, "blkio.throttle.write_iops_device"))
                    .isEqualTo(LOOP + 40);
            oci.run("update", "--blkio-weight", "700", id).succeeds();
            assertThat(Oci.group("blkio", id, bfq ? "blkio.bfq.weight" : "blkio.weight"))
                    .endsWith("700");
        }
    }

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void hugePages(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            String id = create(
                    oci,
                    config -> config.put(
                            "linux.resources.hugepageLimits",
                            JsonObject.array(JsonObject.parse("{}")
                                    .put("pageSize", "2MB")
                                    .put("limit", 4 * MIB))));
            assertThat(Oci.group("hugetlb", id, "hugetlb.2MB.limit_in_bytes")).isEqualTo(Long.toString(4 * MIB));
            assertThat(Oci.group("hugetlb", id, "hugetlb.2MB.rsvd.limit_in_bytes"))
                    .isEqualTo(Long.toString(4 * MIB));
        }
    }

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void processors(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            String cpu = "linux.resources.cpu.";
            String id = create(
                    oci,
                    config -> config.put(cpu + "quota", 40_000)
                            .put(cpu + "period", 50_000)
                            .put(cpu + "burst", 10_000)
                            .put(cpu + "shares", 200));
            assertThat(Oci.group("cpu", id, "cpu.cfs_burst_us")).isEqualTo("10000");
            assertThat(Oci.group("cpu", id, "cpu.shares")).isEqualTo("200");
            oci.run("update", "--cpu-burst", "60000", "--cpu-quota", "60000", id)
                    .succeeds();
            assertThat(Oci.group("cpu", id, "cpu.cfs_burst_us")).isEqualTo("60000");
            assertThat(Oci.group("cpu", id, "cpu.cfs_quota_us")).isEqualTo("60000");
            assertThat(oci.run("update", "--cpu-share", "1", id).error())
                    .contains("the minimum allowed cpu-shares is 2");
            oci.run("update", "--cpu-idle", "1", id).succeeds();
            assertThat(Oci.group("cpu", id, "cpu.idle")).isEqualTo("1");
        }
    }

    @Test
    void aDocumentChangesWhatRuncPassesOver() throws Exception {
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            String id = oci.running();
            oci.run(Optional.of("""
                                    {"hugepageLimits": [{"pageSize": "2MB", "limit": 8388608}], "blockIO":
                                     {"throttleReadBpsDevice": [{"major": 7, "minor": 0, "rate": 5000}]}}"""), "update", "-r", "-", id).succeeds();
            assertThat(Oci.group("hugetlb", id, "hugetlb.2MB.limit_in_bytes")).isEqualTo("8388608");
            assertThat(Oci.group("blkio", id, "blkio.throttle.read_bps_device")).isEqualTo(LOOP + 5000);
            oci.run(Optional.of("{\"unified\": {\"memory.high\": \"1\"}}"), "update", "-r", "-", id)
                    .fails("invalid configuration: cannot use unified on cgroup v1");
        }
    }

    /** Before anything is made: the record is not there either. */
    @Test
    void aLimitOfAControllerThatTheHostLacks() throws Exception {
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            String id = oci.newId();
            Bundle bundle = oci.bundle(id)
                    .edit(config -> config.put(
                            "linux.resources.rdma",
                            JsonObject.parse("{}")
                                    .put("mlx5_1", JsonObject.parse("{}").put("hcaHandles", 3))));
            assumeFalse(Files.exists(Path.of("/sys/fs/cgroup/rdma")));
            Oci.Result result = oci.run("create", "--bundle", bundle.directory().toString(), id);
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.error())
                    .contains("cannot set rdma limit: container could not join or create cgroup")
                    .contains("no cgroup hierarchy of the controller rdma");
            assertThat(oci.states().resolve(id)).doesNotExist();
        }
    }
}
