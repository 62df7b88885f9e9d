package dev.estiba.testkit.resident;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing of its first caller stays with a resident. */
@Tag("kernel")
class BirthTest {
    /** A caller with everything that could stay: in bash, because its descriptors go beyond 9. */
    private static final String CALLER = """
            cd "$HOME_OF_TEST"
            umask 077
            trap '' HUP USR1 TERM
            ulimit -S -f 20000
            ulimit -S -n 300
            echo 500 >/proc/self/oom_score_adj
            for i in {3..50}; do eval "exec $i</etc/hostname"; done
            exec env --block-signal=USR2,ALRM "$@"
            """;

    @TempDir
    Path place;

    private static String proc(ProcessHandle process, String file) throws IOException {
        return Files.readString(Path.of("/proc/" + process.pid(), file), StandardCharsets.ISO_8859_1);
    }

    private static String status(ProcessHandle process, String field) throws IOException {
        return proc(process, "status")
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    private static boolean holds(String mask, int signal) {
        return (Long.parseUnsignedLong(mask, 16) >>> (signal - 1) & 1) != 0;
    }

    private ProcessHandle born(Room room) throws Exception {
        Room.Ended call = room.callFrom(CALLER.replace("$HOME_OF_TEST", place.toString()));
        assertThat(call.status()).as("%s", call).isZero();
        return room.onlyPlanner();
    }

    /** On a busy machine a JVM takes long to start; who finds its socket is not told that it was just made. */
    @Test
    void whoFindsOneThatIsStillStartingWaits() throws Exception {
        try (Room room = Room.open(place)) {
            Path slow = place.resolve("slow");
            Files.writeString(slow, "#!/bin/sh\nsleep 4\nexec \"$@\"\n");
            Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwxr-xr-x"));
            room.bearsBy(slow);
            Room.Begun first = room.begin("exec \"$@\"");
            Room.until("its birth", () -> !room.planners().isEmpty());
            Room.Ended second = room.call();
            assertThat(second.status()).as("%s", second).isZero();
            assertThat(second.log()).isEmpty();
            assertThat(room.end(first).log()).isEmpty();
            assertThat(room.onlyPlanner().isAlive()).isTrue();
        }
    }

    @Test
    void hasItsOwnSession() throws Exception {
        try (Room room = Room.open(place)) {
            ProcessHandle planner = born(room);
            String stat = proc(planner, "stat");
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            assertThat(fields[2]).as("process group").isEqualTo(Long.toString(planner.pid()));
            assertThat(fields[3]).as("session").isEqualTo(Long.toString(planner.pid()));
            assertThat(fields[4]).as("terminal").isEqualTo("0");
        }
    }

    @Test
    void hasItsOwnCgroups() throws Exception {
        try (Room room = Room.open(place)) {
            ProcessHandle planner = born(room);
            List<String> groups = proc(planner, "cgroup")
                    .lines()
                    .filter(line -> !line.startsWith("0::") || line.endsWith("estiba.jvm"))
                    .filter(line -> !line.contains("name=") && line.matches("[0-9]+:[a-z].*"))
                    .toList();
            assertThat(groups).isNotEmpty().allMatch(line -> line.endsWith(":/estiba.jvm"));
        }
    }

    @Test
    void hasTheMachinesLimits() throws Exception {
        try (Room room = Room.open(place)) {
            ProcessHandle planner = born(room);
            for (String name : List.of("Max file size", "Max open files")) {
                String[] words = proc(planner, "limits")
                        .lines()
                        .filter(line -> line.startsWith(name))
                        .findFirst()
                        .orElseThrow()
                        .substring(name.length())
                        .strip()
                        .split(" +");
                assertThat(words[0]).as("%s, soft", name).isEqualTo(words[1]);
            }
            assertThat(proc(planner, "oom_score_adj").strip()).isEqualTo("0");
        }
    }

    @Test
    void ignoresAndBlocksNothing() throws Exception {
        try (Room room = Room.open(place)) {
            ProcessHandle planner = born(room);
            for (int signal : new int[] {1, 10, 15}) {
                assertThat(holds(status(planner, "SigIgn"), signal))
                        .as("signal %d is ignored", signal)
                        .isFalse();
            }
            for (int signal : new int[] {12, 14}) {
                assertThat(holds(status(planner, "SigBlk"), signal))
                        .as("signal %d is blocked", signal)
                        .isFalse();
            }
            planner.destroy(); // SIGTERM
            Room.until("its end by SIGTERM", () -> room.planners().isEmpty());
        }
    }

    @Test
    void isNowhereAndKnowsNothing() throws Exception {
        try (Room room = Room.open(place)) {
            ProcessHandle planner = born(room);
            assertThat(status(planner, "Umask")).isEqualTo("0022");
            assertThat(Files.readSymbolicLink(Path.of("/proc/" + planner.pid() + "/cwd")))
                    .isEqualTo(Path.of("/"));
            assertThat(proc(planner, "environ")).doesNotContain("SECRET").doesNotContain("PATH=");
        }
    }

    @Test
    void inheritsNoDescriptor() throws Exception {
        try (Room room = Room.open(place)) {
            ProcessHandle planner = born(room);
            try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + planner.pid() + "/fd"))) {
                for (Path descriptor : descriptors.toList()) {
                    assertThat(target(descriptor))
                            .as("%s", descriptor)
                            .isNotEqualTo("/etc/hostname")
                            .doesNotStartWith(room.file("output"))
                            .doesNotStartWith(room.file("log"));
                }
            }
            assertThat(link(planner, 0)).startsWith("socket:");
            assertThat(link(planner, 1)).endsWith(".log");
            assertThat(link(planner, 2)).isEqualTo(link(planner, 1));
        }
    }

    /** What a JVM at work closes while it is looked at is its own and not inherited: that one has no target. */
    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static String link(ProcessHandle process, int descriptor) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/fd/" + descriptor))
                .toString();
    }

    /** The caller may have closed its stdio: the socket and the log then have the numbers that they are moved from. */
    @Test
    void isBornOfACallerWithoutStdio() throws Exception {
        try (Room room = Room.open(place)) {
            Room.Ended call = room.callFrom("exec 0<&- 1>&- 2>&-; exec \"$@\"");
            assertThat(call.log()).isEmpty();
            ProcessHandle planner = room.onlyPlanner();
            assertThat(link(planner, 0)).startsWith("socket:");
            assertThat(link(planner, 2)).endsWith(".log");
            assertThat(room.call().status()).isZero();
            assertThat(room.onlyPlanner().pid()).isEqualTo(planner.pid());
        }
    }
}
