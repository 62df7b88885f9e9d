package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.TestCgroups;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code system check} of the built product, with a registry that what is damaged comes from again. */
@Tag("kernel")
class SystemCheckKernelTest {
    @TempDir
    Path place;

    @AfterAll
    static void leaveNothing() throws Exception {
        TestCgroups.removeEmptyParents();
    }

    @Test
    void whatADiskHasDoneIsFoundAndMended() throws Exception {
        try (ImageRoom room = ImageRoom.open(place)) {
            List<Path> layers = List.of(room.busybox(), room.file("etc/port", "Bilbao\n"));
            room.registry().push(MadeImage.of(layers, "cat", "/etc/port"), "fleet/cargo:1");
            String name = room.registry().name("fleet/cargo:1");
            room.said("pull", "-q", name);
            // Before it, what it finds of the host and of other tests' containers.
            assertThat(room.said("system", "check")).endsWith("Checked 1 image, 4 blobs, 2 layers: all is well\n");
            aBlob(room);
            aLayer(room, name);
            room.said("rmi", name);
        }
    }

    private static void aBlob(ImageRoom room) throws Exception {
        Path blob = largest(room.store().resolve("blobs/sha256"));
        try (RandomAccessFile open = new RandomAccessFile(blob.toFile(), "rw")) {
            open.seek(open.length() / 2);
            int there = open.read();
            open.seek(open.length() / 2);
            open.write(there ^ 1);
        }
        Ended found = room.call("system", "check", "--format", "json");
        assertThat(found.status()).isEqualTo(1);
        assertThat(found.output()).startsWith("{\"Clean\":false").contains("\"Kind\":\"DamagedBlob\"");
        assertThat(room.said("system", "check", "--repair"))
                .contains("blob sha256:" + blob.getFileName() + " is damaged: its bytes have the digest")
                .contains("  repaired: it was brought again from ")
                .endsWith("4 blobs, 2 layers: all is well\n");
        assertThat(room.said("system", "check")).endsWith("all is well\n");
    }

    private static void aLayer(ImageRoom room, String name) throws Exception {
        String container = room.said("create", "--network", "none", name, "cat", "/etc/port")
                .strip();
        Path file = port(room.store().resolve("layers"));
        Files.writeString(file, "Bilbaa\n");
        Ended used = room.call("system", "check", "--repair");
        assertThat(used.status()).isEqualTo(1);
        assertThat(used.output()).contains("not repaired: it is in use by container " + container);
        assertThat(file).hasContent("Bilbaa\n");
        room.said("rm", container);
        assertThat(room.said("system", "check", "--repair")).contains("  repaired: it was unpacked again\n");
        assertThat(room.ran(name)).isEqualTo("Bilbao\n");
    }

    private static Path largest(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    private static Path port(Path layers) throws IOException {
        try (Stream<Path> all = Files.list(layers)) {
            return all.map(layer -> layer.resolve("tree/etc/port"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
