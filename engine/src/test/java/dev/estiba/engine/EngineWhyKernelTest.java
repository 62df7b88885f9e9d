package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.Diagnosis;
import dev.estiba.api.HostConfig;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.Resources;
import dev.estiba.api.RestartPolicy;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why containers are as they are. */
@Tag("kernel")
class EngineWhyKernelTest {
    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private EngineRoom room;
    private Engine daemon;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, rootfs);
        daemon = room.another();
        daemon.restore();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (String id : EngineRoom.entries(room.paths().dataRoot().resolve("containers"))) {
            daemon.removeContainer(id, new RemoveOptions(true, false, false));
        }
        room.close();
    }

    private CreateRequest limited(Resources resources, String... command) {
        return room.request(UnaryOperator.identity(), (HostConfig.Builder host) -> host.resources(resources), command);
    }

    private String started(CreateRequest request) throws IOException {
        String id = daemon.createContainer(Optional.empty(), request).id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        return id;
    }

    private Diagnosis ended(String id) throws Exception {
        room.await(id);
        EngineRoom.until(() -> {
            try {
                return !daemon.inspectContainer(id).state().finishedAt().startsWith("0001");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return daemon.diagnoseContainer(id, 3);
    }

    @Test
    void whatEndsByItselfSaysSoWithItsLastLines() throws Exception {
        String id = started(room.request("sh", "-c", "for i in 1 2 3 4 5; do echo line $i; done; exit 3"));
        Diagnosis why = ended(id);
        assertThat(why.verdict()).containsExactly("It ended by itself, with 3.");
        assertThat(why.meaning()).isEqualTo("a status of its program's own");
        assertThat(why.signal()).isEmpty();
        assertThat(why.log()).hasSize(3);
        assertThat(why.log().getLast()).matches("[0-9TZ:.-]+ line 5");
        assertThat(why.state().exitCode()).isEqualTo(3);
    }

    @Test
    void whoHasStoppedItIsKnown() throws Exception {
        String deaf = started(room.request("sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"));
        daemon.stopContainer(deaf, new StopOptions("", OptionalInt.of(0)));
        assertThat(ended(deaf).verdict())
                .containsExactly(
                        "It was asked to end (SIGTERM, SIGKILL): it did not before its time was over, and was killed.");
    }

    @Test
    void anEngineThatDoesNotStayKnowsWhatTheOneThatDoesHasKept() throws Exception {
        String id = started(room.request("sleep", "1000"));
        daemon.killContainer(id, "KILL");
        ended(id);
        assertThat(room.engine.diagnoseContainer(id, 0).verdict()).containsExactly("It was killed (SIGKILL).");
        assertThatThrownBy(() -> room.engine.diagnoseContainer("nosuch", 0)).isInstanceOf(ApiException.class);
    }

    @Test
    void nobodyHasWrittenDownWhoHasEndedItWhereNobodyStays() throws Exception {
        try (var alone = EngineRoom.open(directory.resolve("alone"), rootfs)) {
            String id = alone.started(alone.request("sleep", "1000"));
            alone.engine.killContainer(id, "KILL");
            alone.await(id);
            assertThat(alone.engine.diagnoseContainer(id, 0).verdict())
                    .containsExactly("SIGKILL ended it; who has sent that nobody has written down (the daemon does).");
        }
    }

    @Test
    void wantOfMemoryIsToldWithItsLimitItsPeakAndItsVictim() throws Exception {
        assumeTrue(Files.exists(Path.of("/sys/fs/cgroup/memory/memory.max_usage_in_bytes")), "needs cgroup version 1");
        long limit = 32 << 20;
        String id = started(limited(
                Resources.builder().memory(limit).memorySwap(limit).build(),
                "sh",
                "-c",
                "exec tail -c 200000000 /dev/zero"));
        Diagnosis why = ended(id);
        assertThat(why.state().oomKilled()).isTrue();
        assertThat(why.verdict().getFirst())
                .startsWith(
                        "The kernel killed it for want of memory: its limit is 32.0 MiB; the most it had was 32.0 MiB");
        Diagnosis.Memory memory = why.memory().orElseThrow();
        assertThat(memory.limit()).isEqualTo(limit);
        assertThat(memory.peak()).isBetween(limit - (2 << 20), limit);
        assertThat(memory.kills()).isEqualTo(1);
        // A kernel's log that is flooded, or that may not be read, knows nobody.
        assertThat(memory.victims()).allMatch(victim -> victim.startsWith("tail (pid "));
    }

    @Test
    void limitsThatWereFeltAreCounted() throws Exception {
        assumeTrue(Files.exists(Path.of("/sys/fs/cgroup/pids")), "needs cgroup version 1");
        String id = started(
                limited(
                        Resources.builder().pidsLimit(3).nanoCpus(50_000_000).build(),
                        "sh",
                        "-c",
                        "(sleep 0.2 & sleep 0.2 & sleep 0.2 & sleep 0.2 &) ; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"));
        Diagnosis why = ended(id);
        assertThat(why.processes().orElseThrow().limit()).isEqualTo(3);
        assertThat(why.processes().orElseThrow().refused()).isPositive();
        assertThat(why.processors().orElseThrow().limit()).isEqualTo(50);
        assertThat(why.processors().orElseThrow().stoppedPeriods()).isPositive();
        assertThat(why.verdict()).anyMatch(each -> each.startsWith("It wanted more processes than its limit of 3"));
    }

    @Test
    void earlierRunsAreTold() throws Exception {
        String id = started(room.request(
                UnaryOperator.identity(),
                host -> host.restartPolicy(new RestartPolicy("on-failure", 2)),
                "sh",
                "-c",
                "exit 9"));
        EngineRoom.until(() -> {
            try {
                Diagnosis why = daemon.diagnoseContainer(id, 0);
                return why.restarts().count() == 2 && why.state().status().equals("exited");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Diagnosis why = daemon.diagnoseContainer(id, 0);
        assertThat(why.restarts().policy()).isEqualTo("on-failure");
        assertThat(why.restarts().ends()).extracting(Diagnosis.End::exitCode).containsExactly(9, 9, 9);
    }

    @Test
    void oneThatCouldNotBeStartedSaysWhy() throws Exception {
        String id = daemon.createContainer(Optional.empty(), room.request("/nosuch"))
                .id();
        assertThatThrownBy(() -> daemon.startContainer(id, StartOptions.DEFAULT))
                .isInstanceOf(ApiException.class);
        Diagnosis why = daemon.diagnoseContainer(id, 0);
        assertThat(why.verdict().getFirst()).contains("/nosuch");
    }
}
