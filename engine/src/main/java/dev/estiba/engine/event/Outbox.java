package dev.estiba.engine.event;

import dev.estiba.api.Body;
import dev.estiba.api.Event;
import dev.estiba.api.Layout;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Events of processes that do not stay, on their way to the one that keeps events. Each is a file that has its name when it is whole,
 * and whose name says when it has happened. The keeper makes the directory: where there is none, nobody has kept events since the boot,
 * and nothing is put there. A file that all have mapped says by another value that something has come, so that a keeper who has
 * nothing to do with others' events makes no system call for them.
 */
final class Outbox {
    private static final Logger LOG = System.getLogger(Outbox.class.getName());
    private static final String NAME = "events-of-others";
    private static final String BELL = "bell";
    private static final Pattern FILE = Pattern.compile("[0-9]{19}-[0-9a-f]{16}");
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    /** As many as are kept: of more the oldest would be forgotten anyway. */
    private static final int MOST = 4096;

    private static final int LARGEST = 1 << 20;
    private static final Duration ABANDONED = Duration.ofMinutes(1);

    private final Path directory;
    private final MappedByteBuffer bell;
    private long heard;

    private Outbox(Path directory, MappedByteBuffer bell) {
        this.directory = directory;
        this.bell = bell;
    }

    /** @param name which is no other event's */
    record Waiting(String name, Event event) {}

    /** For the keeper; what is there already is waiting. */
    static Outbox open(Path execRoot) throws IOException {
        Path directory = execRoot.resolve(NAME);
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        removeAbandoned(directory);
        Set<StandardOpenOption> options =
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try (FileChannel file = FileChannel.open(directory.resolve(BELL), options)) {
            if (file.size() < Long.BYTES) {
                file.write(ByteBuffer.allocate(Long.BYTES), 0);
            }
            Outbox outbox = new Outbox(directory, file.map(FileChannel.MapMode.READ_ONLY, 0, Long.BYTES));
            outbox.heard = outbox.rung() + 1; // as if it had just been rung
            return outbox;
        }
    }

    /** What somebody who was killed has not given its name. */
    private static void removeAbandoned(Path directory) throws IOException {
        Instant old = Instant.now().minus(ABANDONED);
        for (Path each : list(directory, name -> name.startsWith("."))) {
            try {
                if (Files.getLastModifiedTime(each).toInstant().isBefore(old)) {
                    Files.deleteIfExists(each);
                }
            } catch (NoSuchFileException e) {
                continue; // it has its name now
            }
        }
    }

    private interface Choice {
        boolean takes(String name);
    }

    private static List<Path> list(Path directory, Choice choice) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(each -> choice.takes(each.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    private long rung() {
        return (long) LONG.getVolatile(bell, 0);
    }

    /** Whether something has come since this was last asked. Costs a look at the memory. */
    boolean hasMore() {
        long now = rung();
        boolean isOther = now != heard;
        heard = now;
        return isOther;
    }

    /** The oldest first. What is no event is removed. */
    List<Waiting> waiting() throws IOException {
        List<Path> files = list(directory, name -> FILE.matcher(name).matches());
        return files.stream().map(this::read).flatMap(Optional::stream).toList();
    }

    private Optional<Waiting> read(Path file) {
        String name = file.getFileName().toString();
        try {
            if (Files.size(file) <= LARGEST) {
                return Optional.of(new Waiting(name, Body.EVENT.read(Files.readAllBytes(file))));
            }
        } catch (NoSuchFileException e) {
            return Optional.empty(); // there were too many
        } catch (IOException e) {
            LOG.log(Level.WARNING, "an event of another process is lost: " + e.getMessage());
        }
        remove(name);
        return Optional.empty();
    }

    /** False when that could not be done. */
    boolean remove(String name) {
        try {
            Files.deleteIfExists(directory.resolve(name));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** For who keeps none; nothing happens where nobody does. */
    static void put(Path execRoot, Event event) throws IOException {
        Path directory = execRoot.resolve(NAME);
        if (!Files.isDirectory(directory)) {
            return;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String name = String.format(Locale.ROOT, "%019d-%016x", event.timeNano(), random.nextLong());
        Path whole = directory.resolve("." + name);
        try {
            Files.write(whole, Body.EVENT.write(event, Layout.COMPACT), StandardOpenOption.CREATE_NEW);
            Files.move(whole, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(whole);
        }
        forgetOldest(directory);
        try (FileChannel bell = FileChannel.open(directory.resolve(BELL), StandardOpenOption.WRITE)) {
            bell.write(ByteBuffer.allocate(Long.BYTES).putLong(0, random.nextLong()), 0);
        }
    }

    private static void forgetOldest(Path directory) throws IOException {
        List<Path> all = list(directory, name -> FILE.matcher(name).matches());
        for (Path each : all.subList(0, Math.max(0, all.size() - MOST))) {
            Files.deleteIfExists(each);
        }
    }
}
