package dev.estiba.testkit.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Bundles;
import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.command.ProductRoom;
import dev.estiba.testkit.faults.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A room of the product's with the probe in its image, and what the kernel says of processes. */
final class TruthRoom implements AutoCloseable {
    static final boolean LONG = Boolean.getBoolean("estiba.long");

    /** Longer than any wait that is meant to end; what is cut off by it has hung. */
    private static final Duration BOUND = Duration.ofSeconds(45);

    final ProductRoom product;

    private TruthRoom(ProductRoom product) {
        this.product = product;
    }

    static TruthRoom open(Path place) throws IOException {
        ProductRoom product = ProductRoom.open(place);
        Path probe = Bundles.ofRepository(Place.repository()).programs().resolve("probe");
        Programs.copy(probe, product.place().resolve("image/bin/probe"));
        return new TruthRoom(product);
    }

    /** A call that must end. */
    Ended bounded(String... words) throws IOException, InterruptedException {
        List<String> timeout = List.of("timeout", "--signal", "KILL", Long.toString(BOUND.toSeconds()));
        long begin = System.nanoTime();
        Ended ended = CommandRoom.end(product.room().begin(timeout, "exec \"$@\"", words));
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("how long %s took", String.join(" ", words))
                .isLessThan(BOUND);
        return ended;
    }

    Ended succeeds(String... words) throws IOException, InterruptedException {
        Ended ended = bounded(words);
        assertThat(ended.error()).isEmpty();
        assertThat(ended.status()).isZero();
        return ended;
    }

    /** A container in the foreground, whose first line of output has been read. */
    Process ready(List<String> options, String... command) throws IOException {
        Process run = product.begin(options, command);
        StringBuilder line = new StringBuilder();
        for (int next = run.getInputStream().read();
                next > '\n';
                next = run.getInputStream().read()) {
            line.append((char) next);
        }
        if (line.isEmpty()) {
            String why = new String(run.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            throw new IOException("the container said nothing: " + why);
        }
        return run;
    }

    long pid(String id) throws IOException, InterruptedException {
        return Long.parseLong(product.asked(id, "{{.State.Pid}}"));
    }

    /** proc(5): a process's children, each with its state. */
    static Map<Long, Character> children(long parent) throws IOException {
        Map<Long, Character> found = new TreeMap<>();
        for (Map.Entry<Long, String> one : stats().entrySet()) {
            String[] fields = fields(one.getValue());
            if (Long.parseLong(fields[1]) == parent) {
                found.put(one.getKey(), fields[0].charAt(0));
            }
        }
        return found;
    }

    /** Those that have ended and that nobody has waited for, with their names. */
    static List<String> zombies() throws IOException {
        List<String> found = new ArrayList<>();
        for (String stat : stats().values()) {
            if (fields(stat)[0].equals("Z")) {
                found.add(stat.substring(0, stat.lastIndexOf(')') + 1) + " of " + fields(stat)[1]);
            }
        }
        return found;
    }

    /** From the third field, the state, on: the second, the name, may have anything in it. */
    private static String[] fields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    private static Map<Long, String> stats() throws IOException {
        Map<Long, String> found = new TreeMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                try {
                    String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
                    found.put(Long.valueOf(process.getFileName().toString()), stat);
                } catch (IOException gone) {
                    // it has ended meanwhile
                }
            }
        }
        return found;
    }

    void clear() throws IOException, InterruptedException {
        product.clear();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        product.close();
    }
}
