package dev.estiba.content.store;

import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What those who were killed have left: found by its lock, which nobody holds. */
record Rests(StoreDirectory directory) {
    private static final int MOST = 1 << 22;
    /** Nobody holds a lock of what he has there. */
    private static final Duration SPOOLED = Duration.ofDays(2);
    /** Of a record that was being written: AtomicFile's. */
    private static final String UNFINISHED = ".new";

    List<String> all() throws IOException {
        List<String> all = new ArrayList<>();
        try (HeldLock held = HeldLock.take(directory.lock(), Flock.Kind.EXCLUSIVE)) {
            for (Path parent : List.of(directory.ingests(), directory.unpackings(), directory.leases())) {
                for (String name : StoreDirectory.names(parent)) {
                    if (isFree(parent, name)) {
                        all.add(parent.getFileName() + "/" + name);
                    }
                }
            }
            for (String name : StoreDirectory.names(directory.spool())) {
                if (isOld(directory.spool().resolve(name))) {
                    all.add("spool/" + name);
                }
            }
        }
        StoreDirectory.names(directory.trash()).forEach(name -> all.add("trash/" + name));
        try (HeldLock held = HeldLock.take(directory.recordsLock(), Flock.Kind.EXCLUSIVE)) {
            unfinished(directory.root()).forEach(all::add);
            unfinished(directory.images()).forEach(name -> all.add("images/" + name));
        }
        return all;
    }

    void remove() throws IOException {
        new Collector(directory).removeRests();
        emptyTrash();
        try (HeldLock held = HeldLock.take(directory.recordsLock(), Flock.Kind.EXCLUSIVE)) {
            for (Path parent : List.of(directory.root(), directory.images())) {
                for (String name : unfinished(parent)) {
                    Files.deleteIfExists(parent.resolve(name));
                }
            }
        }
    }

    /** Several may be at it. */
    void emptyTrash() throws IOException {
        try (Fd open = Open.absolute(directory.trash().toString(), Open.How.directory())) {
            for (Directory.Entry entry : Directory.list(open, MOST)) {
                RemoveTree.remove(open, entry.name());
            }
        }
    }

    private static List<String> unfinished(Path parent) throws IOException {
        return StoreDirectory.names(parent).stream()
                .filter(name -> name.endsWith(UNFINISHED))
                .toList();
    }

    private static boolean isFree(Path parent, String name) throws IOException {
        try (Fd file = Open.absolute(parent.resolve(name).toString(), Open.How.reading())) {
            return Flock.tryLock(file, Flock.Kind.EXCLUSIVE);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return false; // it has just ended
            }
            throw e;
        }
    }

    private static boolean isOld(Path file) throws IOException {
        return Age.isSince(file, Instant.now().minus(SPOOLED));
    }
}
