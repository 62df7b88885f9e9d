package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.LogConfig;
import dev.estiba.api.LogsOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code compress} of containers' logs, by an engine that stays. */
@Tag("kernel")
class EngineLogCompressionKernelTest {
    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private EngineRoom room;
    private Fd network;
    private Engine daemon;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, rootfs);
        network = NetworkNamespace.create();
        daemon = room.staying(network);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        daemon.release();
        network.close();
        room.close();
    }

    private String writer(String driver, Map<String, String> options, String script) throws Exception {
        String id = daemon.createContainer(
                        Optional.empty(),
                        room.request(
                                UnaryOperator.identity(),
                                host -> host.logConfig(new LogConfig(driver, options)),
                                "sh",
                                "-c",
                                script))
                .id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        return id;
    }

    private List<String> lines(String id, OptionalLong tail) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        daemon.containerLogs(
                id,
                new LogsOptions(true, true, false, false, false, Optional.empty(), Optional.empty(), tail),
                (_, bytes) -> out.writeBytes(bytes));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private List<String> files(String id) {
        return EngineRoom.entries(room.paths().dataRoot().resolve("containers").resolve(id)).stream()
                .filter(name -> name.startsWith(id + "-json.log"))
                .map(name -> name.substring(id.length() + "-json.log".length()))
                .sorted()
                .toList();
    }

    @Test
    void filesArePackedAndReadOnWhileTheyAre() throws Exception {
        String script = "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done";
        String id = writer("json-file", Map.of("compress", "true", "max-size", "8k", "max-file", "3"), script);
        assertThat(room.await(id)).isZero();
        EngineRoom.until(() -> files(id).equals(List.of("", ".1.gz", ".2.gz")));
        List<String> said = lines(id, OptionalLong.empty());
        int first = Integer.parseInt(said.getFirst().split(" ")[1]);
        assertThat(said).hasSize(2000 - first).last().isEqualTo("line 1999");
        for (int i = 0; i < said.size(); i++) {
            assertThat(said.get(i)).isEqualTo("line " + (first + i));
        }
        assertThat(lines(id, OptionalLong.of(150))).isEqualTo(said.subList(said.size() - 150, said.size()));
        // It begins again, and is removed while there is still something to be packed.
        daemon.startContainer(id, StartOptions.DEFAULT);
        assertThat(room.await(id)).isZero();
        assertThat(lines(id, OptionalLong.of(1))).containsExactly("line 1999");
        daemon.removeContainer(id, new dev.estiba.api.RemoveOptions(true, false, false));
        assertThat(room.paths().dataRoot().resolve("containers").resolve(id)).doesNotExist();
    }

    @Test
    void theLocalDriverPacksByItselfAndTheNextEngineGoesOn() throws Exception {
        String id = writer(
                "local", Map.of("max-size", "8k"), "i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); done");
        assertThat(room.await(id)).isZero();
        EngineRoom.until(() -> files(id).contains(".1.gz") && !files(id).contains(".1"));
        assertThat(lines(id, OptionalLong.empty()))
                .hasSize(300)
                .startsWith("line 0")
                .endsWith("line 299");
        String plain = writer(
                "local",
                Map.of("max-size", "8k", "compress", "false"),
                "head -c 20000 /dev/zero | busybox tr '\\0' 'x' | busybox fold -w 50");
        assertThat(room.await(plain)).isZero();
        assertThat(files(plain)).contains(".1").noneMatch(name -> name.endsWith(".gz"));
    }
}
