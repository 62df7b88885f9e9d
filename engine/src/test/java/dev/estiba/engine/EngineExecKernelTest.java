package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.Attachment;
import dev.estiba.api.ConsoleSize;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecInspect;
import dev.estiba.api.ExecStartRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Further processes in a running container. */
@Tag("kernel")
class EngineExecKernelTest {
    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private EngineRoom room;
    private Engine engine;
    private String id;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, rootfs);
        engine = room.engine;
        id = room.started(room.request("sleep", "600"));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        room.close();
    }

    private static ExecCreateRequest request(String user, boolean tty, List<String> env, String... command) {
        return new ExecCreateRequest(
                user, false, tty, Optional.empty(), true, true, true, "", env, "", List.of(command));
    }

    private String run(ExecCreateRequest request, String input, int status) throws Exception {
        String exec = engine.createExec(id, request);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExecStartRequest start = new ExecStartRequest(false, request.tty(), Optional.of(new ConsoleSize(33, 77)));
        try (Attachment attachment = engine.startExec(exec, start)) {
            attachment.write(input.getBytes(StandardCharsets.UTF_8));
            attachment.closeInput();
            EngineRoom.drain(attachment, out, out);
        }
        EngineRoom.until(() -> code(exec).isPresent());
        assertThat(code(exec)).hasValue(status);
        return out.toString(StandardCharsets.UTF_8);
    }

    private OptionalInt code(String exec) {
        try {
            ExecInspect inspect = engine.inspectExec(exec);
            return inspect.exitCode();
        } catch (ApiException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void itRunsWithItsInputAndStatus() throws Exception {
        assertThat(run(request("", false, List.of("X=y"), "sh", "-c", "cat; echo $X; exit 5"), "in\n", 5))
                .isEqualTo("in\ny\n");
    }

    @Test
    void itIsWhoItIsToldToBe() throws Exception {
        assertThat(run(request("sailor", false, List.of(), "sh", "-c", "id; echo $HOME"), "", 0))
                .isEqualTo("uid=1000(sailor) gid=1001(crew) groups=1001(crew),1002(watch)\n/berth/sailor\n");
    }

    @Test
    void itHasATerminalOfTheSizeThatWasSaid() throws Exception {
        assertThat(run(request("", true, List.of(), "stty", "size"), "", 0)).isEqualTo("33 77\r\n");
    }

    @Test
    void whatCannotBeRunIsSaid() throws Exception {
        assertThatThrownBy(() -> run(request("", false, List.of(), "nothing-of-this-name"), "", 127))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("executable file not found in $PATH");
        assertThatThrownBy(() -> engine.createExec(id, request("", false, List.of())))
                .hasMessage("No exec command specified");
    }

    @Test
    void aStoppedContainerTakesNone() throws Exception {
        engine.killContainer(id, "KILL");
        room.await(id);
        assertThatThrownBy(() -> engine.createExec(id, request("", false, List.of(), "true")))
                .hasMessage("container " + id + " is not running");
    }
}
