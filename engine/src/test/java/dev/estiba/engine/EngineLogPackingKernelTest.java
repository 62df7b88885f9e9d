package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.LogConfig;
import dev.estiba.api.StartOptions;
import dev.estiba.engine.log.LogPacking;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who packs what a monitor has put aside, and the monitor, which puts aside more all the time. */
@Tag("kernel")
class EngineLogPackingKernelTest {
    private static final int LINES = 6000;
    private static final int FILES = 900;

    @TempDir
    Path directory;

    @Test
    void noFileIsTakenFromBetweenTwoStepsOfARotation() throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, EngineRoom.rootfs(directory))) {
            Map<String, String> options =
                    Map.of("max-size", "1k", "max-file", Integer.toString(FILES), "compress", "true");
            CreateRequest request = room.request(
                    UnaryOperator.identity(),
                    host -> host.logConfig(new LogConfig("json-file", options)),
                    "sh",
                    "-c",
                    "i=0; while [ $i -lt " + LINES + " ]; do echo line $i; i=$((i+1)); done");
            String id = room.create(request);
            Path log = room.paths().dataRoot().resolve("containers").resolve(id).resolve(id + "-json.log");
            AtomicBoolean ends = new AtomicBoolean();
            FutureTask<Integer> packing = new FutureTask<>(() -> {
                LogPacking packer = new LogPacking(log, FILES);
                int packed = 0;
                while (packer.step() || !ends.get()) {
                    packed++;
                }
                return packed;
            });
            Thread.ofPlatform().daemon(true).start(packing);
            room.engine.startContainer(id, StartOptions.DEFAULT);
            assertThat(room.await(id)).isZero();
            ends.set(true);
            assertThat(packing.get(EngineRoom.PATIENCE, TimeUnit.SECONDS)).isGreaterThan(10);
            List<String> lines = room.logs(id, false).lines().toList();
            for (int i = 0; i < Math.min(LINES, lines.size()); i++) {
                assertThat(lines.get(i)).as("of %s lines", lines.size()).isEqualTo("line " + i);
            }
            assertThat(lines).hasSize(LINES);
        }
    }
}
