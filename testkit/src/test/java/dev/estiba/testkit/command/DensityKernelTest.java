package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many containers at a time: 150, in the long form 1,000. */
@Tag("kernel")
class DensityKernelTest {
    private static final int MANY = Boolean.getBoolean("estiba.long") ? 1000 : 150;

    @TempDir
    Path place;

    private ProductRoom room;

    @BeforeEach
    void open() throws Exception {
        room = ProductRoom.withDaemon(place);
    }

    @AfterEach
    void close() throws Exception {
        room.close();
    }

    private record Taken(long descriptors, long threads, long kilobytes) {}

    private Taken taken() throws Exception {
        Path daemon = Path.of(
                "/proc",
                Files.readString(room.room().root().resolve("var/lib/estiba/daemon.lock"))
                        .strip());
        try (Stream<Path> descriptors = Files.list(daemon.resolve("fd"))) {
            return new Taken(descriptors.count(), status(daemon, "Threads:"), status(daemon, "VmRSS:"));
        }
    }

    private static long status(Path process, String key) throws Exception {
        return Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachOfManyTakesLittleOfTheDaemon() throws Exception {
        room.detached(List.of(), "sleep", "100000");
        Taken before = taken();
        String script = "image=$1; i=1; while [ $i -lt " + MANY + " ]; do"
                + " \"$0\" run -d --network none \"$image\" sleep 100000 || exit 1; i=$((i + 1)); done";
        Ended started = room.room().callFrom("exec sh -c \"$2\" \"$1\" \"$3\"", script, room.image());
        assertThat(started.status()).as(started.error()).isZero();
        started.output().lines().forEach(room::know);
        Ended listed = room.call("ps", "-q", "--no-trunc");
        assertThat(listed.output().lines()).hasSize(MANY).doesNotHaveDuplicates();
        Taken after = taken();
        System.out.println("with " + MANY + " containers: " + after + ", with one: " + before);
        assertThat(after.descriptors() - before.descriptors()).isLessThanOrEqualTo(8L * MANY);
        assertThat(after.threads())
                .as("a container that only runs has no thread of the daemon's")
                .isLessThan(before.threads() + 50);
        if (Boolean.getBoolean("estiba.long")) {
            assertThat(after.kilobytes()).isLessThanOrEqualTo(150L << 10);
        }
        room.clear();
        assertThat(room.call("ps", "-aq").output())
                .isEmpty(); // a list lets go of what it has kept of those that are gone
        assertThat(taken().descriptors()).isLessThanOrEqualTo(before.descriptors() + 10);
    }
}
