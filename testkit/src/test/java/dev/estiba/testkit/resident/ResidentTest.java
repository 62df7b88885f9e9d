package dev.estiba.testkit.resident;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class ResidentTest {
    private static final String ALONE = "the resident planner did not answer; going on with a JVM of this call's own";

    @TempDir
    Path place;

    private static void answered(Room.Ended call) {
        assertThat(call.status()).as("%s", call).isZero();
        assertThat(call.output()).contains("estiba-oci").contains("create");
        assertThat(call.error()).isEmpty();
    }

    private static void answeredQuietly(Room.Ended call) {
        answered(call);
        assertThat(call.log()).isEmpty();
    }

    @Test
    void theFirstCallStartsOneAndTheSecondUsesIt() throws Exception {
        try (Room room = Room.open(place)) {
            assertThat(room.planners()).isEmpty();
            answeredQuietly(room.call());
            ProcessHandle planner = room.onlyPlanner();
            answeredQuietly(room.call());
            assertThat(room.onlyPlanner().pid()).isEqualTo(planner.pid());
            assertThat(Files.getPosixFilePermissions(room.directory()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(Files.getPosixFilePermissions(room.named(".sock").getFirst()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** runc writes its debug lines to the log as well. */
    @Test
    void aCallThatIsWatchedTellsWhichPlanItHad() throws Exception {
        try (Room room = Room.open(place)) {
            Room.Ended call = room.end(room.begin("exec \"$@\"", "--debug", "list"));
            assertThat(call.status()).as("%s", call).isZero();
            assertThat(call.log())
                    .containsPattern(
                            "level=debug msg=\"a plan for list: \\d+ steps, \\d+ bytes, after \\d+ microseconds\"\n");
            assertThat(room.end(room.begin("exec \"$@\"", "list")).log()).isEmpty();
        }
    }

    @Test
    void eightFirstCallsAtOnceStartExactlyOne() throws Exception {
        try (Room room = Room.open(place)) {
            List<Room.Begun> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(room.begin("exec \"$@\""));
            }
            for (Room.Begun call : calls) {
                answeredQuietly(room.end(call));
            }
            assertThat(room.planners()).hasSize(1);
        }
    }

    @Test
    void aKilledOneIsReplaced() throws Exception {
        try (Room room = Room.open(place)) {
            answeredQuietly(room.call());
            ProcessHandle killed = room.onlyPlanner();
            Room.signal(killed, "KILL");
            Room.until("its end", () -> Room.hasEnded(killed));
            answeredQuietly(room.call());
            assertThat(room.onlyPlanner().pid()).isNotEqualTo(killed.pid());
        }
    }

    @Test
    void aStoppedOneLosesItsNameButNotItsLife() throws Exception {
        try (Room room = Room.open(place)) {
            answeredQuietly(room.call());
            ProcessHandle stopped = room.onlyPlanner();
            Room.signal(stopped, "STOP");
            Room.Ended call = room.call();
            answered(call);
            assertThat(call.log()).contains("level=warning").contains(ALONE);
            assertThat(call.took()).isBetween(Duration.ofMillis(1900), Duration.ofSeconds(20));
            assertThat(room.named(".sock")).isEmpty();
            assertThat(room.named(".silent")).hasSize(1);
            Room.until("the end of the call's own JVM", () -> room.planners().size() == 1);
            assertThat(room.onlyPlanner().pid()).isEqualTo(stopped.pid());

            answeredQuietly(room.call());
            assertThat(room.planners()).hasSize(2);
            assertThat(room.named(".sock")).hasSize(1);
            Room.signal(stopped, "CONT");
            answeredQuietly(room.call());
            assertThat(room.planners()).hasSize(2);
        }
    }

    /** Both give up on the same one; the name that a successor has by then is not taken from it. */
    @Test
    void twoWhoGiveUpOnAStoppedOneLeaveItsSuccessorAlone() throws Exception {
        try (Room room = Room.open(place)) {
            answeredQuietly(room.call());
            Room.signal(room.onlyPlanner(), "STOP");
            Room.Begun first = room.begin("exec \"$@\"");
            TimeUnit.MILLISECONDS.sleep(700);
            Room.Begun second = room.begin("exec \"$@\"");
            Room.until("that the first gives up", () -> hasNoSocket(room));
            answeredQuietly(room.call()); // starts the successor, before the second gives up
            Path socket = room.named(".sock").getFirst();
            answered(room.end(first));
            Room.Ended late = room.end(second);
            answered(late);
            assertThat(late.log()).contains(ALONE);
            assertThat(socket).exists();
        }
    }

    private static boolean hasNoSocket(Room room) {
        try {
            return room.named(".sock").isEmpty();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void whoseResidentIsKilledBeforeItsAnswerAsksAnother() throws Exception {
        try (Room room = Room.open(place)) {
            answeredQuietly(room.call());
            ProcessHandle planner = room.onlyPlanner();
            Room.signal(planner, "STOP");
            Room.Begun call = room.begin("exec \"$@\"");
            TimeUnit.MILLISECONDS.sleep(300);
            Room.signal(planner, "KILL");
            answeredQuietly(room.end(call));
            assertThat(room.onlyPlanner().pid()).isNotEqualTo(planner.pid());
        }
    }

    @Test
    void anotherBuildsSocketIsLeftAlone() throws Exception {
        try (Room room = Room.open(place)) {
            Files.createDirectory(
                    room.directory(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path other = Files.createFile(room.path("planner-0123456789abcdef.sock"));
            Object key = Files.getAttribute(other, "unix:ino");
            answeredQuietly(room.call());
            assertThat(Files.getAttribute(other, "unix:ino")).isEqualTo(key);
            assertThat(room.named(".sock")).hasSize(2);
        }
    }

    @Test
    void aDirectoryOthersCanWriteIsNotUsed() throws Exception {
        try (Room room = Room.open(place)) {
            Files.createDirectory(room.directory());
            Files.setPosixFilePermissions(room.directory(), PosixFilePermissions.fromString("rwxrwxrwx"));
            refusesTheDirectory(room);
        }
    }

    @Test
    void aDirectoryOfAnotherUserIsNotUsed() throws Exception {
        try (Room room = Room.open(place)) {
            Files.createDirectory(room.directory());
            Files.setPosixFilePermissions(room.directory(), PosixFilePermissions.fromString("rwx------"));
            Files.setAttribute(room.directory(), "unix:uid", 1234);
            refusesTheDirectory(room);
        }
    }

    @Test
    void aLinkIsNotUsedAsTheDirectory() throws Exception {
        try (Room room = Room.open(place)) {
            Path elsewhere = Files.createDirectory(room.directory().resolveSibling("elsewhere"));
            Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwx------"));
            Files.createSymbolicLink(room.directory(), Path.of("elsewhere"));
            refusesTheDirectory(room);
        }
    }

    private static void refusesTheDirectory(Room room) throws Exception {
        Room.Ended call = room.call();
        answered(call);
        assertThat(call.log()).contains("no resident planner can be used; going on with a JVM of this call's own");
        assertThat(room.named("")).isEmpty();
        Room.until("the end of the call's own JVM", () -> room.planners().isEmpty());
    }
}
