package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.Attachment;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.DeviceMapping;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.ListOptions;
import dev.estiba.api.Mount;
import dev.estiba.api.MountPoint;
import dev.estiba.api.Resources;
import dev.estiba.api.StartOptions;
import dev.estiba.api.Ulimit;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was asked for, seen from inside of the container and in the kernel's files. */
@Tag("kernel")
class EngineConfigurationKernelTest {
    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private EngineRoom room;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, rootfs);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        room.close();
    }

    private String inside(
            UnaryOperator<ContainerConfig.Builder> config, UnaryOperator<HostConfig.Builder> host, String script)
            throws Exception {
        EngineRoom.Outcome outcome =
                room.run(room.request(config, each -> host.apply(each).autoRemove(true), "sh", "-c", script));
        assertThat(outcome.err()).isEmpty();
        return outcome.out().strip();
    }

    private String inside(UnaryOperator<HostConfig.Builder> host, String script) throws Exception {
        return inside(UnaryOperator.identity(), host, script);
    }

    @Test
    void environmentUserDirectoryAndName() throws Exception {
        assertThat(inside(
                        config -> config.env(List.of("A=1", "PATH=/bin"))
                                .user("sailor")
                                .workingDir("/tmp/made")
                                .hostname("quay"),
                        UnaryOperator.identity(),
                        "echo $A $PATH $HOME $HOSTNAME; pwd; id -u; hostname; cat /etc/hostname"))
                .isEqualTo("1 /bin /berth/sailor quay\n/tmp/made\n1000\nquay\nquay");
    }

    @Test
    void memoryAndProcessesAreLimited() throws Exception {
        Resources limits = Resources.builder()
                .memory(64 << 20)
                .nanoCpus(500_000_000)
                .pidsLimit(23)
                .cpuShares(512)
                .build();
        assertThat(inside(
                        host -> host.resources(limits),
                        "cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes"
                                + " cpu/cpu.cfs_quota_us cpu/cpu.shares pids/pids.max"))
                .isEqualTo("67108864\n134217728\n50000\n512\n23");
    }

    @Test
    void capabilitiesAreAddedAndDropped() throws Exception {
        String effective = "cat /proc/self/status | while read a b; do [ $a = CapEff: ] && echo $b; done; true";
        assertThat(inside(UnaryOperator.identity(), effective)).isEqualTo("00000000a80425fb");
        assertThat(inside(host -> host.capDrop(List.of("ALL")).capAdd(List.of("NET_RAW", "cap_chown")), effective))
                .isEqualTo("0000000000002001");
    }

    @Test
    void theRootIsReadOnlyWhenAsked() throws Exception {
        assertThat(inside(
                        host -> host.readonlyRootfs(true).tmpfs(Map.of("/run", "size=1m,mode=700")),
                        "touch /mark 2>/dev/null || echo refused; touch /run/mark && echo made"))
                .isEqualTo("refused\nmade");
    }

    @Test
    void directoriesOfTheHostAreBound() throws Exception {
        Path there = Files.createDirectories(directory.resolve("there"));
        Files.writeString(there.resolve("cargo"), "salt\n");
        Path missing = directory.resolve("not/yet");
        assertThat(inside(
                        host -> host.binds(List.of(there + ":/in:ro", missing + ":/made")),
                        "cat /in/cargo; touch /in/x 2>/dev/null || echo refused; echo back >/made/it"))
                .isEqualTo("salt\nrefused");
        assertThat(missing.resolve("it")).hasContent("back\n");
    }

    @Test
    void whatHasGoneFromTheHostIsMissedAtAStartAlone() throws Exception {
        Path there = Files.createDirectories(directory.resolve("there"));
        Path hole = directory.resolve("hole");
        assertThat(new ProcessBuilder("mknod", hole.toString(), "c", "1", "3")
                        .start()
                        .waitFor())
                .isZero();
        Resources resources = Resources.builder()
                .devices(List.of(new DeviceMapping(hole.toString(), "/dev/hole", "rw")))
                .build();
        CreateRequest request = room.request(
                UnaryOperator.identity(),
                host -> host.resources(resources)
                        .mounts(List.of(Mount.builder()
                                .type("bind")
                                .source(there.toString())
                                .target("/in")
                                .build())),
                "sleep",
                "600");
        String id = room.started(request);
        Files.delete(there);
        Files.delete(hole);

        assertThat(room.engine.listContainers(new ListOptions(false, 0, false, Map.of())))
                .extracting(ContainerSummary::id)
                .containsExactly(id);
        assertThat(room.engine.inspectContainer(id).mounts())
                .extracting(MountPoint::source)
                .containsExactly(there.toString());
        ExecCreateRequest exec = new ExecCreateRequest(
                "", false, false, Optional.empty(), false, true, true, "", List.of(), "", List.of("echo", "aboard"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Attachment attachment = room.engine.startExec(
                room.engine.createExec(id, exec), new ExecStartRequest(false, false, Optional.empty()))) {
            EngineRoom.drain(attachment, out, out);
        }
        assertThat(out).hasToString("aboard\n");

        room.engine.killContainer(id, "SIGKILL");
        assertThat(room.await(id)).isEqualTo(137);
        assertThatThrownBy(() -> room.engine.startContainer(id, StartOptions.DEFAULT))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("bind source path does not exist: " + there);
        Files.createDirectory(there);
        assertThatThrownBy(() -> room.engine.startContainer(id, StartOptions.DEFAULT))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("adding custom device \"" + hole + "\": no such file or directory");
        assertThatThrownBy(() -> room.create(request)).hasMessageContaining(hole.toString());
    }

    @Test
    void limitsDevicesAndSysctls() throws Exception {
        Resources resources = Resources.builder()
                .ulimits(List.of(new Ulimit("nofile", 512, 256)))
                .devices(List.of(new DeviceMapping("/dev/null", "/dev/hole", "rw")))
                .build();
        assertThat(
                        inside(
                                host -> host.resources(resources).sysctls(Map.of("net.ipv4.ip_default_ttl", "77")),
                                "ulimit -Sn; ulimit -Hn; cat /proc/sys/net/ipv4/ip_default_ttl; echo x >/dev/hole && [ -c /dev/hole ] && echo device"))
                .isEqualTo("256\n512\n77\ndevice");
    }

    @Test
    void theHostsNamespacesAreSharedWhenAsked() throws Exception {
        String own = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        String shared = inside(host -> host.networkMode("host"), "busybox readlink /proc/self/ns/net");
        assertThat(shared).isEqualTo(own);
        assertThat(inside(UnaryOperator.identity(), "busybox readlink /proc/self/ns/net"))
                .isNotEqualTo(own);
        assertThat(inside(
                        host -> host.pidMode("host"),
                        "[ -d /proc/" + ProcessHandle.current().pid() + " ] && echo seen"))
                .isEqualTo("seen");
    }

    @Test
    void aPrivilegedOneHasEverything() throws Exception {
        String filtered = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("Seccomp:"))
                .findFirst()
                .orElseThrow();
        assertThat(
                        inside(
                                host -> host.privileged(true),
                                "cat /proc/self/status | while read a b; do [ $a = Seccomp: ] && echo $b; done; [ -w /proc/sys/net/ipv4/ip_forward ] && echo writable"))
                .isEqualTo(filtered.replaceAll("\\D", "") + "\nwritable"); // no filter but this process's own
    }

    @Test
    void anInitReapsAndPassesOn() throws Exception {
        // The orphan of the inner shell ends, and nobody but the first process is left to see it.
        assertThat(
                        inside(
                                host -> host.init(true),
                                "sh -c 'sleep 0.1 & exit 0'; sleep 0.5; cat /proc/1/cmdline | head -c 21; busybox ps -o stat | busybox grep -c Z || true"))
                .isEqualTo("/sbin/docker-init\0--\0" + "0");
        String id = room.started(room.request(UnaryOperator.identity(), host -> host.init(true), "sleep", "600"));
        room.engine.stopContainer(id, new dev.estiba.api.StopOptions("", java.util.OptionalInt.of(30)));
        assertThat(room.engine.inspectContainer(id).state().exitCode()).isEqualTo(143);
        assertThat(room.run(room.request(
                                UnaryOperator.identity(),
                                host -> host.init(true).autoRemove(true),
                                "nothing-of-this-name"))
                        .status())
                .isEqualTo(127);
    }

    @Test
    void pidsLimitAbsentIsNone() throws Exception {
        assertThat(inside(host -> host.resources(Resources.builder().build()), "cat /sys/fs/cgroup/pids/pids.max"))
                .isEqualTo("max");
    }
}
