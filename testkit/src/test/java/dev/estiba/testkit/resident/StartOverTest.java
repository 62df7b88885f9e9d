package dev.estiba.testkit.resident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.Bundles;
import dev.estiba.testkit.bundle.TestCgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sealed copy whose planner is silent starts over, with all that its caller gave. */
@Tag("kernel")
class StartOverTest {
    private static final String ALONE = "going on with a JVM of this call's own";
    private static final String NOBODY = "65534";

    @TempDir
    Path place;

    private static Bundle bundle(Path directory, String id) throws IOException {
        String repository = System.getProperty("estiba.repo");
        assumeTrue(repository != null, "estiba.repo is not set: run the tests by ./dev test");
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "cgroups of this machine are not ours: root is needed");
        return Bundles.ofRepository(Path.of(repository)).docker(directory, id);
    }

    private static String newId() {
        return "over-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
    }

    @Test
    void theCallersDescriptorsAreKept() throws Exception {
        String id = newId();
        Bundle bundle = bundle(place.resolve("bundle"), id).probe("fds");
        Path states = Files.createDirectory(place.resolve("states"));
        try (Room room = Room.open(place)) {
            assertThat(room.call().status()).isZero();
            Room.signal(room.onlyPlanner(), "STOP");
            Room.Ended run = room.end(room.begin(
                    "exec 3</etc/passwd; exec \"$@\"",
                    "--root",
                    states.toString(),
                    "run",
                    "--preserve-fds",
                    "1",
                    "--bundle",
                    bundle.directory().toString(),
                    id));
            assertThat(run.log()).contains(ALONE);
            assertThat(run.status()).as("%s", run).isZero();
            Answers answers = Answers.parse(run.output());
            assertThat(answers.of("fds").toString()).contains("/etc/passwd");
            assertThat(states.resolve(id)).doesNotExist();
            assertThat(TestCgroups.leftBy(id)).isEmpty();
        } finally {
            TestCgroups.removeEmptyParents();
        }
    }

    /** Without root, the residents' directory is found by a variable; the silent one's name is taken from it there. */
    @Test
    void withoutRootTheResidentsDirectoryIsFoundAgain() throws Exception {
        String id = newId();
        Bundle bundle = bundle(place.resolve("bundle"), id);
        try (Room room = Room.open(place)) {
            for (Path each : new Path[] {place, place.resolve("home")}) {
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
            Room.Ended reaches =
                    room.callFrom("exec setpriv --reuid " + NOBODY + " --clear-groups test -r " + argvOfTree());
            assumeTrue(reaches.status() == 0, "this tree is in a directory that not everybody may read");
            String as = "[ -d /run/xdg ] || mkdir -m 0777 /run/xdg; export XDG_RUNTIME_DIR=/run/xdg;"
                    + " exec setpriv --reuid " + NOBODY + " --regid " + NOBODY + " --clear-groups \"$@\"";
            assertThat(room.callFrom(as).status()).isZero();
            Path residents = room.directory().resolveSibling("../xdg/estiba");
            assertThat(names(residents)).anyMatch(name -> name.endsWith(".sock"));
            Room.signal(room.onlyPlanner(), "STOP");
            Room.Ended run = room.end(
                    room.begin(as, "run", "--bundle", bundle.directory().toString(), id));
            assertThat(run.log()).contains(ALONE);
            assertThat(names(residents))
                    .anyMatch(name -> name.endsWith(".silent"))
                    .noneMatch(name -> name.endsWith(".sock"));
        } finally {
            TestCgroups.removeEmptyParents();
        }
    }

    private static Path argvOfTree() {
        return Path.of(System.getProperty("estiba.home", "/nowhere")).resolve("lib/planner.argv");
    }

    private static java.util.List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
