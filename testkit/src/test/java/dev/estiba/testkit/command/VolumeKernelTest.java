package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes by the command, through the daemon, and what becomes of them when that is killed. */
@Tag("kernel")
class VolumeKernelTest {
    @TempDir
    Path place;

    private ProductRoom room;

    @BeforeEach
    void open() throws Exception {
        room = ProductRoom.withDaemon(place);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        try {
            for (String id : room.call("ps", "-aq").output().lines().toList()) {
                room.call("rm", "-f", id);
            }
        } finally {
            room.close();
        }
    }

    private Path volumes() {
        return room.room().root().resolve("var/lib/estiba/volumes");
    }

    private List<String> listed() throws Exception {
        Ended all = room.call("volume", "ls", "-q");
        assertThat(all.status()).isZero();
        return all.output().lines().toList();
    }

    private void killDaemon() throws Exception {
        long pid = Long.parseLong(Files.readString(room.room().root().resolve("var/lib/estiba/daemon.lock"))
                .strip());
        ProcessHandle daemon = ProcessHandle.of(pid).orElseThrow();
        CommandRoom.signal(daemon, "KILL");
        daemon.onExit().get(60, TimeUnit.SECONDS);
    }

    @Test
    void aVolumeIsMadeUsedAndRemoved() throws Exception {
        assertThat(room.call("volume", "create", "--label", "colour=blue", "data")
                        .output())
                .isEqualTo("data\n");
        assertThat(room.ran(List.of("--rm", "-v", "data:/d"), "sh", "-c", "echo salt > /d/cargo"))
                .isEqualTo(new Ended(0, "", ""));
        assertThat(room.ran(List.of("--rm", "--mount", "src=data,dst=/d,ro"), "cat", "/d/cargo")
                        .output())
                .isEqualTo("salt\n");
        String id = room.detached(List.of("-v", "data:/d", "-v", "/own"), "sleep", "1000");
        assertThat(room.call("volume", "rm", "data").error())
                .isEqualTo("estiba: remove data: volume is in use - [" + id + "]\n");
        assertThat(listed()).hasSize(2).contains("data");
        assertThat(room.call("system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Active}}")
                        .output())
                .contains("Local Volumes 2 2\n");
        assertThat(room.call("rm", "-fv", id).status()).isZero();
        assertThat(listed()).containsExactly("data");
        assertThat(room.call("volume", "rm", "data").output()).isEqualTo("data\n");
        String told = room.call(
                        "events",
                        "--since",
                        "1h",
                        "--until",
                        "0s",
                        "--filter",
                        "volume=data",
                        "--format",
                        "{{.Action}}")
                .output();
        assertThat(told).isEqualTo("create\nmount\nunmount\nmount\nunmount\nmount\nunmount\ndestroy\n");
    }

    /** SIGKILL at any moment: a volume is there whole or not at all, and nothing else is. */
    @Test
    void oneIsThereOrNotWheneverTheDaemonIsKilled() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("VolumeKernelTest: seed " + seed);
        Random random = new Random(seed);
        room.call("volume", "create", "kept");
        int rounds = Boolean.getBoolean("estiba.long") ? 60 : 3;
        for (int round = 0; round < rounds; round++) {
            room.call("volume", "create", "gone-" + round);
            List<Process> calls = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String name = "made-" + round + "-" + i;
                calls.add(room.room().begin("exec \"$@\"", "volume", "create", name));
            }
            calls.add(room.room().begin("exec \"$@\"", "volume", "rm", "gone-" + round));
            calls.add(room.begin(List.of("--rm", "-v", "/own", "-v", "named-" + round + ":/n"), "true"));
            TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
            killDaemon();
            List<String> answered = new ArrayList<>();
            for (Process call : calls) {
                Ended ended = CommandRoom.end(call);
                if (ended.status() == 0) {
                    answered.addAll(ended.output().lines().toList());
                }
            }
            // What was said to be made is there, what was said to be gone is not.
            Set<String> there = new TreeSet<>(listed());
            assertThat(there).contains("kept");
            for (String name : answered) {
                assertThat(there.contains(name)).as(name).isEqualTo(!name.startsWith("gone-"));
            }
            check(there);
        }
        // Also of one that was made and never started.
        for (String id : room.call("ps", "-aq").output().lines().toList()) {
            room.call("rm", "-f", id);
        }
        assertThat(listed()).noneMatch(name -> name.length() == 64);
    }

    private void check(Set<String> there) throws Exception {
        try (Stream<Path> all = Files.list(volumes())) {
            assertThat(all.map(path -> path.getFileName().toString()).sorted())
                    .containsExactlyElementsOf(there.stream().sorted().toList());
        }
        for (String name : there) {
            assertThat(volumes().resolve(name).resolve("_data")).isDirectory();
            assertThat(room.call("volume", "inspect", "-f", "{{.Name}}", name).output())
                    .isEqualTo(name + "\n");
        }
    }
}
