package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ContainerState;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Mount;
import dev.estiba.api.MountPoint;
import dev.estiba.api.OutputStreamName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code debug} against an engine that starts nothing. */
class DebugTest {
    private static final String ID = "0123456789abcdef";

    private final FakeEngine engine = new FakeEngine();
    private FakeCaller caller = new FakeCaller();

    @TempDir
    private Path directory;

    private Path tools;

    @BeforeEach
    void twoContainers() throws IOException {
        tools = elf("tools", 1);
        engine.containers.put("up", container("up", true));
        engine.containers.put("down", container("down", false));
        engine.streams.ends();
    }

    /** A program of one segment of that type (elf(5)); 3 is PT_INTERP. */
    private Path elf(String name, int type) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64 + 56).order(ByteOrder.nativeOrder());
        bytes.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2});
        bytes.putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 1).putInt(64, type);
        return Files.write(directory.resolve(name), bytes.array());
    }

    private static ContainerInspect container(String name, boolean isRunning) {
        return ContainerInspect.builder()
                .id("id-of-" + name)
                .name("/" + name)
                .state(ContainerState.builder()
                        .running(isRunning)
                        .status(isRunning ? "running" : "exited")
                        .build())
                .config(ContainerConfig.builder()
                        .image("img")
                        .env(List.of("A=b", "PATH=/app", "LD_PRELOAD=/evil.so", "ENV=/evil"))
                        .workingDir("/srv")
                        .build())
                .hostConfig(HostConfig.NOTHING.toBuilder()
                        .networkMode("front")
                        .capAdd(List.of("NET_ADMIN"))
                        .build())
                .mounts(List.of(
                        MountPoint.builder()
                                .type("volume")
                                .name("v")
                                .destination("/v")
                                .build(),
                        MountPoint.builder()
                                .type("bind")
                                .source("/not/there")
                                .destination("/b")
                                .build()))
                .build();
    }

    private int run(String... words) {
        caller = new FakeCaller(words);
        return new EstibaProgram(engine).run(caller);
    }

    private CreateRequest body() {
        return engine.bodies.getLast();
    }

    @Test
    void aShellInAContainerThatRunsIsAContainerThatGoes() {
        engine.streams.output.clear();
        engine.streams.writes(OutputStreamName.STDOUT, "seen\n");
        engine.streams.ends();
        engine.status = 4;
        assertThat(run("debug", "--tools", tools.toString(), "up")).isEqualTo(4);
        assertThat(caller.printed()).isEqualTo("seen\n");
        assertThat(engine.calls)
                .containsSequence("create -", "attach " + ID + " with input", "wait " + ID + " removed");
        HostConfig host = body().hostConfig();
        assertThat(host.autoRemove()).isTrue();
        assertThat(host.networkMode()).isEqualTo("none");
        assertThat(host.annotations()).containsOnlyKeys("dev.estiba.debug").containsValue("id-of-up");
        assertThat(host.capAdd()).containsExactly("NET_ADMIN", "SYS_PTRACE");
        assertThat(host.mounts()).isEmpty();
        assertThat(host.binds()).containsExactly(tools + ":/dev/estiba/busybox:ro");
        ContainerConfig config = body().config();
        assertThat(config.user()).isEqualTo("0:0");
        assertThat(config.tty()).isFalse();
        assertThat(config.cmd()).containsExactly("sh");
        assertThat(config.env())
                .containsExactly(
                        "A=b", "PATH=/dev/estiba/bin:/app", "PS1=debug(up):\\w\\$ ", "ESTIBA_DEBUG_DIRECTORY=/srv");
    }

    @Test
    void ofOneThatDoesNotRunTheVolumesAreSeenAndTheNetworkIsLikeIts() {
        assertThat(run("debug", "--tools", tools.toString(), "-c", "ls; id", "down"))
                .isZero();
        assertThat(body().config().cmd()).containsExactly("sh", "-c", "ls; id");
        assertThat(body().hostConfig().networkMode()).isEqualTo("front");
        List<Mount> mounts = body().hostConfig().mounts();
        assertThat(mounts).hasSize(1);
        assertThat(mounts.getFirst().source()).isEqualTo("v");
        assertThat(mounts.getFirst().readOnly()).isTrue();
        assertThat(mounts.getFirst().volumeOptions().orElseThrow().noCopy()).isTrue();
    }

    @Test
    void aTerminalGivesATerminal() {
        caller = new FakeCaller("debug", "--tools", tools.toString(), "up", "ps", "-ef");
        caller.terminals = Set.of(0, 1, 2);
        assertThat(new EstibaProgram(engine).run(caller)).isZero();
        assertThat(body().config().tty()).isTrue();
        assertThat(body().config().cmd()).containsExactly("ps", "-ef");
    }

    @Test
    void anotherImagesToolsStandBesideTheContainersFiles() {
        assertThat(run("debug", "--image", "tools:1", "--write", "up", "gdb")).isZero();
        assertThat(body().config().image()).isEqualTo("tools:1");
        assertThat(body().config().env()).isEmpty();
        assertThat(body().hostConfig().binds()).isEmpty();
        assertThat(body().hostConfig().annotations())
                .containsEntry("dev.estiba.debug.place", "/target")
                .containsEntry("dev.estiba.debug.write", "true");
    }

    @Test
    void whatMakesNoSenseIsRefused() throws IOException {
        String good = tools.toString();
        refused("--write: only what runs", "debug", "--tools", good, "--write", "down");
        refused("--network: the network of a container that runs", "debug", "--tools", good, "--network", "x", "up");
        refused("--image and --tools cannot both", "debug", "--tools", good, "--image", "x", "up");
        refused("cannot both be said", "debug", "--tools", good, "-c", "ls", "up", "id");
        refused(
                "is not a statically linked program",
                "debug",
                "--tools",
                elf("dynamic", 3).toString(),
                "up");
        refused(
                "is not a statically linked program",
                "debug",
                "--tools",
                directory.resolve("none").toString(),
                "up");
        assertThat(run("debug", "nobody")).isEqualTo(1);
        assertThat(caller.complained()).contains("there is neither a container nor an image that is called nobody");
        assertThat(engine.bodies).isEmpty();
    }

    private void refused(String why, String... words) {
        assertThat(run(words)).isEqualTo(125);
        assertThat(caller.complained()).contains(why);
    }
}
