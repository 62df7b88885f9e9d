package dev.estiba.testkit.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.Bundles;
import dev.estiba.testkit.bundle.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls that a filter leaves to an agent outside of the container, and what the agent is told. */
@Tag("kernel")
class SeccompAgentKernelTest {
    private static final int EDOM = 33;

    @TempDir
    private Path directory = Path.of("/");

    /** The agent in a process of its own; its answer comes when the container has ended. */
    private record Agent(Process process, Path answer) implements AutoCloseable {
        static Agent at(Path socket, Path directory) throws Exception {
            Path probe = Bundles.ofRepository(Path.of(System.getProperty("estiba.repo", ".")))
                    .programs()
                    .resolve("probe");
            Path answer = directory.resolve(socket.getFileName() + ".answer");
            Process process = new ProcessBuilder(
                            probe.toString(), "seccomp-agent", socket.toString(), Integer.toString(EDOM))
                    .redirectOutput(answer.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            for (int i = 0; i < 250 && !Files.exists(socket); i++) {
                Thread.sleep(20);
            }
            return new Agent(process, answer);
        }

        JsonObject said() throws IOException, InterruptedException {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return Answers.parse(Files.readString(answer)).of("seccomp-agent");
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static Bundle leave(Bundle bundle, Path socket, String call) throws IOException {
        return bundle.edit(config -> config.put(
                "linux.seccomp",
                Map.of(
                        "defaultAction",
                        "SCMP_ACT_ALLOW",
                        "listenerPath",
                        socket.toString(),
                        "listenerMetadata",
                        "the \"test\"",
                        "flags",
                        List.of("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"),
                        "syscalls",
                        List.of(Map.of("names", List.of(call), "action", "SCMP_ACT_NOTIFY")))));
    }

    @ParameterizedTest
    @MethodSource("dev.estiba.testkit.oci.Oci#runtimes")
    void anAgentAnswersForTheKernel(String runtime) throws Exception {
        Path socket = directory.resolve("agent");
        try (Oci oci = Oci.of(runtime, directory);
                Agent agent = Agent.at(socket, directory)) {
            String id = oci.newId();
            Bundle bundle = leave(oci.bundle(id), socket, "mkdir").probe("mkdir", "/tmp/x", "--", "ls", "/tmp");
            Answers answers =
                    Answers.parse(oci.run("run", "--bundle", bundle.directory().toString(), id)
                            .succeeds()
                            .output());
            assertThat(answers.errno("mkdir")).isEqualTo("EDOM");
            assertThat(answers.of("ls").texts("names")).isEmpty();
            JsonObject said = agent.said();
            assertThat(said.flag("listener")).isTrue();
            assertThat(said.number("answered")).isEqualTo(1);
            JsonObject told = JsonObject.parse(said.text("text"));
            assertThat(told.texts("fds")).containsExactly("seccompFd");
            assertThat(told.text("metadata")).isEqualTo("the \"test\"");
            assertThat(told.number("pid")).isEqualTo(told.number("state.pid")).isGreaterThan(1);
            assertThat(told.text("state.id")).isEqualTo(id);
            assertThat(told.text("state.status")).isEqualTo("creating");
            assertThat(told.text("state.bundle")).isEqualTo(bundle.directory().toString());
        }
    }

    @Test
    void anExecHasAListenerOfItsOwn() throws Exception {
        Path socket = directory.resolve("agent");
        try (Oci oci = Oci.of("estiba-oci", directory);
                Agent first = Agent.at(socket, directory)) {
            String id = oci.newId();
            oci.create(leave(oci.bundle(id), socket, "mkdir"));
            oci.run("start", id).succeeds();
            Files.delete(socket);
            try (Agent second = Agent.at(socket, directory)) {
                Answers answers = Answers.parse(oci.run("exec", id, Bundle.PROBE, "mkdir", "/tmp/x")
                        .succeeds()
                        .output());
                assertThat(answers.errno("mkdir")).isEqualTo("EDOM");
                JsonObject told = JsonObject.parse(second.said().text("text"));
                assertThat(told.text("state.status")).isEqualTo("running");
                assertThat(told.number("state.pid")).isEqualTo(oci.state(id).number("pid"));
                assertThat(told.number("pid"))
                        .isNotEqualTo(told.number("state.pid"))
                        .isGreaterThan(1);
            }
            oci.run("kill", id, "KILL").succeeds();
            assertThat(first.said().number("answered")).isZero();
        }
    }

    @Test
    void withoutAnAgentNothingIsMade() throws Exception {
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            String id = oci.newId();
            Path socket = directory.resolve("nobody");
            Bundle bundle = leave(oci.bundle(id), socket, "mkdir");
            oci.run("create", "--bundle", bundle.directory().toString(), id)
                    .fails("estiba-oci create failed: connect to the seccomp agent " + socket
                            + ": no such file or directory");
            assertThat(oci.states().resolve(id)).doesNotExist();
            bundle.edit(config -> config.remove("linux.seccomp.listenerPath"));
            oci.run("create", "--bundle", bundle.directory().toString(), id)
                    .fails("estiba-oci create failed: seccomp listenerPath is not set");
        }
    }
}
