package dev.estiba.engine.store;

import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Which ids of the host containers have for themselves. One file, {@code id-ranges}, a line for each: first id, count, container. A
 * line goes when its container has no record any more, which the next who needs a range finds out: removing a container needs no
 * lock for it.
 *
 * <p>Its lock comes before that of a container's home.
 */
public final class IdRanges {
    private static final String FILE = "id-ranges";

    private final Path directory;
    private final Predicate<String> isContainer;

    /**
     * Consecutive ids.
     *
     * @param first of them
     * @param count how many
     */
    public record Range(long first, long count) {
        long end() {
            return first + count;
        }

        boolean overlaps(Range other) {
            return first < other.end() && other.first < end();
        }
    }

    private record Taken(Range range, String container) {}

    IdRanges(Path directory, Predicate<String> isContainer) {
        this.directory = directory;
        this.isContainer = isContainer;
    }

    /** The file, locked until it is closed: until then no range is given to anybody else. */
    public final class Claim implements AutoCloseable {
        private final Fd lock;
        private final List<Taken> taken;

        private Claim(Fd lock, List<Taken> taken) {
            this.lock = lock;
            this.taken = taken;
        }

        /**
         * The first that is free.
         *
         * @param pool where it is looked for, in this order
         */
        public OptionalLong free(List<Range> pool, long count) {
            List<Range> sorted = taken.stream()
                    .map(Taken::range)
                    .sorted(Comparator.comparingLong(Range::first))
                    .toList();
            for (Range each : pool) {
                long at = each.first();
                for (Range other : sorted) {
                    if (new Range(at, count).overlaps(other)) {
                        at = other.end();
                    }
                }
                if (at >= each.first() && at + count <= each.end()) {
                    return OptionalLong.of(at);
                }
            }
            return OptionalLong.empty();
        }

        /** Writes down that a container, whose record is about to be written, has these. */
        public void take(String container, List<Range> ranges) throws IOException {
            StringBuilder text = new StringBuilder();
            ranges.forEach(each -> taken.add(new Taken(each, container)));
            for (Taken each : taken) {
                text.append(each.range().first())
                        .append(' ')
                        .append(each.range().count());
                text.append(' ').append(each.container()).append('\n');
            }
            AtomicFile.writeDurably(lock, FILE, text.toString().getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() {
            lock.close();
        }
    }

    /** Waits for its turn. */
    public Claim claim() throws IOException {
        // The directory's own lock: the file is another one after each change.
        Fd lock = Open.absolute(directory.toString(), Open.How.directory());
        boolean held = false;
        try {
            Flock.lock(lock, Flock.Kind.EXCLUSIVE);
            Claim claim = new Claim(lock, read());
            held = true;
            return claim;
        } finally {
            if (!held) {
                lock.close();
            }
        }
    }

    private List<Taken> read() throws IOException {
        List<Taken> all = new ArrayList<>();
        Path file = directory.resolve(FILE);
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return all;
        }
        for (String line : lines) {
            String[] fields = line.split(" ", -1);
            if (fields.length != 3 || !fields[0].matches("[0-9]{1,10}") || !fields[1].matches("[0-9]{1,10}")) {
                throw new IOException(file + " is damaged: \"" + line + "\" is not FIRST COUNT CONTAINER");
            }
            if (isContainer.test(fields[2])) {
                all.add(new Taken(new Range(Long.parseLong(fields[0]), Long.parseLong(fields[1])), fields[2]));
            }
        }
        return all;
    }
}
