package dev.estiba.testkit.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.command.ProductRoom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One build's daemon is ended, another one's is started, and, in the long form, ended, and the first one's comes back: the containers are the same processes all
 * the time, nothing of their logs is missing, and how they have ended meanwhile is known.
 */
@Tag("kernel")
class DaemonUpgradeKernelTest {
    private static final String OTHER = "-Destiba.build=other";

    @TempDir
    Path place;

    @Test
    void anotherBuildGoesOnWithTheContainers() throws Exception {
        ProductRoom room = ProductRoom.withDaemon(place);
        try {
            Path before = Path.of(room.room().command());
            Path after = anotherBuild(before.getParent().getParent());
            String ticks = room.detached(
                    List.of("--name", "ticks"), "sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; sleep 0.02; done");
            String always = room.detached(List.of("--name", "always", "--restart", "always"), "sleep", "1000");
            String[] web = {"run", "-d", "--name", "web", "-p", "18080:80", room.image(), "sleep", "1000"};
            room.know(succeeds(room.call(web)).output());
            List<String> pids = pids(room, before);
            Path current = before;
            List<Path> builds = Boolean.getBoolean("estiba.long") ? List.of(after, before) : List.of(after);
            for (Path next : builds) {
                String ends = room.detached(List.of("--rm=false"), "sh", "-c", "sleep 1; exit 41");
                endDaemon(room, current);
                Path exit = room.room()
                        .root()
                        .resolve("run/estiba/engine/containers")
                        .resolve(ends)
                        .resolve("exit");
                CommandRoom.until("last words that nobody hears", () -> Files.exists(exit));

                Ended found = call(room, next, "ps", "-q");
                assertThat(found.error()).isEqualTo(ProductRoom.BORN);
                assertThat(found.output()).hasLineCount(3);
                assertThat(words(daemon(room)).contains(OTHER)).isEqualTo(next.equals(after));
                assertThat(pids(room, next)).isEqualTo(pids);
                assertThat(inspected(room, next, ends, "{{.State.Status}} {{.State.ExitCode}}"))
                        .isEqualTo("exited 41");
                assertThat(call(room, next, "exec", "ticks", "sh", "-c", "exit 5")
                                .status())
                        .isEqualTo(5);
                assertThat(call(room, next, "port", "web").output()).contains("0.0.0.0:18080");
                // The other build's command understands this one's daemon.
                assertThat(call(room, current, "ps", "-q")).isEqualTo(new Ended(0, found.output(), ""));
                current = next;
            }
            noLineIsMissing(call(room, current, "logs", ticks).output());
            assertThat(succeeds(call(room, current, "stop", "-t", "0", ticks, always))
                            .output())
                    .isEqualTo(ticks + "\n" + always + "\n");
            assertThat(inspected(room, current, ticks, "{{.State.ExitCode}}")).isEqualTo("137");
            room.clear();
        } finally {
            room.abandon();
            room.close();
        }
    }

    private static void noLineIsMissing(String log) {
        List<String> lines = log.lines().toList();
        assertThat(lines).hasSizeGreaterThan(50);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).isEqualTo(Integer.toString(i + 1));
        }
    }

    private static Ended succeeds(Ended ended) {
        assertThat(ended.status()).as(ended.error()).isZero();
        return ended;
    }

    private static Ended call(ProductRoom room, Path command, String... words) throws Exception {
        // "$1" is the room's own command.
        return room.room().callFrom("shift; exec " + command + " \"$@\"", words);
    }

    private static String inspected(ProductRoom room, Path command, String id, String template) throws Exception {
        return succeeds(call(room, command, "inspect", "-f", template, id))
                .output()
                .strip();
    }

    private static List<String> pids(ProductRoom room, Path command) throws Exception {
        List<String> pids = new ArrayList<>();
        for (String name : List.of("ticks", "always", "web")) {
            pids.add(inspected(room, command, name, "{{.State.Pid}} {{.State.StartedAt}} {{.RestartCount}}"));
        }
        return pids;
    }

    private static long daemon(ProductRoom room) throws IOException {
        return Long.parseLong(Files.readString(room.room().root().resolve("var/lib/estiba/daemon.lock"))
                .strip());
    }

    private static String words(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.UTF_8);
    }

    private static void endDaemon(ProductRoom room, Path command) throws Exception {
        long pid = daemon(room);
        succeeds(room.room().callFrom("exec kill -TERM " + pid));
        CommandRoom.until(
                "the end of the daemon of " + command,
                () -> ProcessHandle.of(pid).isEmpty());
    }

    /** The same tree by another id, which is linked into the executable. */
    private Path anotherBuild(Path home) throws IOException {
        Path other = Files.createDirectories(place.resolve("other"));
        Files.createDirectories(other.resolve("bin"));
        Files.createDirectories(other.resolve("lib"));
        try (Stream<Path> files = Files.list(home.resolve("lib"))) {
            for (Path file : files.toList()) {
                String text = Files.readString(file)
                        .replace("-Destiba.home=" + home, "-Destiba.home=" + other)
                        .replace("\0-cp\0", "\0" + OTHER + "\0-cp\0");
                Files.writeString(other.resolve("lib").resolve(file.getFileName()), text);
            }
        }
        String id = Files.readString(Path.of(System.getProperty("estiba.home"), "lib/build-id"))
                .strip();
        String program = Files.readString(home.resolve("bin/estiba"), StandardCharsets.ISO_8859_1);
        assertThat(program).contains(id);
        Path patched = place.resolve("patched");
        Files.writeString(patched, program.replace(id, new StringBuilder(id).reverse()), StandardCharsets.ISO_8859_1);
        Programs.copy(patched, other.resolve("bin/estiba"));
        assertThat(other.resolve("bin/estiba").toFile().setExecutable(true)).isTrue();
        return other.resolve("bin/estiba");
    }
}
