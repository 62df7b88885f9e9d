package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.command.ProductRoom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The product's command in a room of its own, and a registry beside it. */
final class ImageRoom implements AutoCloseable {
    private final ProductRoom product;
    private final ServedRegistry registry;
    private final Path place;

    private ImageRoom(ProductRoom product, ServedRegistry registry, Path place) {
        this.product = product;
        this.registry = registry;
        this.place = place;
    }

    /** @param place an empty directory */
    static ImageRoom open(Path place) throws Exception {
        ProductRoom product = ProductRoom.open(Files.createDirectory(place.resolve("product")));
        ServedRegistry registry;
        try {
            registry = ServedRegistry.start(Files.createDirectory(place.resolve("registry")));
        } catch (Exception | Error e) {
            product.close();
            throw e;
        }
        return new ImageRoom(product, registry, place);
    }

    ProductRoom product() {
        return product;
    }

    ServedRegistry registry() {
        return registry;
    }

    /** A directory with busybox, for a layer. */
    Path busybox() {
        return product.place().resolve("image");
    }

    /** A directory with one file, for a layer. */
    Path file(String path, String text) throws IOException {
        Path directory = Files.createTempDirectory(place, "layer");
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return directory;
    }

    Ended call(String... words) throws IOException, InterruptedException {
        return product.call(words);
    }

    /** That is to say nothing but what it is asked for. */
    String said(String... words) throws IOException, InterruptedException {
        Ended ended = call(words);
        assertThat(ended.error()).as(String.join(" ", words)).isEmpty();
        assertThat(ended.status()).as(String.join(" ", words)).isZero();
        return ended.output();
    }

    /** {@code run --rm --network none}, and what it prints; it may say that it pulls. */
    String ran(String image, String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("run", "--rm", "--network", "none", image));
        words.addAll(List.of(command));
        Ended ended = call(words.toArray(String[]::new));
        assertThat(ended.status()).as(ended.error()).isZero();
        return ended.output();
    }

    Path store() {
        return product.room().root().resolve("var/lib/estiba/content");
    }

    /** What is in the store of images, or on its way there. */
    List<String> stored() throws IOException {
        List<String> found = new ArrayList<>();
        for (String each : List.of(
                "blobs/sha256", "ingest", "layers", "unpacking", "images", "leases", "pins", "trash", "spool")) {
            try (Stream<Path> files = Files.list(store().resolve(each))) {
                files.forEach(file -> found.add(each + "/" + file.getFileName()));
            }
        }
        return found;
    }

    /** A program that a test drives, without any environment of ours. */
    static Ended program(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).start();
        return dev.estiba.testkit.command.CommandRoom.end(process);
    }

    static Path copied(Path from, Path to) throws IOException {
        Programs.copy(from, to);
        return to;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try (registry) {
            product.close();
        }
    }
}
