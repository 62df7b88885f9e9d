package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.IdMappings;
import dev.estiba.api.MountPoint;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anonymous volumes: an image's VOLUME and {@code -v PATH}. */
@Tag("kernel")
class EngineVolumesKernelTest {
    @TempDir
    static Path shared;

    private static Path rootfs;
    private static Path canary;

    @TempDir
    Path directory;

    private EngineRoom room;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
        Files.createDirectories(rootfs.resolve("hold/deep"));
        Path owned = Files.writeString(rootfs.resolve("hold/cargo"), "salt");
        Files.setAttribute(owned, "unix:uid", 1000);
        Files.setAttribute(rootfs.resolve("hold"), "unix:mode", 041770);
        canary = Files.writeString(Files.createDirectory(shared.resolve("host")).resolve("canary"), "of the host");
        Files.createSymbolicLink(rootfs.resolve("outside"), canary.getParent());
        Files.createSymbolicLink(rootfs.resolve("up"), Path.of("../../../../../../.." + canary.getParent()));
        Files.createSymbolicLink(rootfs.resolve("round"), Path.of("round"));
        Files.createSymbolicLink(rootfs.resolve("inside"), Path.of("/hold"));
    }

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, rootfs);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        room.close();
        assertThat(canary).hasContent("of the host");
    }

    @Test
    void itBeginsWithWhatTheImageHasAndGoesWithTheContainerWhenThatIsAsked() throws Exception {
        String id = room.create(room.request(
                config -> config.volumes(Set.of("/hold", "/new/place")),
                host -> host,
                "sh",
                "-c",
                "cat /hold/cargo; echo x >> /hold/cargo; /bin/busybox stat -c '%u %a' /hold/cargo /hold /new/place;"
                        + " touch /new/place/made && ls /new/place"));
        List<MountPoint> points = room.engine.inspectContainer(id).mounts();
        assertThat(points)
                .hasSize(2)
                .allMatch(each -> each.type().equals("volume") && each.driver().equals("local"));
        for (String cargo : List.of("salt", "saltx\n")) {
            room.engine.startContainer(id, StartOptions.DEFAULT);
            assertThat(room.await(id)).isZero();
            assertThat(room.logs(id, false)).endsWith(cargo + "1000 644\n0 1770\n0 755\nmade\n");
        }
        Path source = points.stream()
                .filter(each -> each.destination().equals("/hold"))
                .map(each -> Path.of(each.source()))
                .findFirst()
                .orElseThrow();
        assertThat(source.resolve("cargo")).hasContent("saltx\nx\n");
        assertThat(source.resolve("deep")).isDirectory();
        assertThat(rootfs.resolve("hold/cargo")).hasContent("salt");
        assertThat(room.paths().dataRoot().resolve("containers").resolve(id).resolve("upper/hold"))
                .doesNotExist();
        room.engine.removeContainer(id, new RemoveOptions(false, true, false));
        assertThat(source).doesNotExist();
    }

    @Test
    void itIsTheContainersRootsInAUserNamespaceToo() throws Exception {
        assertThat(room.run(
                                room.request(
                                        config -> config.volumes(Set.of("/hold", "/new")),
                                        host -> host.autoRemove(true)
                                                .idMappings(new IdMappings(List.of("0:3000000:65536"), List.of())),
                                        "sh",
                                        "-c",
                                        "/bin/busybox stat -c %u /hold /hold/cargo /new; touch /new/made /hold/made && ls /new"))
                        .out())
                .isEqualTo("0\n1000\n0\nmade\n");
    }

    @Test
    void itIsThereForACopyToo() throws Exception {
        assertThat(room.run(room.request(
                                config -> config.volumes(Set.of("/hold")),
                                host -> host.autoRemove(true).storageOpt(Map.of("snapshotter", "native")),
                                "cat",
                                "/hold/cargo"))
                        .out())
                .isEqualTo("salt");
    }

    /** CVE-2022-23648: a path, or a link of the image's, that leads to the host's files. */
    @Test
    void nothingOfTheHostComesIn() throws Exception {
        String host = canary.getParent().toString();
        Set<String> paths = Set.of("/../.." + host, "/outside", "/up");
        String list = "for d in /outside /up " + host + "; do ls $d; done";
        EngineRoom.Outcome outcome = room.run(
                room.request(config -> config.volumes(paths), host2 -> host2.autoRemove(true), "sh", "-c", list));
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void aLinkInTheImageLeadsWhereItDoesThere() throws Exception {
        assertThat(room.run(room.request(
                                config -> config.volumes(Set.of("/inside")),
                                host -> host.autoRemove(true),
                                "sh",
                                "-c",
                                "cat /hold/cargo; touch /hold/made; ls /inside"))
                        .out())
                .isEqualTo("saltcargo\ndeep\nmade\n");
    }

    @Test
    void whatIsNoDirectoryIsRefused() throws Exception {
        for (String path : List.of("/etc/passwd", "/round")) {
            String id = room.create(room.request(config -> config.volumes(Set.of(path)), host -> host, "true"));
            assertThatThrownBy(() -> room.engine.startContainer(id, StartOptions.DEFAULT))
                    .isInstanceOf(ApiException.class)
                    .hasMessageStartingWith(
                            "cannot mount a volume over " + path + ", which is no directory in the image");
        }
    }
}
