package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What goes into a container, and comes out of it, and which of the caller's files are meant. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamsKernelTest {
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

    private String inPlace(String script) {
        return "cd '" + room.place() + "' && " + script;
    }

    private static void says(Ended call, String output) {
        assertThat(call.error()).isEmpty();
        assertThat(call.output()).isEqualTo(output);
        assertThat(call.status()).isZero();
    }

    @Test
    void tenMegabytesGoThroughUnchanged() throws Exception {
        byte[] bytes = new byte[10 << 20];
        new Random(11).nextBytes(bytes);
        Files.write(room.place().resolve("in"), bytes);
        Path out = room.place().resolve("out");
        says(room.ranFrom(inPlace("cat in | \"$@\" >out"), List.of("--rm", "-i"), "cat"), "");
        assertThat(Files.readAllBytes(out)).isEqualTo(bytes);
        String id = room.detached(List.of(), "sleep", "1000");
        says(room.room().callFrom(inPlace("\"$@\" <in >out"), "exec", "-i", id, "cat"), "");
        assertThat(Files.readAllBytes(out)).isEqualTo(bytes);
    }

    @Test
    void stderrIsApart() throws Exception {
        Ended call = room.ran(List.of("--rm"), "sh", "-c", "echo out; echo err >&2; exit 3");
        assertThat(call.output()).isEqualTo("out\n");
        assertThat(call.error()).isEqualTo("err\n");
        assertThat(call.status()).isEqualTo(3);
        String id = room.detached(List.of(), "sleep", "1000");
        Ended exec = room.call("exec", id, "sh", "-c", "echo out; echo err >&2; exit 4");
        assertThat(exec).isEqualTo(new Ended(4, "out\n", "err\n"));
    }

    @Test
    void onlyWhatIsAskedForIsAttached() throws Exception {
        says(room.ran(List.of("--rm", "-a", "stdout"), "sh", "-c", "echo out; echo err >&2"), "out\n");
    }

    @Test
    void withoutInteractiveStdinIsLeftToTheNext() throws Exception {
        says(room.ranFrom("printf 'for the next' | { \"$@\"; cat; }", List.of("--rm"), "cat"), "for the next");
    }

    @Test
    void closedStreamsAreNoTrouble() throws Exception {
        says(room.ranFrom("exec \"$@\" <&-", List.of("--rm", "-i"), "cat"), "");
        Path witness = room.place().resolve("witness");
        Files.createDirectories(witness);
        Ended call = room.ranFrom(
                "exec \"$@\" <&- >&- 2>&-",
                List.of("--rm", "-v", witness + ":/witness"),
                "sh",
                "-c",
                "echo lost; echo lost >&2; echo kept >/witness/file");
        assertThat(witness.resolve("file")).hasContent("kept");
        assertThat(call.status()).isZero();
    }

    /** As with Docker's command: who does not read any more is told of nothing, and the container goes on. */
    @Test
    void outputThatNobodyReadsEndsTheCommandAlone() throws Exception {
        String script = "{ timeout 30 \"$@\"; echo \"status $?\" >&2; } | head -n 2";
        Ended call =
                room.ranFrom(script, List.of("--name", "endless"), "sh", "-c", "while :; do echo y; sleep 0.01; done");
        assertThat(call.output()).isEqualTo("y\ny\n");
        assertThat(call.error()).isEqualTo("status 141\n");
        assertThat(room.asked("endless", "{{.State.Status}}")).isEqualTo("running");
        assertThat(room.call("rm", "-f", "endless").status()).isZero();
    }

    @Test
    void pathsAreRelativeToTheCaller() throws Exception {
        Files.createDirectories(room.place().resolve("files/inner"));
        Files.writeString(room.place().resolve("files/inner/file"), "content\n");
        Files.writeString(room.place().resolve("files/some.env"), "# a comment\nONE=1\nGREETING\nNOT_SET\n");
        String there = "cd '" + room.place().resolve("files") + "' && \"$@\"";
        says(room.ranFrom(there, List.of("--rm", "-v", "./inner:/in:ro"), "cat", "/in/file"), "content\n");
        says(
                room.ranFrom(there, List.of("--rm", "--mount", "type=bind,src=./inner,dst=/in"), "cat", "/in/file"),
                "content\n");
        Ended env = room.ranFrom(there, List.of("--rm", "--env-file", "some.env"), "env");
        assertThat(env.output()).contains("ONE=1\n", "GREETING=salt & sea\n").doesNotContain("NOT_SET");
        Ended missing = room.ranFrom(there, List.of("--rm", "--env-file", "none.env"), "env");
        assertThat(missing.error()).contains("none.env");
        assertThat(missing.status()).isEqualTo(125);
    }

    @Test
    void theCidfileIsTheCallersAndIsNotOverwritten() throws Exception {
        Path directory = Files.createDirectories(room.place().resolve("cidfiles"));
        String there = "cd '" + directory + "' && \"$@\"";
        Ended call = room.ranFrom(there, List.of("--cidfile", "id", "-d"), "true");
        assertThat(directory.resolve("id")).content().isEqualTo(call.output().strip());
        Ended again = room.ranFrom(there, List.of("--cidfile", "id"), "true");
        assertThat(again.status()).isEqualTo(125);
        assertThat(again.error()).contains("container ID file found");
        assertThat(directory.resolve("id")).content().isEqualTo(call.output().strip());
        assertThat(room.ranFrom(there, List.of("--rm", "--cidfile", "of-none", "--memory", "1k"), "true")
                        .status())
                .isEqualTo(125);
        assertThat(directory.resolve("of-none")).doesNotExist();
    }

    @Test
    void aReadOnlyVolumeAndRootAreThat() throws Exception {
        Path directory = Files.createDirectories(room.place().resolve("volume"));
        Ended volume = room.ran(List.of("--rm", "-v", directory + ":/volume:ro"), "touch", "/volume/file");
        assertThat(volume.error()).isEqualTo("touch: /volume/file: Read-only file system\n");
        assertThat(directory.resolve("file")).doesNotExist();
        Ended root =
                room.ran(List.of("--rm", "--read-only", "--tmpfs", "/tmp"), "sh", "-c", "touch /tmp/a && touch /a");
        assertThat(root.error()).isEqualTo("touch: /a: Read-only file system\n");
    }

    @Test
    void whatTheImageHasIsReadAndNeverWritten() throws Exception {
        says(room.ran(List.of("--rm"), "sh", "-c", "echo x >/bin/new; rm /bin/touch 2>/dev/null; exit 0"), "");
        assertThat(room.place().resolve("image/bin/new")).doesNotExist();
        assertThat(room.place().resolve("image/bin/touch")).isSymbolicLink();
        assertThat(room.place().resolve("image/proc")).doesNotExist();
    }
}
