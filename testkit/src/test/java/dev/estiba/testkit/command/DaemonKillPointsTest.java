package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.faults.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SIGKILL of the daemon right after each of its steps that outlive it (testkit/faults/striker.c says which), in whatever it does with
 * containers and networks. The next daemon finds all of it or nothing: what is listed is whole, what is told to run does, what was
 * asked for can be asked for again, and after {@code rm} nothing is left, neither a file nor a process, a mount, a group, a device or a port
 * in the firewall.
 *
 * <p>The short form takes one step of some of them, which the seed chooses; {@code ./dev test --long} takes all of all.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DaemonKillPointsTest {
    private static final boolean LONG = Boolean.getBoolean("estiba.long");
    private static final int SHORT = 5;
    private static final long SEED =
            Long.getLong("estiba.seed", ProcessHandle.current().pid());
    private static final Pattern SAID = Pattern.compile("(?m)^(killed at|ended after) (\\d+)");

    private ProductRoom room;

    /** What nobody else on this machine runs. */
    private String payload;

    @BeforeAll
    void open(@TempDir Path place) throws Exception {
        room = ProductRoom.withDaemon(place);
        payload = Long.toString(80_000_000 + ProcessHandle.current().pid());
        made("network", "create", "first");
    }

    @AfterAll
    void close() throws Exception {
        if (room != null) {
            room.abandon();
            room.close();
        }
    }

    /** What the daemon is asked for, and about how many steps it makes of it. */
    private enum Deed {
        CREATE(8),
        START(24),
        RUN_WITH_RM(30),
        STOP(8),
        KILL(4),
        PAUSE(4),
        UNPAUSE(4),
        RESTART(32),
        REMOVE(4),
        REMOVE_BY_FORCE(27),
        RENAME(6),
        UPDATE(8),
        NETWORK_CREATE(16),
        NETWORK_CONNECT(24),
        NETWORK_DISCONNECT(24),
        NETWORK_REMOVE(12);

        private final int steps;

        Deed(int steps) {
            this.steps = steps;
        }
    }

    private static List<Deed> deeds() {
        List<Deed> all = new ArrayList<>(List.of(Deed.values()));
        Collections.shuffle(all, new Random(SEED));
        return LONG ? all : all.subList(0, SHORT);
    }

    @ParameterizedTest
    @MethodSource("deeds")
    void allOrNothing(Deed deed) throws Exception {
        if (!LONG) {
            killed(deed, 1 + Math.floorMod(SEED * 31 + deed.ordinal() * 7, deed.steps));
            return;
        }
        int at = 1;
        while (killed(deed, at)) {
            assertThat(at++).as("steps of %s", deed).isLessThan(1000);
        }
        System.out.println("DaemonKillPointsTest: " + deed + " was killed after each of its " + (at - 1) + " steps");
    }

    /** False when it had no such step, and so has come to its end. */
    private boolean killed(Deed deed, int at) throws Exception {
        try {
            prepare(deed);
            Ended struck = strike(at, words(deed));
            Matcher said = SAID.matcher(struck.output());
            assertThat(said.find()).as("the striker: %s", struck).isTrue();
            boolean isKilled = said.group(1).startsWith("killed");
            Ended all = room.call("ps", "-aq", "--no-trunc");
            assertThat(all.status()).as(all.error()).isZero();
            assertThat(all.error()).isEqualTo(isKilled ? ProductRoom.BORN : "");
            all.output().lines().forEach(room::know);
            containersTellTheTruth();
            goesOn(deed);
            nothingIsLeft();
            return isKilled;
        } catch (AssertionError | IOException e) {
            throw new AssertionError(deed + ", killed after step " + at + " (seed " + SEED + "): " + e.getMessage(), e);
        }
    }

    private Ended strike(int at, List<String> words) throws Exception {
        long daemon = Long.parseLong(Files.readString(room.room().root().resolve("var/lib/estiba/daemon.lock"))
                .strip());
        List<String> striker = List.of(Place.tool("striker").toString(), Long.toString(daemon), Integer.toString(at));
        return CommandRoom.end(room.room().begin(striker, "exec \"$@\"", words.toArray(String[]::new)));
    }

    private Ended made(String... words) throws Exception {
        Ended ended = room.call(words);
        assertThat(ended.status()).as("%s: %s", List.of(words), ended.error()).isZero();
        return ended;
    }

    private List<String> container(String verb, String... options) {
        List<String> words = new ArrayList<>(List.of(verb, "--network", "first", "-p", "18080:80"));
        words.addAll(List.of(options));
        words.addAll(List.of(room.image(), "sleep", payload));
        return words;
    }

    private void run() throws Exception {
        room.know(made(container("run", "-d", "--name", "target").toArray(String[]::new))
                .output());
    }

    private void prepare(Deed deed) throws Exception {
        switch (deed) {
            case CREATE, RUN_WITH_RM, NETWORK_CREATE -> made("ps");
            case START, REMOVE, RENAME, UPDATE ->
                room.know(made(container("create", "--name", "target").toArray(String[]::new))
                        .output());
            case STOP, KILL, PAUSE, RESTART, REMOVE_BY_FORCE -> run();
            case UNPAUSE -> {
                run();
                made("pause", "target");
            }
            case NETWORK_CONNECT -> {
                made("network", "create", "second");
                run();
            }
            case NETWORK_DISCONNECT -> {
                made("network", "create", "second");
                run();
                made("network", "connect", "second", "target");
            }
            case NETWORK_REMOVE -> made("network", "create", "second");
        }
    }

    private List<String> words(Deed deed) {
        return switch (deed) {
            case CREATE -> container("create", "--name", "target");
            case START -> List.of("start", "target");
            case RUN_WITH_RM -> container("run", "--rm", "-d", "--name", "target");
            case STOP -> List.of("stop", "-t", "0", "target");
            case KILL -> List.of("kill", "target");
            case PAUSE -> List.of("pause", "target");
            case UNPAUSE -> List.of("unpause", "target");
            case RESTART -> List.of("restart", "-t", "0", "target");
            case REMOVE -> List.of("rm", "target");
            case REMOVE_BY_FORCE -> List.of("rm", "-f", "target");
            case RENAME -> List.of("rename", "target", "renamed");
            case UPDATE -> List.of("update", "--restart", "on-failure:3", "target");
            case NETWORK_CREATE -> List.of("network", "create", "second");
            case NETWORK_CONNECT -> List.of("network", "connect", "second", "target");
            case NETWORK_DISCONNECT -> List.of("network", "disconnect", "second", "target");
            case NETWORK_REMOVE -> List.of("network", "rm", "second");
        };
    }

    private List<String> names() throws Exception {
        return made("ps", "-a", "--format", "{{.Names}}")
                .output()
                .lines()
                .sorted()
                .toList();
    }

    private String asked(String name, String template) throws Exception {
        return room.asked(name, template);
    }

    /** What is told to run has its one program, and its interfaces are the networks that are told; of others nothing runs. */
    private void containersTellTheTruth() throws Exception {
        int running = 0;
        for (String name : names()) {
            String status = asked(name, "{{.State.Status}}");
            assertThat(status).isIn("created", "running", "paused", "exited");
            running += status.equals("paused") ? 1 : 0;
            if (status.equals("running")) {
                running++;
                assertThat(asked(name, "{{.State.StartedAt}}")).doesNotStartWith("0001");
                String networks = asked(name, "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}");
                String interfaces = made("exec", name, "sh", "-c", "cd /sys/class/net; echo *")
                        .output();
                assertThat(interfaces.strip().split(" "))
                        .as("interfaces %s beside the networks %s", interfaces, networks)
                        .hasSize(1 + networks.strip().split(" ").length);
                assertThat(made("port", name).output()).contains("0.0.0.0:18080");
            }
        }
        int wanted = running;
        CommandRoom.until("that as many run as are told to", () -> programs().size() == wanted);
    }

    private List<Long> programs() {
        List<Long> found = new ArrayList<>();
        ProcessHandle.allProcesses().forEach(process -> {
            try {
                String words =
                        Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
                if (words.equals("sleep\0" + payload + "\0")) {
                    found.add(process.pid());
                }
            } catch (IOException gone) {
                return;
            }
        });
        return found;
    }

    /** What was asked for, asked for again where it was not done. */
    private void goesOn(Deed deed) throws Exception {
        List<String> names = names();
        switch (deed) {
            case CREATE -> {
                if (names.isEmpty()) {
                    made(words(deed).toArray(String[]::new));
                } else {
                    assertThat(room.call(words(deed).toArray(String[]::new)).error())
                            .contains("is already in use by container");
                }
                starts("target");
            }
            case START, STOP, RESTART, UPDATE -> {
                assertThat(names).containsExactly("target");
                made(words(deed).toArray(String[]::new));
                starts("target");
            }
            case KILL -> {
                assertThat(asked("target", "{{.State.Status}} {{.State.ExitCode}}"))
                        .isIn("running 0", "exited 137");
                starts("target");
            }
            case PAUSE, UNPAUSE -> {
                if (asked("target", "{{.State.Status}}").equals("running")) {
                    made("pause", "target");
                }
                assertThat(asked("target", "{{.State.Status}}")).isEqualTo("paused");
                made("unpause", "target");
                starts("target");
            }
            case RUN_WITH_RM -> {
                if (names.isEmpty()) {
                    made(words(deed).toArray(String[]::new));
                }
                assertThat(names()).containsExactly("target");
            }
            case REMOVE, REMOVE_BY_FORCE -> {
                if (!names.isEmpty()) {
                    made(words(deed).toArray(String[]::new));
                }
                room.leavesNothing();
                run();
            }
            case RENAME -> {
                assertThat(names).hasSize(1).isSubsetOf("target", "renamed");
                String other = names.getFirst().equals("target") ? "renamed" : "target";
                assertThat(room.call("inspect", other).status())
                        .as("the other name")
                        .isEqualTo(1);
                room.know(made(container("create", "--name", other).toArray(String[]::new))
                        .output());
                starts(names.getFirst());
            }
            case NETWORK_CREATE -> {
                if (!networks().contains("second")) {
                    made(words(deed).toArray(String[]::new));
                }
                made("network", "inspect", "second");
                run();
                made("network", "connect", "second", "target");
            }
            case NETWORK_CONNECT, NETWORK_DISCONNECT -> {
                boolean isIn =
                        asked("target", "{{json .NetworkSettings.Networks}}").contains("\"second\"");
                String members = made("network", "inspect", "-f", "{{json .Containers}}", "second")
                        .output();
                assertThat(members.contains("target")).as(members).isEqualTo(isIn);
                made("network", isIn ? "disconnect" : "connect", "second", "target");
                containersTellTheTruth();
                made("restart", "-t", "0", "target");
                containersTellTheTruth();
            }
            case NETWORK_REMOVE -> {
                if (networks().contains("second")) {
                    made(words(deed).toArray(String[]::new));
                }
                made("network", "create", "second");
            }
        }
    }

    private void starts(String name) throws Exception {
        made("start", name);
        assertThat(room.call("exec", name, "sh", "-c", "exit 3").status()).isEqualTo(3);
        containersTellTheTruth();
    }

    private List<String> networks() throws Exception {
        return made("network", "ls", "--format", "{{.Name}}").output().lines().toList();
    }

    private void nothingIsLeft() throws Exception {
        room.clear();
        if (networks().contains("second")) {
            made("network", "rm", "second");
        }
        assertThat(networks()).containsExactlyInAnyOrder("bridge", "first", "host", "none");
        CommandRoom.until(
                "that no container's device is left",
                () -> devices().stream().noneMatch(name -> name.startsWith("estv")));
        assertThat(devices().stream().filter(name -> name.startsWith("est-")))
                .as("bridges")
                .hasSizeLessThan(2);
        Ended table = room.room().callFrom("exec nft list table inet estiba");
        assertThat(table.output()).doesNotContain("18080");
        assertThat(programs()).isEmpty();
    }

    private List<String> devices() {
        try {
            return room.room()
                    .callFrom("exec ip -o link show")
                    .output()
                    .lines()
                    .map(line -> line.split("[: @]+")[1])
                    .toList();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
