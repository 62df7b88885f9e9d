package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.ArchiveOptions;
import dev.estiba.api.CreateRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A container that exchanges directories for links to the host's, as fast as it can, while files are copied out of it and into it. */
@Tag("kernel")
@Timeout(1800)
class CopyRaceKernelTest {
    private static final int ROUNDS = Boolean.getBoolean("estiba.long") ? 20_000 : 250;
    private static final String SECRET = "the host's own words";

    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    /** A directory of the host, which nothing of the container may read or change. */
    private Path canary() throws IOException {
        Path canary = Files.createDirectories(directory.resolve("canary/in"));
        Files.writeString(canary.resolve("file"), SECRET);
        Files.writeString(canary.resolveSibling("file"), SECRET);
        return canary.getParent();
    }

    private static Map<String, String> state(Path tree) throws IOException {
        Map<String, String> state = new TreeMap<>();
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.toList()) {
                Map<String, Object> unix = Files.readAttributes(each, "unix:mode,uid,gid,lastModifiedTime,ino");
                String content = Files.isRegularFile(each) ? Files.readString(each) : "";
                state.put(each.toString(), new TreeMap<>(unix) + content);
            }
        }
        return state;
    }

    /** CVE-2018-15664 and CVE-2026-41568: the path is looked up by the kernel, beneath the container's root, at every step. */
    @Test
    void cve_2018_15664_noExchangeOfLinksLeadsToTheHost() throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, rootfs)) {
            Path canary = canary();
            Map<String, String> before = state(directory.resolve("canary"));
            // Absolute, and upwards: from the container's root, and from where the engine has its directories.
            String up = "../".repeat(30);
            String swap = "mkdir -p /a/in /v/in; echo own > /a/file; echo own > /a/in/file; ln -s " + canary
                    + " /l; ln -s "
                    + up + canary + " /m; echo ready; while :; do mv /a /b; mv /l /a; mv /a /l; mv /m /a; mv /a /m;"
                    + " mv /b /a; mv /a/in /a/im; ln -s " + canary + "/in /a/in; rm /a/in; mv /a/im /a/in; done";
            CreateRequest request = room.request(
                    config -> config.volumes(Set.of("/v")),
                    host -> host,
                    "sh",
                    "-c",
                    swap.replaceAll("(mkdir|ln|mv|rm) ", "/bin/busybox $1 "));
            String id = room.started(request);
            EngineRoom.until(() -> {
                try {
                    return room.logs(id, false).contains("ready");
                } catch (IOException e) {
                    return false;
                }
            });
            byte[] archive = new Tar.Draft()
                    .add(Tar.directory("in"))
                    .file("in/file", "written")
                    .file("in/new", "written")
                    .file("file", "written")
                    .bytes();
            int worked = 0;
            int refused = 0;
            for (int i = 0; i < ROUNDS; i++) {
                try {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    room.engine.readArchive(
                            id,
                            List.of("/a", "/a/in", "/a/file", "/a/in/file", "/a/")
                                    .get(i % 5),
                            _ -> out);
                    assertThat(out.toString(StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
                    room.engine.writeArchive(
                            id, "/a", new ByteArrayInputStream(archive), new ArchiveOptions(i % 2 == 0, false));
                    worked++;
                } catch (ApiException e) {
                    refused++; // what was asked for was something else just then
                }
            }
            System.out.println("copies that worked: " + worked + ", that were refused: " + refused);
            assertThat(worked + refused).isEqualTo(ROUNDS);
            assertThat(state(directory.resolve("canary"))).isEqualTo(before);
        }
    }
}
