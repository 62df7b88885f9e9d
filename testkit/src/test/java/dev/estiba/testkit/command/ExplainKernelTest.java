package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A start that is only told of, one that is timed, and a jail. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExplainKernelTest {
    private ProductRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws IOException {
        room = ProductRoom.open(place);
    }

    @AfterEach
    void leavesNothing() throws IOException, InterruptedException {
        room.clear();
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        if (room != null) {
            room.close();
        }
    }

    private String explained(String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "--network", "none", "--explain"));
        words.addAll(List.of(more));
        words.addAll(List.of(room.image(), "sleep", "1"));
        Ended call = room.call(words.toArray(String[]::new));
        assertThat(call.error()).isEmpty();
        assertThat(call.status()).isZero();
        return call.output();
    }

    @Test
    void anExplanationNamesWhatIsDoneAndDoesNothing() throws Exception {
        String text = explained("-m", "64m", "--read-only", "-e", "SECRET=7c1f55d2");
        assertThat(text)
                .contains(
                        "\"/proc\"",
                        "mask /proc/kcore",
                        "install the seccomp filter",
                        "CLONE_NEWPID",
                        "memory.limit_in_bytes")
                .contains("drop CAP_SYS_ADMIN", "execve(")
                .doesNotContain("7c1f55d2");
        assertThat(room.call("ps", "-aq").output()).isEmpty();
        assertThat(room.residue()).isEmpty();
    }

    @Test
    void anExplanationForAProgramIsALineEach() throws Exception {
        List<String> lines = explained("--format", "json").lines().toList();
        assertThat(lines).hasSizeGreaterThan(200);
        for (String line : lines) {
            assertThat(JsonObject.parse(line).text("actor")).isNotEmpty();
        }
    }

    @Test
    void onATerminalItFits() throws Exception {
        try (TerminalSession session = TerminalSession.open(room.room())) {
            session.line("stty rows 30 cols 80");
            session.expect("$ ");
            session.line("$E run --network none --explain " + room.image() + " sleep 1; echo finished");
            session.expect("engine, makes ready");
            String text = session.expect("finished\r\n$ ");
            assertThat(text.lines().toList())
                    .hasSizeGreaterThan(200)
                    .allMatch(
                            line -> line.strip().codePointCount(0, line.strip().length()) <= 80);
        }
    }

    @Test
    void aTraceHasATimeForEachStepThatWasWalked() throws Exception {
        Ended call = room.ran(List.of("--rm", "--trace"), "echo", "hello");
        assertThat(call.output()).isEqualTo("hello\n");
        assertThat(call.status()).isZero();
        List<String> steps =
                call.error().lines().filter(line -> line.matches(" +\\d+  .*")).toList();
        assertThat(steps).hasSizeGreaterThan(200).allMatch(line -> line.matches(".*\\[([0-9.]+ .s|not walked).*\\]"));
        assertThat(steps.stream().filter(line -> line.matches(".*\\[[0-9.]+ .s.*")))
                .hasSizeGreaterThan(200);
        assertThat(call.error())
                .containsPattern("\n\\d+ steps were walked, \\d+\\.\\d ms from the first to the last\n$");
    }

    @Test
    void aTraceForAProgramIsALineEach() throws Exception {
        Ended call = room.ran(List.of("--rm", "--trace", "--format", "json"), "true");
        List<String> lines = call.error().lines().toList();
        assertThat(lines).hasSizeGreaterThan(200);
        long walked = 0;
        for (String line : lines) {
            JsonObject.parse(line);
            walked += line.contains("\"micros\":") ? 1 : 0;
        }
        assertThat(walked).isGreaterThan(200);
    }

    @Test
    void aJailIsMadeByTheSameCommand() throws Exception {
        Ended call = room.call(
                "run",
                "--rm",
                "--isolation",
                "chroot",
                "--network",
                "host",
                "--user",
                "1000:1000",
                room.image(),
                "sh",
                "-c",
                "echo in; id -u; ls / 2>/dev/null; exit 4");
        assertThat(call.output()).startsWith("in\n1000\n");
        assertThat(call.status()).isEqualTo(4);
        Ended refused = room.call("run", "--rm", "--isolation", "chroot", "--network", "host", room.image(), "true");
        assertThat(refused.error()).startsWith("estiba: --isolation chroot: its root would be the host's");
        assertThat(refused.status()).isEqualTo(125);
        Ended memory = room.call("run", "--rm", "--isolation", "nothing", room.image(), "true");
        assertThat(memory.status()).isEqualTo(125);
        assertThat(room.call("ps", "-aq").output()).isEmpty();
    }

    @Test
    void initIsTheFirstProcessAndReapsOrphans() throws Exception {
        Ended call =
                room.ran(List.of("--rm", "--init"), "sh", "-c", "(sh -c 'exit 0' &); sleep 0.3; cat /proc/1/comm; ps");
        assertThat(call.output())
                .startsWith("docker-init\n")
                .contains("/sbin/docker-init -- sh")
                .doesNotContain("[sh]");
        assertThat(call.status()).isZero();
    }

    @Test
    void helloSaysItInWords() throws Exception {
        Ended call = room.call("run", "--rm", "hello");
        assertThat(call.error())
                .startsWith("WARNING: bridge networks need the daemon")
                .hasLineCount(1);
        assertThat(call.output()).startsWith("Hello from a container of Estiba").contains("estiba run --explain hello");
        assertThat(call.status()).isZero();
    }
}
