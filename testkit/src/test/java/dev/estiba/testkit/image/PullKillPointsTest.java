package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.TestCgroups;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JVM that pulls is killed at random moments: what has a name is whole, and the next pull comes to its end. */
@Tag("kernel")
class PullKillPointsTest {
    @TempDir
    Path place;

    @AfterAll
    static void leaveNothing() throws Exception {
        TestCgroups.removeEmptyParents();
    }

    @Test
    void whatAKilledPullLeavesIsWholeOrIsNotThere() throws Exception {
        int rounds = Boolean.getBoolean("estiba.long") ? 1000 : 6;
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (ImageRoom room = ImageRoom.open(place)) {
            String name = served(room, random);
            for (int round = 0; round < rounds; round++) {
                String where = "round " + round + " of seed " + seed;
                Process pull = room.product().room().begin("exec \"$@\"", "pull", "-q", name);
                // From its first file on: a JVM that has just been born takes most of a second for that.
                CommandRoom.until("that it has begun", () -> !pull.isAlive() || hasBegun(room));
                TimeUnit.MICROSECONDS.sleep(random.nextInt(400_000));
                room.product().room().jvms().forEach(ProcessHandle::destroyForcibly);
                CommandRoom.end(pull);
                looksWhole(room, name, where);
                Ended again = room.call("run", "--rm", "--network", "none", "-q", name);
                assertThat(again.error()).as(where).isEmpty();
                assertThat(again.output()).as(where).isEqualTo("Bilbao\n");
                room.said("rmi", name);
                room.said("image", "prune", "-f");
                assertThat(room.stored()).as(where).isEmpty();
            }
        }
    }

    private static boolean hasBegun(ImageRoom room) {
        try {
            return Files.isDirectory(room.store().resolve("ingest"))
                    && room.stored().stream().anyMatch(each -> each.startsWith("ingest/"));
        } catch (java.io.IOException e) {
            return false;
        }
    }

    /** Five layers of 2 MB that hardly pack. */
    private static String served(ImageRoom room, Random random) throws Exception {
        List<Path> layers = new ArrayList<>(List.of(room.busybox(), room.file("etc/port", "Bilbao\n")));
        for (int i = 0; i < 5; i++) {
            Path layer = room.file("hold/" + i + "/text", "cargo\n");
            byte[] bytes = new byte[2 << 20];
            random.nextBytes(bytes);
            Files.write(layer.resolve("hold/" + i + "/bytes"), bytes);
            layers.add(layer);
        }
        room.registry().push(MadeImage.of(layers, "cat", "/etc/port"), "fleet/cargo:1");
        return room.registry().name("fleet/cargo:1");
    }

    /** An image that has its name runs without being pulled again. */
    private static void looksWhole(ImageRoom room, String name, String where) throws Exception {
        if (room.said("images", "-q").isEmpty()) {
            return;
        }
        Ended run = room.call("run", "--rm", "--pull", "never", "--network", "none", name);
        assertThat(run.error()).as(where).isEmpty();
        assertThat(run.output()).as(where).isEqualTo("Bilbao\n");
    }
}
