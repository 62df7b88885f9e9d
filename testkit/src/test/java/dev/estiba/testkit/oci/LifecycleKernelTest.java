package dev.estiba.testkit.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What runc defines of a container's life, and the sentences that callers match. */
@Tag("kernel")
class LifecycleKernelTest {
    private static final String RUNTIMES = "dev.estiba.testkit.oci.Oci#runtimes";

    @TempDir
    private Path directory = Path.of("/");

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void fromCreatedToDeleted(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            String id = oci.create();
            JsonObject state = oci.state(id);
            assertThat(state.text("status")).isEqualTo("created");
            assertThat(state.text("id")).isEqualTo(id);
            assertThat(state.text("owner")).isEmpty();
            assertThat(state.text("rootfs")).isEqualTo(state.text("bundle") + "/rootfs");
            assertThat(Instant.parse(state.text("created"))).isBefore(Instant.now());
            long pid = state.number("pid");
            oci.run("start", id).succeeds();
            assertThat(oci.state(id).number("pid")).isEqualTo(pid);
            assertThat(oci.status(id)).isEqualTo("running");
            oci.run("start", id).fails("cannot start an already running container");
            oci.run("delete", id).fails("cannot delete container " + id + " that is not stopped: running");
            oci.run("kill", id, "KILL").succeeds();
            oci.becomes(id, "stopped");
            assertThat(oci.state(id).number("pid")).isZero();
            oci.run("start", id).fails("cannot start a container that has stopped");
            oci.run("kill", id).fails("container not running");
            oci.run("kill", "--all", id, "KILL").succeeds();
            oci.run("pause", id).fails("container not running");
            oci.run("resume", id).fails("container not paused");
            oci.run("update", "--pids-limit", "7", id).fails("container not running");
            oci.run("events", "--stats", id).fails("container with id " + id + " is not running");
            oci.run("delete", id).succeeds();
            oci.run("state", id).fails("container does not exist");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "start", "kill", "delete", "pause", "resume", "ps", "update"})
    void commandsOnNobody(String command) throws Exception {
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            oci.run(command, "nobody").fails("container does not exist");
            oci.run(command, "no/body").fails("invalid container ID format");
            Oci.Result usage = oci.run(command);
            assertThat(usage.status()).isEqualTo(1);
            assertThat(usage.output()).startsWith("Incorrect Usage.\n");
            assertThat(usage.error()).startsWith("estiba-oci: \"" + command + "\" requires ");
            Oci.Result flag = oci.run(command, "--no-such-flag", "nobody");
            assertThat(flag.output()).startsWith("Incorrect Usage: flag provided but not defined: -no-such-flag\n");
            flag.fails("flag provided but not defined: -no-such-flag");
            assertThat(oci.run(command, "--help").succeeds().output()).contains("--help, -h");
        }
    }

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void whatIsNotThereIsDeletedByForce(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            Oci.Result result = oci.run("delete", "--force", "nobody").succeeds();
            assertThat(result.output() + result.error()).isEmpty();
            Oci.Result unknown = oci.run("no-such-command");
            assertThat(unknown.status()).isEqualTo(3);
            assertThat(unknown.error()).contains("No help topic for 'no-such-command'");
        }
    }

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void aCreatedContainerIsDeletedWithoutForce(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            String id = oci.create();
            long pid = oci.state(id).number("pid");
            oci.run("delete", id).succeeds();
            assertThat(Oci.alive(pid)).isFalse();
            assertThat(oci.states().resolve(id)).doesNotExist();
        }
    }

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void aContainerThatDiedAtItsGateHasStopped(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            String id = oci.create();
            oci.run("kill", id, "9").succeeds();
            oci.becomes(id, "stopped");
            oci.run("start", id).fails("cannot start a container that has stopped");
            oci.run("delete", id).succeeds();
        }
    }

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void pausedAndResumed(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            String id = oci.running();
            oci.run("resume", id).fails("container not paused");
            oci.run("pause", id).succeeds();
            assertThat(Oci.group("freezer", id, "freezer.state")).isEqualTo("FROZEN");
            assertThat(oci.status(id)).isEqualTo("paused");
            oci.run("pause", id).fails("container not running");
            oci.run("start", id).fails("cannot start a container in the paused state");
            oci.run("delete", id).fails("cannot delete container " + id + " that is not stopped: paused");
            oci.run("resume", id).succeeds();
            assertThat(Oci.group("freezer", id, "freezer.state")).isEqualTo("THAWED");
            assertThat(oci.status(id)).isEqualTo("running");
            oci.run("pause", id).succeeds();
            oci.run("kill", id, "KILL").succeeds();
            oci.becomes(id, "stopped");
            String other = oci.running();
            oci.run("pause", other).succeeds();
            oci.run("delete", "--force", other).succeeds();
            oci.run("state", other).fails("container does not exist");
        }
    }

    @ParameterizedTest
    @MethodSource(RUNTIMES)
    void signals(String runtime) throws Exception {
        try (Oci oci = Oci.of(runtime, directory)) {
            String id = oci.running();
            oci.run("kill", id, "0").succeeds();
            for (String harmless : new String[] {"SIGWINCH", "winch", "28", "sigWinch"}) {
                oci.run("kill", id, harmless).succeeds();
            }
            oci.run("kill", id, "FOO").fails("unknown signal \"FOO\"");
            oci.run("kill", id, "99").fails("unable to signal init: invalid argument");
            assertThat(oci.status(id)).isEqualTo("running");
        }
    }
}
