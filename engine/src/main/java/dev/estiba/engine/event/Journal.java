package dev.estiba.engine.event;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.Event;
import dev.estiba.api.Layout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Events in a file, one a line; when it has a certain size it becomes the older one of two. It ends with the boot. Before an event that
 * came from another process stands what it was called there, so that it is kept with the knowledge that it is, or not at all.
 */
final class Journal {
    private static final long LARGEST = 1 << 20;
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final String NAME = "events";
    private static final String OLDER = "events.1";

    /** Between what an event was called and the event: nothing that is in either. */
    private static final char MARK = '\t';

    private final Path file;
    private final Path older;
    private FileChannel out;
    private long size;

    private Journal(Path file, Path older, FileChannel out, long size) {
        this.file = file;
        this.older = older;
        this.out = out;
        this.size = size;
    }

    static Journal open(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(NAME);
        FileChannel out = append(file);
        if (!endsALine(file)) {
            // What a process that was killed has written half would take the next one with it.
            out.write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
        return new Journal(file, directory.resolve(OLDER), out, out.size());
    }

    private static boolean endsALine(Path file) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return in.size() == 0 || in.read(last, in.size() - 1) < 1 || last.get(0) == '\n';
        }
    }

    private static FileChannel append(Path file) throws IOException {
        return FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), OWNERS);
    }

    /**
     * What is kept.
     *
     * @param source what it was called where it came from; empty: it is the keeper's own
     */
    record Line(String source, Event event) {}

    /** The newest ones; none where none were kept. What a process that was killed has written half is left out. */
    static List<Event> read(Path directory, int most) throws IOException {
        List<Line> lines = lines(directory);
        return new ArrayList<>(lines.subList(Math.max(0, lines.size() - most), lines.size()).stream()
                .map(Line::event)
                .toList());
    }

    /** All of them, the oldest first. */
    static List<Line> lines(Path directory) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (Path each : List.of(directory.resolve(OLDER), directory.resolve(NAME))) {
            try {
                // Not by readAllLines: half a character would be an error.
                new String(Files.readAllBytes(each), StandardCharsets.UTF_8)
                        .lines()
                        .forEach(line -> add(lines, line));
            } catch (NoSuchFileException e) {
                continue;
            }
        }
        return lines;
    }

    private static void add(List<Line> to, String line) {
        int mark = line.startsWith("{") ? -1 : line.indexOf(MARK);
        try {
            Event event = Body.EVENT.read(line.substring(mark + 1).getBytes(StandardCharsets.UTF_8));
            to.add(new Line(line.substring(0, Math.max(mark, 0)), event));
        } catch (ApiException half) {
            return;
        }
    }

    void add(Event event) throws IOException {
        add(event, "");
    }

    /** @param source as {@link Line#source} */
    void add(Event event, String source) throws IOException {
        byte[] before = (source.isEmpty() ? "" : source + MARK).getBytes(StandardCharsets.UTF_8);
        byte[] json = Body.EVENT.write(event, Layout.COMPACT);
        ByteBuffer line = ByteBuffer.allocate(before.length + json.length + 1)
                .put(before)
                .put(json)
                .put((byte) '\n')
                .flip();
        if (size + line.remaining() > LARGEST) {
            out.close();
            Files.move(file, older, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            out = append(file);
            size = 0;
        }
        size += line.remaining();
        while (line.hasRemaining()) {
            out.write(line);
        }
    }
}
