package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.Attachment;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.api.ExplainOptions;
import dev.estiba.api.HostConfig;
import dev.estiba.api.IdMappings;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of root with a user namespace, seen from inside and from the host. */
@Tag("kernel")
class EngineUserNamespaceKernelTest {
    private static final String FIRST = "3000000";
    private static final IdMappings MAPPED = new IdMappings(List.of("0:" + FIRST + ":65536"), List.of());

    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private EngineRoom room;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
        Path owned = Files.writeString(rootfs.resolve("etc/sailors"), "of the sailor's");
        own(owned, 1000, 1001, "rw-------");
        Path setuid = rootfs.resolve("bin/busybox-setuid");
        Files.copy(rootfs.resolve("bin/busybox"), setuid);
        own(setuid, 1000, 1001, "rwxr-xr-x");
        Files.setAttribute(setuid, "unix:mode", 0104755);
    }

    private static void own(Path file, int uid, int gid, String mode) throws Exception {
        Files.setAttribute(file, "unix:uid", uid);
        Files.setAttribute(file, "unix:gid", gid);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, rootfs);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        room.close();
    }

    private EngineRoom.Outcome inside(UnaryOperator<HostConfig.Builder> host, String script) throws Exception {
        return room.run(
                room.request(UnaryOperator.identity(), each -> host.apply(each).autoRemove(true), "sh", "-c", script));
    }

    private String said(UnaryOperator<HostConfig.Builder> host, String script) throws Exception {
        EngineRoom.Outcome outcome = inside(host, script);
        assertThat(outcome.err()).isEmpty();
        return outcome.out();
    }

    private String exec(String id, String user, String... command) throws Exception {
        ExecCreateRequest request = new ExecCreateRequest(
                user, false, false, Optional.empty(), false, true, true, "", List.of(), "", List.of(command));
        String exec = room.engine.createExec(id, request);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Attachment attachment =
                room.engine.startExec(exec, new ExecStartRequest(false, false, Optional.empty()))) {
            EngineRoom.drain(attachment, out, out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String stat(Path file) throws Exception {
        return Files.getAttribute(file, "unix:uid") + ":" + Files.getAttribute(file, "unix:gid");
    }

    @Test
    void ownersAreWhoTheyAreInTheImageAndNobodyOnTheHost() throws Exception {
        String script =
                "B=/bin/busybox; $B stat -c '%u:%g %a' / /etc/sailors /etc/hosts /bin/busybox-setuid; cat /proc/self/uid_map;"
                        + " cat /etc/sailors; echo; touch /made; echo more >> /etc/sailors; $B chown 7:8 /made; $B stat -c %u:%g /made"
                        + " /etc/sailors; echo a >> /etc/hosts; $B mkdir /tmp/m && $B mount -t tmpfs t /tmp/m && echo mounted;"
                        + " cat /proc/sys/net/ipv4/ping_group_range";
        String id = room.create(room.request(
                config -> config,
                host -> host.idMappings(MAPPED).capAdd(List.of("SYS_ADMIN")).securityOpt(List.of("seccomp=unconfined")),
                "sh",
                "-c",
                script));
        room.engine.startContainer(id, StartOptions.DEFAULT);
        assertThat(room.await(id)).isZero();
        assertThat(room.logs(id, false).lines().map(line -> line.strip().replaceAll("\\s+", " ")))
                .containsExactly(
                        "0:0 755",
                        "1000:1001 600",
                        "0:0 644",
                        "1000:1001 4755",
                        "0 " + FIRST + " 65536",
                        "of the sailor's",
                        "7:8",
                        "1000:1001",
                        "mounted",
                        "0 65535");
        Path upper = room.paths().dataRoot().resolve("containers").resolve(id).resolve("upper");
        assertThat(stat(upper)).isEqualTo("3000000:3000000");
        assertThat(stat(upper.resolve("made"))).isEqualTo("3000007:3000008");
        assertThat(stat(upper.resolve("etc/sailors"))).isEqualTo("3001000:3001001");
        assertThat(stat(rootfs.resolve("etc/sailors"))).isEqualTo("1000:1001");
        assertThat(rootfs.resolve("etc/sailors")).hasContent("of the sailor's");
    }

    @Test
    void capabilitiesCountInsideOnly() throws Exception {
        // Its host name is its own; the host's kernel parameters are not.
        assertThat(inside(
                                host -> host.usernsMode("auto").privileged(true),
                                "hostname ship && hostname; echo 1 > /proc/sys/kernel/printk || echo refused")
                        .out())
                .isEqualTo("ship\nrefused\n");
    }

    @Test
    void twoOfAutoHaveDifferentIdsThatGoWithThem() throws Exception {
        UnaryOperator<HostConfig.Builder> auto = host -> host.usernsMode("auto:size=1000");
        String one = room.started(room.request(config -> config, auto, "sleep", "1000"));
        String other = room.started(room.request(config -> config, auto, "sleep", "1000"));
        IdMappings first = mappings(one);
        assertThat(first.uidMap()).hasSize(1).isEqualTo(first.gidMap());
        assertThat(first.uidMap().getFirst()).matches("0:[0-9]+:1000");
        assertThat(mappings(other).uidMap()).doesNotContainAnyElementsOf(first.uidMap());
        assertThat(room.engine.inspectContainer(one).hostConfig().usernsMode()).isEqualTo("auto:size=1000");
        int pid = room.engine.inspectContainer(one).state().pid();
        String host = first.uidMap().getFirst().split(":")[1];
        assertThat(Files.readString(Path.of("/proc", Integer.toString(pid), "status")))
                .contains("Uid:\t" + host + "\t" + host);
        room.engine.removeContainer(one, new RemoveOptions(true, false, false));
        String third = room.create(room.request(config -> config, auto, "true"));
        assertThat(mappings(third)).isEqualTo(first);
    }

    private IdMappings mappings(String id) throws Exception {
        ContainerInspect inspect = room.engine.inspectContainer(id);
        return inspect.hostConfig().idMappings().orElseThrow();
    }

    @Test
    void execAndASecondStartAreInTheSameIds() throws Exception {
        String id = room.started(room.request(
                config -> config, host -> host.usernsMode("auto"), "sh", "-c", "echo x >> /kept; sleep 1000"));
        String host = mappings(id).uidMap().getFirst().split(":")[1];
        assertThat(exec(id, "", "sh", "-c", "id -u; cat /proc/self/uid_map").replaceAll("\\s+", " "))
                .isEqualTo("0 0 " + host + " 65536 ");
        assertThat(exec(id, "sailor", "sh", "-c", "id; cat /etc/sailors"))
                .startsWith("uid=1000(sailor) gid=1001(crew)")
                .endsWith("of the sailor's");
        room.engine.stopContainer(id, new StopOptions("", OptionalInt.of(0)));
        room.engine.startContainer(id, StartOptions.DEFAULT);
        EngineRoom.until(() -> {
            try {
                return exec(id, "", "cat", "/kept").equals("x\nx\n");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertThat(mappings(id).uidMap().getFirst().split(":")[1]).isEqualTo(host);
    }

    @Test
    void aDirectoryOfTheHostIsTheHostsUnlessItIsMapped() throws Exception {
        Path bound = Files.createDirectory(directory.resolve("bound"));
        Files.writeString(bound.resolve("roots"), "r");
        String list = "/bin/busybox stat -c %u /v/roots; touch /v/made 2>&1 | head -c 5";
        assertThat(said(host -> host.idMappings(MAPPED).binds(List.of(bound + ":/v")), list))
                .isEqualTo("65534\ntouch");
        assertThat(said(host -> host.idMappings(MAPPED).binds(List.of(bound + ":/v:idmap")), list))
                .isEqualTo("0\n");
        assertThat(stat(bound.resolve("made"))).isEqualTo("0:0");
    }

    @Test
    void keepIdIsANewNamespaceWithTheSameIds() throws Exception {
        assertThat(said(
                                host -> host.usernsMode("keep-id"),
                                "cat /proc/self/uid_map; /bin/busybox stat -c %u /etc/sailors")
                        .strip()
                        .replaceAll("\\s+", " "))
                .isEqualTo("0 0 4294967295 1000");
    }

    @Test
    void theHostsNetworkAndProcessesGoWithIt() throws Exception {
        assertThat(
                        said(
                                host -> host.usernsMode("auto")
                                        .networkMode("host")
                                        .pidMode("host"),
                                "id -u; ls /sys/class/net | /bin/busybox grep -c lo; /bin/busybox stat -c %F /dev/null /dev/shm"))
                .isEqualTo("0\n1\ncharacter special file\ndirectory\n");
    }

    @Test
    void whoeverIsNotMappedIsRefusedByName() throws Exception {
        String id = room.create(room.request(
                config -> config.user("1000"),
                host -> host.idMappings(new IdMappings(List.of("0:5000:10"), List.of("0:5000:2000"))),
                "true"));
        assertThatThrownBy(() -> room.engine.startContainer(id, StartOptions.DEFAULT))
                .isInstanceOf(ApiException.class)
                .hasMessage("user 1000 of the container is nobody on the host: its user namespace has 0 to 9");
    }

    @Test
    void anExplanationHasTheNamespace() throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        room.engine.explainContainer(
                room.request(config -> config, host -> host.usernsMode("auto"), "true"),
                new ExplainOptions(ExplainOptions.Format.TEXT, 0, false, Optional.empty()),
                text);
        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("CLONE_NEWUSER")
                .contains("uid_map");
        assertThat(directory.resolve("data/id-ranges")).doesNotExist();
    }
}
