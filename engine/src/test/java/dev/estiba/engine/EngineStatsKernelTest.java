package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.Body;
import dev.estiba.api.ContainerStats;
import dev.estiba.api.Info;
import dev.estiba.api.Layout;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.Resources;
import dev.estiba.api.RestartPolicy;
import dev.estiba.api.StatsOptions;
import dev.estiba.api.UpdateRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** What containers use, and what there is of them. */
@Tag("kernel")
class EngineStatsKernelTest {
    private static final StatsOptions TWO_MOMENTS = new StatsOptions(false, false);

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

    private ContainerStats stats(String id, StatsOptions options) throws IOException {
        List<ContainerStats> told = new ArrayList<>();
        room.engine.containerStats(id, options, told::add);
        assertThat(told).hasSize(1);
        return told.getFirst();
    }

    @Test
    void whatABusyOneUsesIsCounted() throws Exception {
        Resources limits = Resources.builder().memory(64 << 20).pidsLimit(50L).build();
        String id = room.started(room.request(
                UnaryOperator.identity(), host -> host.resources(limits), "sh", "-c", "while :; do :; done"));
        ContainerStats stats = stats(id, TWO_MOMENTS);
        long used = stats.now().cpu().total() - stats.before().cpu().total();
        assertThat(used).isPositive();
        assertThat(stats.now().systemCpu()).isGreaterThan(stats.before().systemCpu());
        assertThat(stats.now().memoryLimit()).isEqualTo(64 << 20);
        assertThat(stats.now().memoryUsage()).isPositive();
        assertThat(stats.now().pids()).isEqualTo(1);
        assertThat(stats.now().pidsLimit()).isEqualTo(50);
        ContainerStats read = Body.STATS.read(Body.STATS.write(stats, Layout.COMPACT));
        assertThat(read.now()).isEqualTo(stats.now());
        assertThat(read.before().cpu()).isEqualTo(stats.before().cpu());
        assertThat(stats(id, new StatsOptions(false, true)).before().systemCpu())
                .isZero();
    }

    @Test
    void whatDoesNotRunUsesNothing() throws Exception {
        String id = room.create(room.request("true"));
        ContainerStats stats = stats(id, new StatsOptions(false, true));
        assertThat(stats.now()).isEqualTo(ContainerStats.Sample.NOTHING);
        assertThatThrownBy(() -> stats("nobody", TWO_MOMENTS)).hasMessageContaining("No such container: nobody");
    }

    @Test
    void aStreamEndsWithTheContainer() throws Exception {
        String id = room.started(room.request("sleep", "1000"));
        List<ContainerStats> told = new ArrayList<>();
        room.engine.containerStats(id, new StatsOptions(true, false), stats -> {
            told.add(stats);
            if (told.size() == 2) {
                room.engine.removeContainer(id, new RemoveOptions(true, false, false));
            }
        });
        assertThat(told).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void theHostAndTheEngineAreToldOf() throws Exception {
        room.started(room.request("sleep", "1000"));
        room.create(room.request("true"));
        Info info = room.engine.info();
        assertThat(info.containers()).isEqualTo(2);
        assertThat(info.containersRunning()).isEqualTo(1);
        assertThat(info.containersStopped()).isEqualTo(1);
        assertThat(info.memTotal()).isGreaterThan(1 << 26);
        assertThat(info.id()).isEqualTo(room.another().info().id());
        assertThat(Body.INFO.read(Body.INFO.write(info, Layout.COMPACT)))
                .isEqualTo(info.toBuilder().build());
    }

    @Test
    void limitsAreSetWhileItRunsAndKept() throws Exception {
        Resources limits = Resources.builder().memory(64 << 20).build();
        String id =
                room.started(room.request(UnaryOperator.identity(), host -> host.resources(limits), "sleep", "1000"));
        Resources more = Resources.builder()
                .memory(96 << 20)
                .pidsLimit(77L)
                .cpuShares(512)
                .build();
        room.engine.updateContainer(id, new UpdateRequest(more, Optional.empty()));
        ContainerStats stats = stats(id, new StatsOptions(false, true));
        assertThat(stats.now().memoryLimit()).isEqualTo(96 << 20);
        assertThat(stats.now().pidsLimit()).isEqualTo(77);
        assertThat(room.engine.inspectContainer(id).hostConfig().resources().memory())
                .isEqualTo(96 << 20);
        assertThat(room.engine.inspectContainer(id).hostConfig().resources().cpuShares())
                .isEqualTo(512);
        assertThatThrownBy(() -> room.engine.updateContainer(
                        id,
                        new UpdateRequest(Resources.builder().memory(1 << 20).build(), Optional.empty())))
                .hasMessage("Minimum memory limit allowed is 6MB");
        assertThatThrownBy(() -> room.engine.updateContainer(
                        id, new UpdateRequest(Resources.NOTHING, Optional.of(new RestartPolicy("always", 0)))))
                .hasMessage("restart policies need the daemon (--restart always)");
        assertThat(stats(id, new StatsOptions(false, true)).now().memoryLimit()).isEqualTo(96 << 20);
    }

    @Test
    void whatDoesNotRunIsPruned() throws Exception {
        String runs = room.started(room.request("sleep", "1000"));
        String never = room.create(room.request("true"));
        String ended = room.started(room.request("true"));
        room.await(ended);
        String labelled = room.create(
                room.request(config -> config.labels(Map.of("keep", "yes")), UnaryOperator.identity(), "true"));
        assertThat(room.engine.pruneContainers(Map.of("until", List.of("1h"))).containers())
                .isEmpty();
        EngineRoom.until(() -> {
            try {
                return room.engine
                        .pruneContainers(Map.of("label!", List.of("keep")))
                        .containers()
                        .isEmpty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(EngineRoom.entries(room.paths().dataRoot().resolve("containers")))
                .containsExactlyInAnyOrder(runs, labelled);
        assertThat(List.of(never, ended)).doesNotContain(runs);
        assertThatThrownBy(() -> room.engine.pruneContainers(Map.of("colour", List.of("blue"))))
                .hasMessage("invalid filter 'colour'");
    }
}
