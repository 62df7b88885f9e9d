package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code debug}: a shell with tools in containers that have none, and nothing is added to them. */
@Tag("kernel")
class DebugKernelTest {
    @TempDir
    Path place;

    private ProductRoom room;

    @BeforeEach
    void open() throws IOException {
        room = ProductRoom.withDaemon(place);
        Path alone = Files.createDirectories(place.resolve("scratch"));
        Programs.copy(busybox(), alone.resolve("busybox"));
    }

    @AfterEach
    void close() throws IOException, InterruptedException {
        if (room != null) {
            room.clear();
            room.close();
        }
    }

    private Path busybox() {
        return place.resolve("image/bin/busybox");
    }

    /** A container whose image has one static program, and neither a shell nor a directory. */
    private String scratch(String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "-d", "--stop-timeout", "0"));
        words.addAll(List.of(options));
        words.addAll(List.of("rootfs:" + place.resolve("scratch"), "/busybox", "sleep", "1000"));
        Ended ended = room.call(words.toArray(String[]::new));
        assertThat(ended.error().replace(ProductRoom.BORN, "")).isEmpty();
        String id = ended.output().strip();
        room.know(id);
        return id;
    }

    private Ended debug(String container, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of("debug", "--tools", busybox().toString(), container));
        all.addAll(List.of(words));
        return room.call(all.toArray(String[]::new));
    }

    private String said(String container, String... words) throws Exception {
        Ended ended = debug(container, words);
        assertThat(ended.error().replace(ProductRoom.BORN, "")).isEmpty();
        assertThat(ended.status()).isZero();
        return ended.output();
    }

    /** All that there is of a container: its files with their bytes, what is mounted in it, and what is told of it. */
    private String state(String id) throws Exception {
        StringBuilder all = new StringBuilder();
        Path data = room.room().root().resolve("var/lib/estiba/containers/" + id);
        TreeMap<String, String> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(data)) {
            for (Path each : walk.toList()) {
                boolean isFile = Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS);
                files.put(
                        data.relativize(each).toString(),
                        new TreeMap<>(Files.readAttributes(
                                        each,
                                        "unix:mode,uid,gid,ino,size,lastModifiedTime,ctime",
                                        LinkOption.NOFOLLOW_LINKS))
                                + (isFile ? new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1) : ""));
            }
        }
        files.forEach((name, text) -> all.append(name).append(' ').append(text).append('\n'));
        all.append(room.call("inspect", id).output());
        all.append(room.call("diff", id).output());
        String pid = room.asked(id, "{{.State.Pid}}");
        if (!pid.equals("0")) {
            all.append(Files.readString(Path.of("/proc/" + pid + "/mountinfo")));
        }
        return all.toString();
    }

    @Test
    void aContainerOfOneProgramHasAShellWithTools() throws Exception {
        String id = scratch("--name", "alone", "--read-only", "--user", "1000", "-e", "COLOUR=blue");
        String before = state(id);
        String seen = said(
                "alone",
                "sh",
                "-c",
                "id -u; hostname; ls /; ps -o pid,args | grep sleep; ip -o addr show eth0; echo $COLOUR; ls -l /proc/1/exe");
        String address = room.asked(id, "{{.NetworkSettings.IPAddress}}");
        assertThat(seen.lines().toList())
                .startsWith("0", id.substring(0, 12))
                .contains("busybox", "dev", "proc", "sys", "blue")
                .anyMatch(line -> line.strip().equals("1 /busybox sleep 1000"))
                .anyMatch(line -> line.contains(" " + address + "/"))
                .anyMatch(line -> line.endsWith("-> /busybox"));
        assertThat(debug("alone", "touch", "/new").error()).contains("Read-only file system");
        assertThat(said("alone", "sh", "-c", "echo here > /dev/shm/x && cat /dev/shm/x"))
                .isEqualTo("here\n");
        assertThat(state(id)).isEqualTo(before);
        assertThat(room.call("ps", "-aq").output().lines()).hasSize(1);
    }

    @Test
    void theExitStatusIsTheCommands() throws Exception {
        String id = scratch("--network", "none");
        assertThat(debug(id, "sh", "-c", "exit 7").status()).isEqualTo(7);
        assertThat(debug(id, "nothing-is-called-so").status()).isEqualTo(127);
        Ended short1 = room.call("debug", "--tools", busybox().toString(), "-c", "echo $((6*7)); exit 3", id);
        assertThat(short1.output()).isEqualTo("42\n");
        assertThat(short1.status()).isEqualTo(3);
        Ended none = debug("nobody", "true");
        assertThat(none.error()).contains("neither a container nor an image that is called nobody");
        assertThat(none.status()).isEqualTo(1);
        Ended dynamic = room.call("debug", "--tools", "/bin/sh", id);
        assertThat(dynamic.status()).isEqualTo(125);
        assertThat(dynamic.error()).contains("--tools /bin/sh is not a statically linked program");
    }

    /** What it has written and where it failed is seen; what is written now goes nowhere; and it can be started as before. */
    @Test
    void aContainerThatHasCrashedIsLookedInto() throws Exception {
        Ended crash = room.ran(
                List.of("--name", "crashed", "-v", "/kept"),
                "sh",
                "-c",
                "echo left > /left; echo data > /kept/file; rm /bin/seq; exit 3");
        assertThat(crash.status()).isEqualTo(3);
        String id = room.asked("crashed", "{{.Id}}");
        room.know(id);
        String volumes = room.call("volume", "ls", "-q").output();
        String before = state(id);
        assertThat(said("crashed", "sh", "-c", "cat /left /kept/file; ls /bin/seq 2>&1; echo new > /new; cat /new"))
                .isEqualTo("left\ndata\nls: /bin/seq: No such file or directory\nnew\n");
        assertThat(debug("crashed", "touch", "/kept/more").error()).contains("Read-only file system");
        assertThat(state(id)).isEqualTo(before);
        assertThat(room.call("volume", "ls", "-q").output()).isEqualTo(volumes).isNotBlank();
        assertThat(room.call("start", "-a", "crashed").status()).isEqualTo(3);
        assertThat(room.call("debug", "--write", "crashed").error()).contains("only what runs keeps what is changed");
    }

    @Test
    void aContainerThatCannotStartIsLookedInto() throws Exception {
        Ended failed = room.ran(List.of("--name", "wrong"), "/no/such/program");
        assertThat(failed.status()).isEqualTo(127);
        room.know(room.asked("wrong", "{{.Id}}"));
        assertThat(said("wrong", "ls", "/bin/busybox")).isEqualTo("/bin/busybox\n");
    }

    @Test
    void whatRunsIsChangedByWhoSaysSo() throws Exception {
        String id = room.detached(List.of("--name", "open"), "sleep", "1000");
        assertThat(room.call("debug", "--write", "--tools", busybox().toString(), "open", "touch", "/new")
                        .status())
                .isZero();
        assertThat(room.call("diff", id).output()).contains("A /new");
        assertThat(room.call("exec", id, "busybox", "ls", "/new").output()).isEqualTo("/new\n");
        // What is written in there is seen at once.
        assertThat(room.call("exec", id, "touch", "/later").status()).isZero();
        assertThat(said("open", "ls", "/later")).isEqualTo("/later\n");
    }

    @Test
    void aContainerWithIdsOfItsOwnIsRefused() throws Exception {
        String id = scratch("--userns", "auto", "--network", "none", "--user", "5");
        Ended ended = debug(id, "true");
        assertThat(ended.status()).isEqualTo(125);
        assertThat(ended.error()).contains("not built yet: debug of, or in, a container with ids of its own (--userns");
        assertThat(room.asked(id, "{{.State.Status}}")).isEqualTo("running");
    }

    @Test
    void whoLooksEndsWithTheContainerAndAPausedOneIsSeen() throws Exception {
        String id = scratch("--network", "none");
        assertThat(room.call("pause", id).status()).isZero();
        assertThat(said(id, "sh", "-c", "ps -o pid,args | grep -c '[s]leep'")).isEqualTo("1\n");
        assertThat(room.call("unpause", id).status()).isZero();
        Process shell = room.room()
                .begin(
                        "exec \"$@\"",
                        "debug",
                        "--tools",
                        busybox().toString(),
                        id,
                        "sh",
                        "-c",
                        "echo in; exec sleep 1000");
        assertThat(new String(shell.getInputStream().readNBytes(3), StandardCharsets.UTF_8))
                .isEqualTo("in\n");
        assertThat(room.call("rm", "-f", id).status()).isZero();
        assertThat(CommandRoom.end(shell).status()).isEqualTo(137);
    }

    @Test
    void anImageIsLookedIntoAndOneImageHasToolsForAContainer() throws Exception {
        assertThat(said(room.image(), "ls", "/bin/busybox")).isEqualTo("/bin/busybox\n");
        String id = scratch("--network", "none");
        Ended beside =
                room.call("debug", "--image", room.image(), id, "sh", "-c", "busybox ls /target/busybox; ps -o args");
        assertThat(beside.error()).isEmpty();
        assertThat(beside.output()).startsWith("/target/busybox\n").contains("/busybox sleep 1000");
        assertThat(room.call("kill", id).status()).isZero();
        assertThat(room.call("wait", id).status()).isZero();
        Ended later = room.call(
                "debug", "--image", room.image(), id, "sh", "-c", "busybox ls /target/busybox; touch /target/x");
        assertThat(later.output()).isEqualTo("/target/busybox\n");
        assertThat(later.error()).contains("Read-only file system");
    }
}
