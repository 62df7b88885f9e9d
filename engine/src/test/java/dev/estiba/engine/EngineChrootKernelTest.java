package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jails: what they keep in, and what they refuse. */
@Tag("kernel")
class EngineChrootKernelTest {
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

    private EngineRoom.Outcome jailed(
            UnaryOperator<ContainerConfig.Builder> config, UnaryOperator<HostConfig.Builder> host, String script)
            throws Exception {
        return room.run(room.request(
                each -> config.apply(each.user("sailor")),
                each -> host.apply(each.autoRemove(true).isolation("chroot").networkMode("host")),
                "sh",
                "-c",
                script));
    }

    private String inside(String script) throws Exception {
        EngineRoom.Outcome outcome = jailed(UnaryOperator.identity(), UnaryOperator.identity(), script);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        return outcome.out().strip();
    }

    @Test
    void itRunsInItsRootAsItsUser() throws Exception {
        assertThat(inside("pwd; id -u; cd /..; pwd; ls /; echo x >/dev/null; [ -c /dev/zero ] && echo devices"))
                .isEqualTo("/\n1000\n/\nbin\ndev\netc\nroot\ntmp\ndevices");
        assertThat(rootfs.resolve("dev")).doesNotExist();
    }

    @Test
    void itCannotSignalTheHost() throws Exception {
        // A process of the same user, which without the wall it could end.
        Process outside = new ProcessBuilder("setpriv", "--reuid=1000", "--clear-groups", "sleep", "600").start();
        try {
            EngineRoom.Outcome outcome = jailed(
                    UnaryOperator.identity(),
                    UnaryOperator.identity(),
                    "kill -9 " + outside.pid() + " || echo kept in");
            assertThat(outcome.out()).isEqualTo("kept in\n");
            assertThat(outside.isAlive()).isTrue();
        } finally {
            outside.destroyForcibly().waitFor();
        }
    }

    @Test
    void itsProcessesEndWithItsFirst() throws Exception {
        String script = "sleep 600 & echo $!";
        long left = Long.parseLong(inside(script));
        EngineRoom.until(() -> !Files.exists(Path.of("/proc/" + left)));
    }

    @Test
    void itsLimitsHold() throws Exception {
        Resources limits = Resources.builder().pidsLimit(7).build();
        String id = room.started(room.request(
                each -> each.user("sailor"),
                each -> each.isolation("chroot").networkMode("host").resources(limits),
                "sleep",
                "600"));
        assertThat(Files.readString(Path.of("/sys/fs/cgroup/pids/estiba", id, "pids.max")))
                .isEqualTo("7\n");
        assertThat(Files.readAllLines(Path.of("/sys/fs/cgroup/pids/estiba", id, "cgroup.procs")))
                .hasSize(1);
    }

    @Test
    void whatItCannotProtectIsRefused() {
        refused("its root would be the host's", config -> config.user("root"), UnaryOperator.identity());
        refused("its root would be the host's", config -> config.user("0:1"), UnaryOperator.identity());
        refused("say --network host", UnaryOperator.identity(), host -> host.networkMode("none"));
        refused("--privileged would open it", UnaryOperator.identity(), host -> host.privileged(true));
        refused("nothing can be mounted", UnaryOperator.identity(), host -> host.binds(List.of("/tmp:/tmp")));
        refused(
                "CAP_SYS_CHROOT is a way out of it",
                UnaryOperator.identity(),
                host -> host.capAdd(List.of("SYS_CHROOT")));
    }

    private void refused(
            String why, UnaryOperator<ContainerConfig.Builder> config, UnaryOperator<HostConfig.Builder> host) {
        assertThatThrownBy(() -> jailed(config, host, "true"))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining(why);
    }
}
