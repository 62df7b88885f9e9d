package dev.estiba.engine.log;

import dev.estiba.api.LogSink;
import dev.estiba.api.LogsOptions;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.record.Timestamps;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.URLEncoder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A container's log as Docker's json-file driver lays it out: FILE, and older lines in FILE.1, FILE.2 … The monitor writes
 * it and renames its files at any time; here they are only read. Lines that are none (a write that was cut off by a crash)
 * are passed over.
 *
 * <p>The file that was read last stays open: its inode number cannot be given to a new file meanwhile, so a rotation is
 * always seen, and what came into the old file before it is not lost.
 */
public final class ContainerLog implements AutoCloseable {
    private static final int LONGEST = 1 << 20;
    private static final int MOST_FILES = 1000;

    private final Path file;
    private Optional<Fd> held = Optional.empty();

    /** How far {@link #held} has been read, for who follows. */
    private long position;

    /** In front of each line, when details are asked for. */
    private final String details;

    private ContainerLog(Path file, String details) {
        this.file = file;
        this.details = details;
    }

    public static ContainerLog of(Path file) {
        return new ContainerLog(file, "");
    }

    /** @param attributes what is told of its container where details are asked for */
    public static ContainerLog of(Path file, Map<String, String> attributes) {
        // moby, api/server/httputils: attrsByteSlice, with a space behind it also where there are none.
        String pairs = new TreeMap<>(attributes)
                .entrySet().stream()
                        .map(each -> escaped(each.getKey()) + "=" + escaped(each.getValue()))
                        .collect(Collectors.joining(","));
        return new ContainerLog(file, pairs + " ");
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /**
     * All that there is now and that is asked for. As dockerd, the tail counts entries of the log, a part of a long line
     * being one, and counts them before it is asked which stream and what time they are of.
     */
    public void read(LogsOptions options, LogSink to) throws IOException {
        OptionalLong tail =
                options.tail().isPresent() && options.tail().getAsLong() >= 0 ? options.tail() : OptionalLong.empty();
        List<Fd> files = newest(Optional.empty());
        List<Long> starts = new ArrayList<>();
        try {
            long left = tail.orElse(Long.MAX_VALUE);
            for (Fd each : files) {
                Tail found = tail.isEmpty() ? new Tail(0, 0) : Tail.of(Path.of(each.procPath()), left);
                left -= found.entries();
                starts.add(found.start());
            }
            readFrom(files, starts, wanted(options, to));
        } finally {
            drop(files);
        }
    }

    /** What has come since {@link #read} or this was called last; rotations in between lose nothing that is still there. */
    public void readOn(LogsOptions options, LogSink to) throws IOException {
        // First the newer files, then the rest of the old one: nothing comes into it once it has been renamed.
        List<Fd> newer = newest(held);
        try {
            Consumer wanted = wanted(options, to);
            if (held.isPresent()) {
                lines(held.get(), position, wanted);
            }
            readFrom(newer, newer.stream().map(each -> 0L).toList(), wanted);
        } finally {
            drop(newer);
        }
    }

    /** Takes entries, one after the other. */
    @FunctionalInterface
    public interface EntrySink {
        /** @throws IOException when it was not taken: the next {@link #forward} begins with it */
        void take(LogLine line) throws IOException;
    }

    /**
     * All entries behind the last one that was taken, rotations in between included. What was rotated away meanwhile is lost.
     *
     * @throws IOException of the sink's
     */
    public void forward(EntrySink sink) throws IOException {
        List<Fd> newer = newest(held);
        try {
            if (held.isPresent()) {
                lines(held.get(), position, sink::take);
            }
            for (int i = newer.size() - 1; i >= 0; i--) {
                close();
                held = Optional.of(newer.get(i));
                lines(newer.get(i), 0, sink::take);
            }
        } finally {
            drop(newer);
        }
    }

    /** Where {@link #forward} goes on; empty when nothing was taken yet. */
    public Optional<LogCursor> cursor() throws IOException {
        return held.isPresent() ? Optional.of(LogCursor.of(held.get(), position)) : Optional.empty();
    }

    /** Goes on where somebody else has got to; from the beginning when that file is no more. Whether it still is. */
    public boolean resume(LogCursor cursor) throws IOException {
        List<Fd> files = newest(Optional.empty());
        try {
            for (Fd each : files) {
                if (cursor.isIn(each)) {
                    close();
                    held = Optional.of(each);
                    position = cursor.position();
                    return true;
                }
            }
            return false;
        } finally {
            drop(files);
        }
    }

    private void readFrom(List<Fd> files, List<Long> starts, Consumer consumer) throws IOException {
        for (int i = files.size() - 1; i >= 0; i--) {
            lines(files.get(i), starts.get(i), consumer);
            if (i == 0) {
                close();
                held = Optional.of(files.getFirst());
            }
        }
    }

    private void drop(List<Fd> files) {
        files.stream().filter(each -> held.isEmpty() || held.get() != each).forEach(Fd::close);
    }

    /** The live file and older ones, until that one comes. A file that is renamed meanwhile is met twice, and taken once. */
    private List<Fd> newest(Optional<Fd> until) throws IOException {
        List<Fd> files = new ArrayList<>();
        Set<Object> seen = new HashSet<>();
        boolean whole = false;
        try {
            for (int i = 0; i < MOST_FILES; i++) {
                Optional<Fd> next = open(i == 0 ? file : file.resolveSibling(file.getFileName() + "." + i));
                if (next.isEmpty() && i > 0) {
                    break;
                }
                if (next.isEmpty()) {
                    continue; // between two steps of a rotation there is no live file
                }
                Object identity = identity(next.get());
                if (until.isPresent() && identity(until.get()).equals(identity)) {
                    next.get().close();
                    break;
                }
                if (seen.add(identity)) {
                    files.add(next.get());
                } else {
                    next.get().close();
                }
            }
            whole = true;
            return files;
        } finally {
            if (!whole) {
                files.forEach(Fd::close);
            }
        }
    }

    private static Optional<Fd> open(Path path) throws IOException {
        try {
            return Optional.of(Open.absolute(path.toString(), Open.How.reading()));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Object identity(Fd opened) throws IOException {
        return Files.getAttribute(Path.of(opened.procPath()), "unix:ino");
    }

    private interface Consumer {
        void accept(LogLine line) throws IOException;
    }

    private Consumer wanted(LogsOptions options, LogSink to) {
        return line -> {
            if (isWanted(line, options)) {
                to.write(line.stream(), line.bytes(options.timestamps(), options.details() ? details : ""));
            }
        };
    }

    /** The whole lines from there on; {@link #position} is behind the last one that was taken. */
    private void lines(Fd opened, long from, Consumer consumer) throws IOException {
        position = from;
        try (RandomAccessFile reader = new RandomAccessFile(opened.procPath(), "r")) {
            reader.seek(from);
            InputStream in = new BufferedInputStream(Channels.newInputStream(reader.getChannel()), 1 << 16);
            ByteArrayOutputStream line = new ByteArrayOutputStream(256);
            long at = from;
            for (int b = in.read(); b >= 0; b = in.read()) {
                at++;
                if (b != '\n') {
                    if (line.size() < LONGEST) {
                        line.write(b);
                    }
                    continue;
                }
                Optional<LogLine> parsed = LogLine.parse(line.toByteArray());
                if (parsed.isPresent()) {
                    consumer.accept(parsed.get());
                }
                line.reset();
                position = at;
            }
        }
    }

    private static boolean isWanted(LogLine line, LogsOptions options) {
        boolean stream = switch (line.stream()) {
            case STDOUT -> options.stdout();
            case STDERR -> options.stderr();
        };
        Instant time = line.time();
        return stream
                && options.since().map(since -> !time.isBefore(since)).orElse(true)
                && options.until().map(until -> !time.isAfter(until)).orElse(true);
    }

    /** As {@code docker logs --timestamps} has it. */
    static byte[] stamp(Instant time) {
        return (Timestamps.of(time) + " ").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        held.ifPresent(Fd::close);
        held = Optional.empty();
    }
}
