package dev.estiba.engine.log;

import dev.estiba.api.LogSink;
import dev.estiba.api.LogsOptions;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A container's log as Docker's json-file driver lays it out: FILE, and older lines in FILE.1, FILE.2 … The monitor writes
 * it; here it is only read. Lines that are none (a write that was cut off by a crash) are passed over.
 */
public final class ContainerLog {
    private static final int LONGEST = 1 << 20;
    private static final int MOST_FILES = 1000;

    private final Path file;
    /** How far the live file has been read, for who follows. */
    private long position;

    private Optional<Object> inode = Optional.empty();

    private ContainerLog(Path file) {
        this.file = file;
    }

    public static ContainerLog of(Path file) {
        return new ContainerLog(file);
    }

    /** All that there is now and that is asked for. */
    public void read(LogsOptions options, LogSink to) throws IOException {
        if (options.tail().isPresent() && options.tail().getAsLong() >= 0) {
            Deque<LogLine> last = new ArrayDeque<>();
            long most = options.tail().getAsLong();
            each(line -> {
                if (isWanted(line, options)) {
                    last.add(line);
                    while (last.stream().filter(LogLine::whole).count() > most && last.size() > most) {
                        last.poll();
                    }
                }
            });
            if (most > 0) {
                for (LogLine line : last) {
                    to.write(line.stream(), line.bytes(options.timestamps()));
                }
            }
        } else {
            each(line -> {
                if (isWanted(line, options)) {
                    to.write(line.stream(), line.bytes(options.timestamps()));
                }
            });
        }
    }

    /** What has come since {@link #read} or this was called last; a rotation in between loses nothing. */
    public void readOn(LogsOptions options, LogSink to) throws IOException {
        Consumer wanted = line -> {
            if (isWanted(line, options)) {
                to.write(line.stream(), line.bytes(options.timestamps()));
            }
        };
        Optional<Object> now = identity(file);
        if (!now.equals(inode)) {
            Path rotated = rotated(1);
            if (inode.isPresent() && identity(rotated).equals(inode)) {
                lines(rotated, position, wanted);
            }
            position = 0;
            inode = now;
        }
        position = lines(file, position, wanted);
    }

    private interface Consumer {
        void accept(LogLine line) throws IOException;
    }

    private void each(Consumer consumer) throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 1; i < MOST_FILES && Files.exists(rotated(i)); i++) {
            files.addFirst(rotated(i));
        }
        for (Path old : files) {
            lines(old, 0, consumer);
        }
        inode = identity(file);
        position = lines(file, 0, consumer);
    }

    private Path rotated(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    private static Optional<Object> identity(Path path) throws IOException {
        try {
            return Optional.of(Files.getAttribute(path, "unix:ino"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The whole lines from there on; where the next one begins. */
    private static long lines(Path path, long from, Consumer consumer) throws IOException {
        long position = from;
        try (RandomAccessFile opened = new RandomAccessFile(path.toFile(), "r")) {
            opened.seek(from);
            InputStream in = new BufferedInputStream(Channels.newInputStream(opened.getChannel()), 1 << 16);
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
            return position;
        } catch (java.io.FileNotFoundException e) {
            return 0;
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
        return (LogLine.STAMP.format(time) + " ").getBytes(StandardCharsets.US_ASCII);
    }
}
