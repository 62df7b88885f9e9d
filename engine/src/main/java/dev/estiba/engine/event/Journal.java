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

/** Events in a file, one a line; when it has a certain size it becomes the older one of two. It ends with the boot. */
final class Journal {
    private static final long LARGEST = 1 << 20;
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final String NAME = "events";
    private static final String OLDER = "events.1";

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

    /** The newest ones; none where none were kept. What a process that was killed has written half is left out. */
    static List<Event> read(Path directory, int most) throws IOException {
        List<Event> events = new ArrayList<>();
        for (Path each : List.of(directory.resolve(OLDER), directory.resolve(NAME))) {
            try {
                // Not by readAllLines: half a character would be an error.
                new String(Files.readAllBytes(each), StandardCharsets.UTF_8)
                        .lines()
                        .forEach(line -> add(events, line));
            } catch (NoSuchFileException e) {
                continue;
            }
        }
        return new ArrayList<>(events.subList(Math.max(0, events.size() - most), events.size()));
    }

    private static void add(List<Event> to, String line) {
        try {
            to.add(Body.EVENT.read(line.getBytes(StandardCharsets.UTF_8)));
        } catch (ApiException half) {
            return;
        }
    }

    void add(Event event) throws IOException {
        byte[] json = Body.EVENT.write(event, Layout.COMPACT);
        ByteBuffer line =
                ByteBuffer.allocate(json.length + 1).put(json).put((byte) '\n').flip();
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
