package dev.estiba.testkit.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Bundles;
import dev.estiba.testkit.bundle.Busybox;
import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.upgrade.UpgradeRoom.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Containers that earlier builds have made, in whatever state they are, are listed, entered, stopped, started and removed by
 * this one, while residents of both builds are there: each build asks its own.
 */
@Tag("kernel")
class UpgradeKernelTest {
    @TempDir
    private Path directory = Path.of("/");

    static List<String> commits() throws IOException {
        return PreviousBuild.commits(repository());
    }

    private static Path repository() {
        return Path.of(System.getProperty("estiba.repo", "/nonexistent"));
    }

    private static Path now(String program) {
        return Path.of(System.getProperty("estiba.home", "/nonexistent"), "bin", program);
    }

    private String image() throws IOException {
        Path busybox = Busybox.program(repository()).orElse(Path.of("/nonexistent"));
        assumeTrue(Files.isExecutable(busybox), "no static busybox on this machine (apt-get install busybox-static)");
        Busybox.root(busybox, directory.resolve("image"), "sh", "sleep", "echo", "true", "ps");
        return "rootfs:" + directory.resolve("image");
    }

    private static void start(UpgradeRoom room, Path estiba, String image, String name, String option, String script)
            throws IOException, InterruptedException {
        room.call(estiba, "run", "-d", "--network", "none", option, "--name", name, image, "sh", "-c", script)
                .succeeds();
    }

    private static String asked(UpgradeRoom room, String name) throws IOException, InterruptedException {
        String template = "{{.State.Status}} {{.State.ExitCode}}";
        return room.call(now("estiba"), "inspect", "-f", template, name)
                .succeeds()
                .output()
                .strip();
    }

    @ParameterizedTest
    @MethodSource("commits")
    void containersOfTheCommandAreUnderstood(String commit) throws Exception {
        Path before = PreviousBuild.home(repository(), commit).resolve("bin/estiba");
        Path now = now("estiba");
        String image = image();
        try (UpgradeRoom room = UpgradeRoom.open(Files.createDirectories(directory.resolve("calls")))) {
            try {
                start(room, before, image, "running", "--label=a=b", "sleep 1000");
                start(room, before, image, "paused", "--label=a=b", "sleep 1000");
                room.call(before, "pause", "paused").succeeds();
                start(room, before, image, "logged", "--label=a=b", "while :; do echo tick; sleep 0.1; done");
                start(room, before, image, "init", "--init", "sleep 1000");
                start(room, before, image, "stopped", "--label=a=b", "exit 3");
                room.call(before, "wait", "stopped").succeeds();
                room.call(before, "create", "--network", "none", "--name", "created", image, "sleep", "1000")
                        .succeeds();

                listed(room, now);
                entered(room, now);
                stoppedAndStarted(room, now);
            } finally {
                for (String name : List.of("running", "paused", "logged", "init", "stopped", "created")) {
                    room.call(now, "rm", "-f", name);
                }
            }
            assertThat(room.call(now, "ps", "-aq").succeeds().output()).isEmpty();
            assertThat(room.sockets().stream().filter(name -> name.startsWith("command-")))
                    .as("residents of both builds")
                    .hasSize(2);
        }
    }

    private static void listed(UpgradeRoom room, Path now) throws IOException, InterruptedException {
        Ended list =
                room.call(now, "ps", "-a", "--format", "{{.Names}} {{.State}}").succeeds();
        assertThat(list.output().lines())
                .containsExactlyInAnyOrder(
                        "running running",
                        "paused paused",
                        "logged running",
                        "init running",
                        "stopped exited",
                        "created created");
        assertThat(asked(room, "stopped")).isEqualTo("exited 3");
        assertThat(room.call(now, "logs", "logged").succeeds().output()).startsWith("tick\n");
    }

    private static void entered(UpgradeRoom room, Path now) throws IOException, InterruptedException {
        for (String name : List.of("running", "logged", "init")) {
            assertThat(room.call(now, "exec", name, "sh", "-c", "exit 7").status())
                    .as(name)
                    .isEqualTo(7);
        }
        assertThat(room.call(now, "top", "running").succeeds().output()).contains("sleep 1000");
        room.call(now, "unpause", "paused").succeeds();
        room.call(now, "exec", "paused", "true").succeeds();
    }

    private static void stoppedAndStarted(UpgradeRoom room, Path now) throws IOException, InterruptedException {
        for (String name : List.of("running", "paused")) {
            room.call(now, "stop", "-t", "0", name).succeeds();
            assertThat(asked(room, name)).isEqualTo("exited 137");
            room.call(now, "start", name).succeeds();
            assertThat(asked(room, name)).isEqualTo("running 0");
        }
        room.call(now, "restart", "-t", "0", "logged").succeeds();
        room.call(now, "start", "created").succeeds();
        assertThat(asked(room, "created")).isEqualTo("running 0");
        room.call(now, "start", "stopped").succeeds();
        assertThat(room.call(now, "wait", "stopped").succeeds().output()).isEqualTo("3\n");
        room.call(now, "rename", "created", "renamed").succeeds();
        room.call(now, "rm", "-f", "renamed").succeeds();
    }

    @ParameterizedTest
    @MethodSource("commits")
    void containersOfTheRuntimeAreUnderstood(String commit) throws Exception {
        Path before = PreviousBuild.home(repository(), commit).resolve("bin/estiba-oci");
        Path now = now("estiba-oci");
        String root = Files.createDirectories(directory.resolve("states")).toString();
        String id = "estiba-upgrade-" + ProcessHandle.current().pid();
        List<String> all = List.of(id + "-running", id + "-created", id + "-paused");
        try (UpgradeRoom room = UpgradeRoom.open(Files.createDirectories(directory.resolve("calls")))) {
            try {
                for (String each : all) {
                    Bundles.ofRepository(repository())
                            .docker(directory.resolve(each), each)
                            .probe("sleep", "1000");
                    String bundle = directory.resolve(each).toString();
                    String verb = each.endsWith("created") ? "create" : "run";
                    List<String> words = verb.equals("create")
                            ? List.of("--root", root, verb, "--bundle", bundle, each)
                            : List.of("--root", root, verb, "--detach", "--bundle", bundle, each);
                    room.call(before, words.toArray(String[]::new)).succeeds();
                }
                room.call(before, "--root", root, "pause", all.getLast()).succeeds();

                assertThat(room.call(now, "--root", root, "list", "-q")
                                .succeeds()
                                .output()
                                .lines())
                        .containsExactlyInAnyOrderElementsOf(all);
                assertThat(status(room, root, all.get(0))).isEqualTo("running");
                assertThat(status(room, root, all.get(1))).isEqualTo("created");
                assertThat(status(room, root, all.get(2))).isEqualTo("paused");
                room.call(now, "--root", root, "exec", all.getFirst(), "/bin/probe", "true")
                        .succeeds();
                room.call(now, "--root", root, "start", all.get(1)).succeeds();
                room.call(now, "--root", root, "resume", all.get(2)).succeeds();
                room.call(now, "--root", root, "update", "--pids-limit", "77", all.get(2))
                        .succeeds();
                room.call(now, "--root", root, "kill", all.getFirst(), "KILL").succeeds();
                for (int i = 0; i < 100 && !status(room, root, all.getFirst()).equals("stopped"); i++) {
                    Thread.sleep(20);
                }
                room.call(now, "--root", root, "delete", all.getFirst()).succeeds();
            } finally {
                for (String each : all) {
                    room.call(now, "--root", root, "delete", "--force", each);
                }
            }
            assertThat(room.call(now, "--root", root, "list", "-q").succeeds().output())
                    .isEmpty();
            try (Stream<Path> left = Files.list(Path.of(root))) {
                assertThat(left).isEmpty();
            }
        }
    }

    private static String status(UpgradeRoom room, String root, String id) throws IOException, InterruptedException {
        Ended state = room.call(now("estiba-oci"), "--root", root, "state", id).succeeds();
        return JsonObject.parse(state.output()).text("status");
    }
}
