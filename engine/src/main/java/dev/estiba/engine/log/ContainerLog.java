package dev.estiba.engine.log;

import dev.estiba.api.LogSink;
import dev.estiba.api.LogsOptions;
import dev.estiba.runtime.record.Timestamps;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipException;

/**
 * A container's log as Docker's json-file driver lays it out: FILE, and older lines in FILE.1, FILE.2 …, which may be packed
 * ({@link LogPacking}). The monitor writes it and renames its files at any time; here they are only read. Lines that are none (a write that was cut off by a crash)
 * are passed over.
 *
 * <p>The file that was read last stays open: its inode number cannot be given to a new file meanwhile, so a rotation is
 * always seen, and what came into the old file before it is not lost.
 */
public final class ContainerLog implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ContainerLog.class.getName());
    private static final int LONGEST = 1 << 20;
    private static final int MOST_FILES = 1000;

    private final Path file;
    private Optional<LogPiece> held = Optional.empty();

    /** How far {@link #held} has been read, for who follows. */
    private long position;

    /** In front of each line, when details are asked for. */
    private final String details;

    /** How many files there may be. */
    private final int most;

    private ContainerLog(Path file, String details, int most) {
        this.file = file;
        this.details = details;
        this.most = most;
    }

    public static ContainerLog of(Path file) {
        return new ContainerLog(file, "", MOST_FILES);
    }

    /**
     * @param attributes what is told of its container where details are asked for
     * @param maxFiles the live one included
     */
    public static ContainerLog of(Path file, Map<String, String> attributes, int maxFiles) {
        // moby, api/server/httputils: attrsByteSlice, with a space behind it also where there are none.
        String pairs = new TreeMap<>(attributes)
                .entrySet().stream()
                        .map(each -> escaped(each.getKey()) + "=" + escaped(each.getValue()))
                        .collect(Collectors.joining(","));
        return new ContainerLog(file, pairs + " ", maxFiles);
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
        List<LogPiece> files = newest(Optional.empty());
        List<Long> starts = new ArrayList<>();
        try {
            long left = tail.orElse(Long.MAX_VALUE);
            for (int i = 0; ; i++) {
                if (i == files.size() && (left == 0 || !addPacked(files, Optional.empty()))) {
                    break;
                }
                Tail found = tail.isEmpty() ? new Tail(0, 0) : files.get(i).tail(left);
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
        List<LogPiece> newer = newest(held);
        try {
            if (held.isEmpty()) {
                boolean unused = addPacked(newer, held); // there was nothing yet, and that is packed already
            }
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
        List<LogPiece> newer = newest(held);
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
        return held.isPresent() ? Optional.of(LogCursor.of(held.get().fd(), position)) : Optional.empty();
    }

    /** Goes on where somebody else has got to; from the beginning when that file is no more. Whether it still is. */
    public boolean resume(LogCursor cursor) throws IOException {
        List<LogPiece> files = newest(Optional.empty());
        try {
            for (LogPiece each : files) {
                if (cursor.isIn(each.fd())) {
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

    private void readFrom(List<LogPiece> files, List<Long> starts, Consumer consumer) throws IOException {
        for (int i = files.size() - 1; i >= 0; i--) {
            lines(files.get(i), starts.get(i), consumer);
            if (i == 0) {
                close();
                held = Optional.of(files.getFirst());
            }
        }
    }

    private void drop(List<LogPiece> files) {
        files.stream()
                .filter(each -> held.isEmpty() || !held.get().equals(each))
                .forEach(LogPiece::close);
    }

    /**
     * The live file and older ones that are not packed, until that one comes; when it does not come, the packed ones that are newer. A
     * file that is renamed meanwhile is met twice, and taken once.
     */
    private List<LogPiece> newest(Optional<LogPiece> until) throws IOException {
        List<LogPiece> files = new ArrayList<>();
        boolean whole = false;
        try {
            boolean isMet = false;
            int aside = 0;
            for (int i = 0; i <= MOST_FILES && !isMet; i++) {
                Optional<LogPiece> next = LogPiece.open(i == 0 ? file : LogPacking.aside(file, i), false);
                if (next.isEmpty() && i > 0) {
                    break;
                }
                // Between two steps of a rotation there is no live file.
                isMet = next.isPresent() && take(next.get(), files, until);
                aside = i;
            }
            // What is packed while there are as many as there may be is from before a gap: its monitor has dropped one
            // of them.
            if (!isMet && aside < most - 1) {
                Optional<LogPiece> packing = LogPiece.open(LogPacking.packing(file), false);
                isMet = packing.isPresent() && take(packing.get(), files, until);
            }
            if (!isMet && until.isPresent()) {
                boolean unused = addPacked(files, until);
            }
            whole = true;
            return files;
        } finally {
            if (!whole) {
                files.forEach(LogPiece::close);
            }
        }
    }

    /** Whether it is the one that is looked for; else it is one of the files, unless it was met before. */
    private static boolean take(LogPiece next, List<LogPiece> files, Optional<LogPiece> until) throws IOException {
        boolean isKept = false;
        try {
            if (until.isPresent() && isSame(until.get(), next)) {
                return true;
            }
            for (LogPiece each : files) {
                if (isSame(each, next)) {
                    return false;
                }
            }
            files.add(next);
            isKept = true;
            return false;
        } finally {
            if (!isKept) {
                next.close();
            }
        }
    }

    private static boolean isSame(LogPiece one, LogPiece other) throws IOException {
        return one.identity().equals(other.identity()) || one.isPacked() != other.isPacked() && one.beginsLike(other);
    }

    /** The packed files as well, until that one comes. Whether there are any. */
    private boolean addPacked(List<LogPiece> files, Optional<LogPiece> until) throws IOException {
        int before = files.size();
        int missing = 0;
        // Who was killed while he gave them other numbers has left one out.
        for (int i = 1; i <= MOST_FILES && missing < 2 && files.size() < most; i++) {
            Optional<LogPiece> next = LogPiece.open(LogPacking.packed(file, i), true);
            missing = next.isPresent() ? 0 : missing + 1;
            if (next.isPresent() && take(next.get(), files, until)) {
                break;
            }
        }
        return files.size() > before;
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
    private void lines(LogPiece opened, long from, Consumer consumer) throws IOException {
        position = from;
        try (InputStream in = opened.from(from)) {
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
        } catch (EOFException | ZipException e) {
            if (!opened.isPacked()) {
                throw e;
            }
            LOG.log(Level.WARNING, opened.fd().label() + " was cut off: " + e.getMessage());
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
        held.ifPresent(LogPiece::close);
        held = Optional.empty();
    }
}
