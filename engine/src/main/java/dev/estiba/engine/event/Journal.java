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
import java.util.ArrayList;
import java.util.List;

/** Events in a file, one a line; when it has a certain size it becomes the older one of two. It ends with the boot. */
final class Journal {
    private static final long LARGEST = 1 << 20;

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
        Path file = directory.resolve("events");
        FileChannel out = append(file);
        return new Journal(file, directory.resolve("events.1"), out, out.size());
    }

    private static FileChannel append(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The newest ones. What a process that was killed has written half is left out. */
    List<Event> read(int most) throws IOException {
        List<Event> events = new ArrayList<>();
        for (Path each : List.of(older, file)) {
            try {
                for (String line : Files.readAllLines(each, StandardCharsets.UTF_8)) {
                    add(events, line);
                }
            } catch (NoSuchFileException e) {
                continue;
            }
        }
        return events.subList(Math.max(0, events.size() - most), events.size());
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
