package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.GraphDriver;
import dev.estiba.api.HostConfig;
import dev.estiba.api.IdMappings;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers whose root file system is a copy. */
@Tag("kernel")
class EngineNativeKernelTest {
    private static final UnaryOperator<HostConfig.Builder> NATIVE =
            host -> host.storageOpt(Map.of("snapshotter", "native"));

    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
        Files.createSymbolicLink(rootfs.resolve("outside"), Path.of("/etc/passwd"));
        Path owned = Files.writeString(rootfs.resolve("etc/sailors"), "of the sailor's");
        Files.setAttribute(owned, "unix:uid", 1000);
    }

    private static GraphDriver driver(EngineRoom room, String id) throws Exception {
        return room.engine.inspectContainer(id).graphDriver();
    }

    @Test
    void aCopyIsTheContainersAndGoesWithIt() throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, rootfs)) {
            CreateRequest request = room.request(
                    config -> config,
                    NATIVE,
                    "sh",
                    "-c",
                    "cat /etc/sailors; echo x >> /etc/sailors; echo y > /etc/made; /bin/busybox readlink /outside");
            String id = room.create(request);
            assertThat(driver(room, id).name()).isEqualTo("native");
            Path data = room.paths().dataRoot().resolve("containers").resolve(id);
            for (String printed : List.of("of the sailor's", "of the sailor'sx\n")) {
                room.engine.startContainer(id, StartOptions.DEFAULT);
                assertThat(room.await(id)).isZero();
                assertThat(room.logs(id, false)).endsWith(printed + "/etc/passwd\n");
            }
            assertThat(driver(room, id).data())
                    .containsEntry("Root", data.resolve("root").toString())
                    .containsEntry("Reason", "it was asked for (--snapshotter native)");
            assertThat(data.resolve("root/etc/made")).hasContent("y");
            assertThat(data.resolve("upper")).doesNotExist();
            assertThat(rootfs.resolve("etc/sailors")).hasContent("of the sailor's");
            room.engine.removeContainer(id, new RemoveOptions(false, false, false));
            assertThat(data).doesNotExist();
        }
    }

    @Test
    void inAUserNamespaceItsFilesAreWhosTheyAre() throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, rootfs)) {
            String id = room.create(room.request(
                    config -> config,
                    host -> NATIVE.apply(host).idMappings(new IdMappings(List.of("0:3000000:65536"), List.of())),
                    "sh",
                    "-c",
                    "/bin/busybox stat -c %u / /etc/sailors; touch /made"));
            room.engine.startContainer(id, StartOptions.DEFAULT);
            assertThat(room.await(id)).isZero();
            assertThat(room.logs(id, false)).isEqualTo("0\n1000\n");
            Path root =
                    room.paths().dataRoot().resolve("containers").resolve(id).resolve("root");
            assertThat(Files.getAttribute(root.resolve("etc/sailors"), "unix:uid"))
                    .isEqualTo(3_001_000);
            assertThat(Files.getAttribute(root.resolve("made"), "unix:uid")).isEqualTo(3_000_000);
        }
    }
}
