package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon behind the command: how it comes and goes, and that no container is lost with it. */
@Tag("kernel")
class DaemonKernelTest {
    private static final String BORN = ProductRoom.BORN;

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

    private long daemon() throws Exception {
        return Long.parseLong(Files.readString(room.room().root().resolve("var/lib/estiba/daemon.lock"))
                .strip());
    }

    private void kill(String signal) throws Exception {
        ProcessHandle daemon = ProcessHandle.of(daemon()).orElseThrow();
        CommandRoom.signal(daemon, signal);
        daemon.onExit().get(60, TimeUnit.SECONDS);
    }

    /** What Docker's own command answers. */
    private Ended docker(String words) throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/local/bin/docker")) || Files.isExecutable(Path.of("/usr/bin/docker")),
                "no docker command on this machine");
        return room.room()
                .callFrom("PATH=$PATH:/usr/local/bin DOCKER_HOST=unix:///run/estiba/docker.sock exec docker " + words);
    }

    @Test
    void theFirstContainerStartsItAndTheNextFindsIt() throws Exception {
        Ended first = room.ran(List.of("--rm"), "sh", "-c", "echo out; echo err >&2; exit 7");
        assertThat(first).isEqualTo(new Ended(7, "out\n", BORN + "err\n"));
        Ended next = room.ran(List.of("--rm"), "sh", "-c", "echo again");
        assertThat(next).isEqualTo(new Ended(0, "again\n", ""));
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(room.room().root().resolve("run/estiba/docker.sock"))))
                .isEqualTo("rw-rw----");
    }

    @Test
    void manyFirstCallsStartOne() throws Exception {
        List<Process> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            calls.add(room.begin(List.of("--rm"), "echo", "call"));
        }
        int told = 0;
        for (Process call : calls) {
            Ended ended = CommandRoom.end(call);
            assertThat(ended.output()).as(ended.error()).isEqualTo("call\n");
            assertThat(ended.status()).isZero();
            told += ended.error().equals(BORN) ? 1 : 0;
        }
        assertThat(told).isEqualTo(1);
    }

    @Test
    void dockersOwnCommandSeesTheSame() throws Exception {
        String id = room.detached(List.of("--name", "both", "--label", "colour=blue"), "sleep", "1000");
        assertThat(docker("ps --no-trunc --format '{{.ID}} {{.Names}} {{.Label \"colour\"}}'")
                        .output())
                .isEqualTo(id + " both blue\n");
        assertThat(docker("exec both echo inside")).isEqualTo(new Ended(0, "inside\n", ""));
        assertThat(docker("exec both sh -c 'echo out; echo err >&2; exit 5'"))
                .isEqualTo(new Ended(5, "out\n", "err\n"));
        Ended hello = docker("run --rm --network none hello");
        assertThat(hello.status()).isZero();
        assertThat(hello.error()).isEmpty();
        assertThat(hello.output()).startsWith("Hello from a container of Estiba.");
        assertThat(docker("stop -t 0 both").output()).isEqualTo("both\n");
        assertThat(room.asked("both", "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 137");
    }

    /** Who attaches without an input ends it at once: the end of what he sends can be read for ever. */
    @Test
    void whoIsAttachedAndSaysNothingCostsNothing() throws Exception {
        room.detached(List.of("--name", "quiet"), "sleep", "1000");
        FutureTask<Ended> attached = new FutureTask<>(() -> docker("exec quiet sh -c 'echo here >&2; exec sleep 7'"));
        Thread.ofPlatform().daemon(true).start(attached);
        while (room.call("top", "quiet").output().lines().count() < 3) {
            assertThat(attached.isDone()).isFalse();
        }
        ProcessHandle daemon = ProcessHandle.of(daemon()).orElseThrow();
        Duration before = daemon.info().totalCpuDuration().orElseThrow();
        Thread.sleep(4000);
        assertThat(daemon.info().totalCpuDuration().orElseThrow().minus(before)).isLessThan(Duration.ofMillis(400));
        assertThat(attached.get(60, TimeUnit.SECONDS)).isEqualTo(new Ended(0, "", "here\n"));
    }

    @Test
    void itsContainersAreInNetworks() throws Exception {
        assertThat(room.call("network", "create", "--subnet", "10.44.0.0/24", "mine")
                        .status())
                .isZero();
        List<String> run = List.of("run", "-d", "--name", "one", "--network", "mine", "-p", "0.0.0.0:8080:80");
        List<String> words = new ArrayList<>(run);
        words.addAll(List.of(room.image(), "sleep", "1000"));
        assertThat(room.call(words.toArray(String[]::new)).status()).isZero();
        assertThat(room.call(
                                "network",
                                "inspect",
                                "-f",
                                "{{range .Containers}}{{.Name}} {{.IPv4Address}}{{end}}",
                                "mine")
                        .output())
                .isEqualTo("one 10.44.0.2/24\n");
        assertThat(room.call("port", "one").output()).isEqualTo("80/tcp -> 0.0.0.0:8080\n");
        assertThat(room.call("network", "rm", "mine").error()).contains("has active endpoints");
        assertThat(room.call("network", "connect", "bridge", "one").status()).isZero();
        assertThat(room.call("network", "disconnect", "mine", "one").status()).isZero();
        assertThat(room.call("network", "prune", "-f").output()).isEqualTo("Deleted Networks:\nmine\n\n");
        assertThat(room.call("network", "ls", "--format", "{{.Name}}").output()).isEqualTo("bridge\nhost\nnone\n");
        assertThat(room.call("rm", "-f", "one").output()).isEqualTo("one\n");
    }

    @Test
    void aSignalEndsItAndContainersGoOn() throws Exception {
        room.detached(List.of("--name", "goes-on"), "sleep", "1000");
        kill("TERM");
        assertThat(Files.readString(room.room().root().resolve("run/estiba/daemon.log")))
                .contains("estiba daemon: ending; containers go on\n");
        Ended next = room.call("ps", "--format", "{{.Names}} {{.State}}");
        assertThat(next).isEqualTo(new Ended(0, "goes-on running\n", BORN));
    }

    @Test
    void aSecondOneOfTheSameDirectoriesIsRefused() throws Exception {
        room.call("ps");
        Ended second = room.call("daemon", "--host", "unix:///run/estiba/second.sock");
        assertThat(second.status()).isEqualTo(1);
        assertThat(second.error())
                .isEqualTo("estiba daemon: another daemon (process " + daemon()
                        + ") works in /var/lib/estiba; stop it, or choose another --data-root\n");
        Ended third = room.call(
                "daemon",
                "--data-root",
                "/run/other",
                "--exec-root",
                "/run/other.exec",
                "-H",
                "unix:///run/estiba/docker.sock");
        assertThat(third.status()).isEqualTo(1);
        assertThat(third.error())
                .isEqualTo(
                        "estiba daemon: somebody listens on /run/estiba/docker.sock already; stop it, or choose another"
                                + " --host\n");
    }

    /** The file is where everybody looks: in a /etc of the room's own. */
    @Test
    void commandsGoWhereTheSystemsFileHasItsDirectories() throws Exception {
        Path etc = Files.createDirectories(place.resolve("etc"));
        Path work = Files.createDirectories(place.resolve("work"));
        Files.createDirectories(etc.resolve("estiba"));
        Files.writeString(etc.resolve("estiba/daemon.json"), "{\"data-root\": \"/var/lib/elsewhere\"}");
        Ended mounted = room.room()
                .callFrom("mount -t overlay overlay -o lowerdir=/etc,upperdir=" + etc + ",workdir=" + work + " /etc");
        assumeTrue(mounted.status() == 0, "no overlay can be mounted on /etc: " + mounted.error());
        room.detached(List.of("--name", "here"), "sh", "-c", "echo salt; exec sleep 1000");
        assertThat(room.call("info", "-f", "{{.DockerRootDir}}").output()).isEqualTo("/var/lib/elsewhere\n");
        assertThat(room.call("ps", "--format", "{{.Names}}")).isEqualTo(new Ended(0, "here\n", ""));
        CommandRoom.until("the log", () -> {
            try {
                return room.call("logs", "here").output().equals("salt\n");
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(Files.exists(room.room().root().resolve("var/lib/estiba"))).isFalse();
        assertThat(Files.exists(room.room().root().resolve("run/estiba/docker.sock")))
                .isTrue();
        assertThat(room.call("rm", "-f", "here").output()).isEqualTo("here\n");
    }

    @Test
    void whatIsWrongWithItsSettingsIsSaidBeforeAnythingIsDone() throws Exception {
        Path file = place.resolve("daemon.json");
        Files.writeString(file, "{\"data-root\": \"/run/there\", \"colour\": \"blue\", \"debug\": true}");
        Ended unknown = room.call("daemon", "--config-file", file.toString());
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(unknown.error())
                .isEqualTo("estiba daemon: unable to configure the daemon with file " + file
                        + ": the following directives don't match any configuration option: colour\n");
        Files.writeString(file, "{\"data-root\": \"/run/there\", \"shutdown-timeout\": 5}");
        Ended valid = room.call("daemon", "--config-file", file.toString(), "--validate");
        assertThat(valid)
                .isEqualTo(new Ended(
                        0,
                        "",
                        "estiba daemon: " + file + ": shutdown-timeout: containers go on when the daemon ends\n"
                                + "configuration OK\n"));
        assertThat(room.call("daemon", "--config-file", file.toString(), "--data-root", "/x")
                        .error())
                .contains("the following directives are specified both as a flag and in the configuration file: "
                        + "data-root: (from flag: /x, from file: /run/there)");
        Files.writeString(file, "{\"log-opts\": {\"colour\": \"blue\"}}");
        assertThat(room.call("daemon", "--config-file", file.toString()).error())
                .isEqualTo("estiba daemon: unable to configure the daemon with file " + file
                        + ": unknown log opt 'colour' for json-file log driver\n");
        assertThat(room.call("daemon", "--colour").error()).contains("unknown flag: --colour");
        assertThat(room.call("daemon", "-H", "tcp://0.0.0.0:2375").error())
                .contains("TCP is only opened with TLS and clients' certificates");
        assertThat(room.call("daemon", "-G", "nobody-of-that-name").error())
                .contains("there is no group nobody-of-that-name on this machine");
        assertThat(Files.exists(room.room().root().resolve("run/there"))).isFalse();
    }
}
