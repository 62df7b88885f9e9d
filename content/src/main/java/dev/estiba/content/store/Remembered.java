package dev.estiba.content.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What files said when they were last read. A file that has not changed since is not read again: its inode, its size and the time
 * of its last change, which nobody can set, are asked for each time. Safe for all threads.
 */
final class Remembered<T> {
    private static final int MOST = 10_000;
    private static final String ASKED = "unix:ino,size,ctime,lastModifiedTime";

    private final Map<Path, Known<T>> files = new ConcurrentHashMap<>();
    private final Reader<T> reader;

    Remembered(Reader<T> reader) {
        this.reader = reader;
    }

    /** Reads a file; empty when it has gone meanwhile. */
    interface Reader<T> {
        Optional<T> read(Path file) throws IOException;
    }

    private record Known<T>(Map<String, Object> attributes, T value) {}

    /** @param modified what {@link Images#lastUsed} goes by */
    record Found<T>(T value, Instant modified) {}

    /** Empty when there is no such file. */
    Optional<Found<T>> of(Path file) throws IOException {
        Map<String, Object> now;
        try {
            now = Files.readAttributes(file, ASKED, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            files.remove(file);
            return Optional.empty();
        }
        // Asked before it is read: what is written between the two is read once more the next time.
        Instant modified = ((FileTime) Objects.requireNonNull(now.get("lastModifiedTime"))).toInstant();
        Known<T> known = files.get(file);
        if (known != null && known.attributes().equals(now)) {
            return Optional.of(new Found<>(known.value(), modified));
        }
        Optional<T> read = reader.read(file);
        read.ifPresent(value -> remember(file, new Known<>(now, value)));
        return read.map(value -> new Found<>(value, modified));
    }

    private void remember(Path file, Known<T> known) {
        if (files.size() >= MOST) {
            files.clear();
        }
        files.put(file, known);
    }
}
