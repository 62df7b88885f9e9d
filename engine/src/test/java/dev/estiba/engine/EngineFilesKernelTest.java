package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.ArchiveOptions;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.FileChange;
import dev.estiba.api.HostConfig;
import dev.estiba.api.IdMappings;
import dev.estiba.api.PathStat;
import dev.estiba.api.StartOptions;
import dev.estiba.content.tar.TarEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in containers' file systems: looked at, copied out and in, listed, exported; of those that run and those that do not. */
@Tag("kernel")
@Timeout(180)
class EngineFilesKernelTest {
    private static final String WORK = "echo new > /etc/new; echo more >> /etc/group; /bin/busybox rm /etc/passwd;"
            + " /bin/busybox mkdir -p /made/deep; echo x > /made/deep/file; /bin/busybox ln -s /etc/group /made/link;"
            + " /bin/busybox chmod 700 /root; /bin/busybox rm -r /kept; /bin/busybox mkdir /kept; echo y > /kept/other;";
    private static final ArchiveOptions PLAIN = new ArchiveOptions(true, false);
    private static final UnaryOperator<HostConfig.Builder> OVERLAY = host -> host;
    private static final UnaryOperator<HostConfig.Builder> NATIVE =
            host -> host.storageOpt(Map.of("snapshotter", "native"));
    private static final UnaryOperator<HostConfig.Builder> MAPPED =
            host -> host.idMappings(new IdMappings(List.of("0:3000000:65536"), List.of()));

    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
        Files.createDirectories(rootfs.resolve("kept"));
        Files.writeString(rootfs.resolve("kept/one"), "1");
        Files.createSymbolicLink(rootfs.resolve("outside"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(rootfs.resolve("run"), Path.of("/tmp"));
        Path owned = Files.writeString(rootfs.resolve("etc/sailors"), "of the sailor's");
        Files.setAttribute(owned, "unix:uid", 1000);
    }

    private static byte[] archive(EngineRoom room, String id, String path) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        room.engine.readArchive(id, path, _ -> bytes);
        return bytes.toByteArray();
    }

    private static void put(EngineRoom room, String id, String path, byte[] archive, ArchiveOptions options)
            throws IOException {
        room.engine.writeArchive(id, path, new ByteArrayInputStream(archive), options);
    }

    private static String text(EngineRoom room, String id, String path) throws IOException {
        return Tar.read(archive(room, id, path)).values().iterator().next().content();
    }

    private static List<String> diff(EngineRoom room, String id) throws IOException {
        return room.engine.containerChanges(id).stream()
                .map(each -> each.kind().letter() + " " + each.path())
                .toList();
    }

    private static UnaryOperator<HostConfig.Builder> way(String name) {
        return switch (name) {
            case "native" -> NATIVE;
            case "mapped" -> MAPPED;
            case "native and mapped" -> host -> NATIVE.apply(MAPPED.apply(host));
            default -> OVERLAY;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay", "native", "mapped", "native and mapped"})
    void tellsWhatWasChanged(String way) throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, rootfs)) {
            CreateRequest request =
                    room.request(config -> config, way(way), "sh", "-c", WORK + " echo done; sleep 1000");
            String id = room.create(request);
            assertThat(diff(room, id)).isEmpty();
            room.engine.startContainer(id, StartOptions.DEFAULT);
            EngineRoom.until(() -> logs(room, id).contains("done"));
            List<String> expected = List.of(
                    "C /etc",
                    "C /etc/group",
                    "A /etc/new",
                    "D /etc/passwd",
                    "C /kept",
                    "D /kept/one",
                    "A /kept/other",
                    "A /made",
                    "A /made/deep",
                    "A /made/deep/file",
                    "A /made/link",
                    "C /root");
            assertThat(diff(room, id)).isEqualTo(expected);
            Map<String, Tar.File> running = export(room, id);
            room.engine.pauseContainer(id);
            assertThat(diff(room, id)).isEqualTo(expected);
            assertThat(text(room, id, "/etc/new")).isEqualTo("new\n");
            room.engine.unpauseContainer(id);
            room.engine.killContainer(id, "KILL");
            room.await(id);
            assertThat(diff(room, id)).isEqualTo(expected);
            Map<String, Tar.File> stopped = export(room, id);
            assertThat(stopped).isEqualTo(running);
            assertThat(stopped).containsKeys("etc/", "etc/new", "made/deep/file", "bin/busybox", "kept/other");
            assertThat(stopped).doesNotContainKeys("etc/passwd", "kept/one");
            assertThat(stopped.get("etc/sailors").entry().metadata().uid()).isEqualTo(1000);
            assertThat(stopped.get("made/deep/file").entry().metadata().uid()).isZero();
            assertThat(stopped.get("made/link").entry()).isInstanceOf(TarEntry.SymbolicLink.class);
        }
    }

    private static Map<String, Tar.File> export(EngineRoom room, String id) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        room.engine.exportContainer(id, bytes);
        return Tar.read(bytes.toByteArray());
    }

    private static String logs(EngineRoom room, String id) {
        try {
            return room.logs(id, false);
        } catch (IOException e) {
            return "";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay", "native", "mapped"})
    void copiesInAndOutWhetherItRunsOrNot(String way) throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, rootfs)) {
            String id = room.create(room.request(
                    config -> config.volumes(Set.of("/data")),
                    way(way),
                    "sh",
                    "-c",
                    "cat /in/a /data/v; /bin/busybox stat -c %u:%g:%a /in /in/a /in/owned /data/v; sleep 1000"));
            byte[] sent = new Tar.Draft()
                    .add(Tar.directory("in"))
                    .file("in/a", "hello")
                    .file(Tar.metadata("in/owned", 04751).withOwner(1000, 1001), "x")
                    .add(Tar.link("in/l", "/etc/passwd"))
                    .add(Tar.hardLink("in/h", "in/a"))
                    .bytes();
            put(room, id, "/", sent, PLAIN);
            put(room, id, "/data/", new Tar.Draft().file("v", "volume").bytes(), PLAIN);
            room.engine.startContainer(id, StartOptions.DEFAULT);
            EngineRoom.until(() -> logs(room, id).lines().count() >= 4);
            assertThat(logs(room, id)).isEqualTo("hellovolume0:0:755\n0:0:644\n1000:1001:4751\n0:0:644\n");
            for (String state : List.of("running", "stopped")) {
                Map<String, Tar.File> got = Tar.read(archive(room, id, "/in"));
                assertThat(got.keySet()).containsExactlyInAnyOrder("in/", "in/a", "in/h", "in/l", "in/owned");
                assertThat(got.get("in/h").entry()).isInstanceOf(TarEntry.HardLink.class);
                assertThat(got.get("in/owned").entry().metadata().uid()).isEqualTo(1000);
                assertThat(got.get("in/owned").entry().metadata().mode()).isEqualTo(04751);
                assertThat(Tar.read(archive(room, id, "/in/.")).keySet()).contains("./", "./a");
                assertThat(text(room, id, "/data/v")).isEqualTo("volume");
                put(room, id, "/data", new Tar.Draft().file("again", state).bytes(), PLAIN);
                put(room, id, "/run", new Tar.Draft().file("through", state).bytes(), PLAIN);
                assertThat(text(room, id, "/data/again")).isEqualTo(state);
                assertThat(text(room, id, "/tmp/through")).isEqualTo(state);
                PathStat link = room.engine.statPath(id, "/outside");
                assertThat(link.isSymbolicLink()).isTrue();
                assertThat(link.linkTarget()).isEqualTo("/etc/passwd");
                assertThat(room.engine.statPath(id, "/run/").isDirectory()).isTrue();
                if (state.equals("running")) {
                    room.engine.killContainer(id, "KILL");
                    room.await(id);
                }
            }
        }
    }

    @Test
    void refusesInDockersWords() throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, rootfs)) {
            String id = room.create(room.request("sleep", "1000"));
            byte[] one = new Tar.Draft().file("etc", "x").bytes();
            assertThatThrownBy(() -> room.engine.statPath(id, "/nowhere/x"))
                    .hasMessage("Could not find the file /nowhere/x in container " + id)
                    .extracting("status")
                    .isEqualTo(ApiException.NOT_FOUND);
            assertThatThrownBy(() -> room.engine.statPath(id, "/etc/group/x"))
                    .hasMessage("lstat /etc/group/x: not a directory");
            assertThatThrownBy(() -> put(room, id, "/etc/group", one, PLAIN))
                    .hasMessage("extraction point is not a directory")
                    .extracting("status")
                    .isEqualTo(ApiException.BAD_REQUEST);
            assertThatThrownBy(() -> put(room, id, "/", one, PLAIN))
                    .hasMessage("cannot overwrite directory \"etc\" with non-directory \"/\"");
            byte[] other = new Tar.Draft().add(Tar.directory("group")).bytes();
            assertThatThrownBy(() -> put(room, id, "/etc", other, PLAIN))
                    .hasMessage("cannot overwrite non-directory \"group\" with directory \"/etc\"");
            assertThatThrownBy(
                            () -> put(room, id, "/tmp", "no archive".repeat(100).getBytes("US-ASCII"), PLAIN))
                    .extracting("status")
                    .isEqualTo(ApiException.BAD_REQUEST);
            assertThatThrownBy(() -> room.engine.readArchive("nobody", "/", _ -> new ByteArrayOutputStream()))
                    .hasMessage("No such container: nobody");
            put(room, id, "/etc", other, new ArchiveOptions(false, false));
            assertThat(room.engine.statPath(id, "/etc/group").isDirectory()).isTrue();
            assertThat(room.engine.containerChanges(id))
                    .contains(new FileChange(FileChange.Kind.CHANGED, "/etc/group"));
        }
    }

    @Test
    void aReadOnlyRootIsReadOnlyForCopiesButItsVolumesAreNot() throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, rootfs)) {
            Path host = Files.createDirectory(directory.resolve("host"));
            String id = room.create(room.request(
                    config -> config.volumes(Set.of("/data")),
                    builder -> builder.readonlyRootfs(true).binds(List.of(host + ":/fixed:ro", host + ":/open")),
                    "sleep",
                    "1000"));
            byte[] one = new Tar.Draft().file("x", "x").bytes();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> put(room, id, "/tmp", one, PLAIN))
                        .hasMessage("container rootfs is marked read-only");
                if (i == 1) {
                    assertThatThrownBy(() -> put(room, id, "/fixed", one, PLAIN))
                            .hasMessage("mounted volume is marked read-only");
                    put(room, id, "/open", one, PLAIN);
                    assertThat(host.resolve("x")).hasContent("x");
                }
                if (i == 0) {
                    room.engine.startContainer(id, StartOptions.DEFAULT);
                }
            }
            put(room, id, "/data", one, PLAIN);
            assertThatThrownBy(() -> archive(room, id, "/proc/self/environ"))
                    .hasMessageStartingWith("Could not find the file /proc/self/environ");
        }
    }

    @Test
    void whatIsTheUsersIsMadeTheUsers() throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, rootfs)) {
            String id = room.create(room.request(config -> config.user("sailor"), MAPPED, "sleep", "1000"));
            put(room, id, "/tmp", new Tar.Draft().file("a", "a").bytes(), new ArchiveOptions(true, true));
            TarEntry entry = Tar.read(archive(room, id, "/tmp/a")).get("a").entry();
            assertThat(entry.metadata().uid()).isEqualTo(1000);
            assertThat(entry.metadata().gid()).isEqualTo(1001);
        }
    }
}
