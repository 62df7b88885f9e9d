package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.content.check.Finding;
import dev.estiba.content.check.Report;
import dev.estiba.content.store.StoredImage;
import dev.estiba.testkit.bundle.TestCgroups;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command's JVM is killed at random moments of a pull, a load, a removal and a repair: what has a name is whole, the next pull
 * goes on where it was, and nothing stays that nobody needs.
 */
@Tag("kernel")
class PullKillPointsTest {
    @TempDir
    Path place;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @AfterAll
    static void leaveNothing() throws Exception {
        TestCgroups.removeEmptyParents();
    }

    private enum Deed {
        PULL,
        LOAD,
        REMOVE,
        REPAIR
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES) // of a loaded machine
    void whatAKilledCommandLeavesIsWholeOrIsNotThere() throws Exception {
        int rounds = Boolean.getBoolean("estiba.long") ? 1000 : 50;
        try (KilledPullsRoom room = KilledPullsRoom.open(place)) {
            String name = served(room.images());
            Path archive = place.resolve("saved.tar");
            room.pull(name);
            assertThat(room.call("save", "-o", archive.toString(), name).error())
                    .isEmpty();
            room.empty();
            Process ready = room.begin("images", "-q");
            for (int round = 0; round < rounds; round++) {
                Deed deed = round % 2 == 0 ? Deed.PULL : Deed.values()[1 + random.nextInt(3)];
                String where = "round " + round + " of seed " + seed + ", " + deed;
                try {
                    if (deed == Deed.REMOVE || deed == Deed.REPAIR) {
                        image(room, deed, name);
                    }
                    assertThat(CommandRoom.end(ready).error()).isEmpty();
                    killed(room, deed, name, archive);
                    ready = room.begin("images", "-q"); // the next JVM is born while this one looks
                    assertWhole(room, deed);
                    if (round % 25 == 0) {
                        Ended run = room.call("run", "--rm", "--network", "none", "-q", name);
                        assertThat(run.error()).isEmpty();
                        assertThat(run.output()).isEqualTo("Bilbao\n");
                    }
                    room.pull(name);
                    room.repair();
                    assertThat(room.wrong()).isEmpty();
                    room.empty();
                } catch (AssertionError | IOException e) {
                    throw new AssertionError(where + ": " + e.getMessage(), e);
                }
            }
        }
    }

    /** What is there before it is removed, or mended. */
    private void image(KilledPullsRoom room, Deed deed, String name) throws IOException {
        StoredImage image = room.pull(name);
        if (deed == Deed.REPAIR) {
            flip(room, image);
        }
    }

    /** By a JVM that there is already, so that it is killed at its work and not at its birth. */
    private void killed(KilledPullsRoom room, Deed deed, String name, Path archive) throws Exception {
        Process call = switch (deed) {
            case PULL -> room.begin("pull", "-q", name);
            case LOAD -> room.begin("load", "-q", "-i", archive.toString());
            case REMOVE -> room.begin("rmi", name);
            case REPAIR -> room.begin("system", "check", "--repair");
        };
        if (deed == Deed.PULL || deed == Deed.LOAD) {
            CommandRoom.until("that it has begun", () -> !call.isAlive() || hasBegun(room));
        }
        TimeUnit.MICROSECONDS.sleep(random.nextInt(deed == Deed.REMOVE ? 150_000 : 400_000));
        room.killJvms();
        CommandRoom.end(call);
    }

    private static boolean hasBegun(KilledPullsRoom room) {
        try (Stream<Path> files = Files.list(room.store().root().resolve("ingest"))) {
            return files.findAny().isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private void flip(KilledPullsRoom room, StoredImage image) throws IOException {
        List<StoredImage.Layer> layers = image.variants().getFirst().layers();
        Path blob = room.store()
                .blobs()
                .path(layers.get(random.nextInt(layers.size())).blob().digest());
        try (RandomAccessFile open = new RandomAccessFile(blob.toFile(), "rw")) {
            open.seek(open.length() / 2);
            int there = open.read();
            open.seek(open.length() / 2);
            open.write(there ^ 1);
        }
    }

    private static void assertWhole(KilledPullsRoom room, Deed deed) throws IOException {
        List<Finding> found = room.wrong().stream().map(Report.Result::finding).toList();
        assertThat(found)
                .allMatch(each -> each instanceof Finding.Rest
                        || each.equals(new Finding.DamagedNames(true))
                        || (deed == Deed.REPAIR
                                && (each instanceof Finding.DamagedBlob || each instanceof Finding.MissingBlob)));
        for (var root : room.store().images().names().values()) {
            assertThat(room.store().images().find(root)).isPresent();
        }
    }

    /** Five layers of 2 MB that hardly pack. */
    private String served(ImageRoom room) throws Exception {
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
}
