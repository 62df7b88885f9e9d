package dev.estiba.engine.store;

import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A container's directory before it has a container's name: whoever makes it holds its lock by then. Were it seen without, it
 * would pass for rubbish, and who collects that could remove what the maker has made a second time.
 */
final class Unborn {
    private static final String PREFIX = ".";

    private final Path containers;

    Unborn(Path containers) {
        this.containers = containers;
    }

    /** The directory of a new container, locked; the caller's to close. */
    Fd make(String id) throws IOException {
        String name = PREFIX + id;
        try (Fd parent = Open.absolute(containers.toString(), Open.How.directory())) {
            Optional<Fd> locked;
            do {
                Directory.make(parent, name, 0710);
                locked = lock(name); // empty when somebody took it for rubbish between the two
            } while (locked.isEmpty());
            boolean named = false;
            try {
                Names.rename(parent, name, parent, id);
                named = true;
                return locked.get();
            } finally {
                if (!named) {
                    locked.get().close();
                }
            }
        }
    }

    /**
     * The same with the directory of a container that is no more.
     *
     * @param spares where that is
     * @return empty when it cannot be had
     */
    Optional<Fd> adopt(Path spares, SpareDirectory spare, String id) throws IOException {
        String name = PREFIX + id;
        try (Fd parent = Open.absolute(containers.toString(), Open.How.directory());
                Fd from = Open.absolute(spares.toString(), Open.How.directory())) {
            Names.rename(from, spare.name(), parent, name);
            Fd locked = Open.at(parent, name, Open.How.directory());
            boolean named = false;
            try {
                // Who has it still is about to find that it is no longer the container that he looked for.
                Flock.lock(locked, Flock.Kind.EXCLUSIVE);
                Names.rename(parent, name, parent, id);
                named = true;
                return Optional.of(locked);
            } finally {
                if (!named) {
                    locked.close();
                }
            }
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty(); // an engine has begun that takes all such for rubbish
            }
            throw e;
        }
    }

    /** What that name is in the directory of containers, if it is one's of these. */
    static Optional<String> idOf(String name) {
        return name.startsWith(PREFIX) ? Optional.of(name.substring(PREFIX.length())) : Optional.empty();
    }

    /** Removes one whose maker has been killed. */
    void collect(String id) throws IOException {
        Optional<Fd> locked = lock(PREFIX + id);
        if (locked.isPresent()) {
            try (Fd _ = locked.get(); // until it is gone
                    Fd parent = Open.absolute(containers.toString(), Open.How.directory())) {
                RemoveTree.remove(parent, PREFIX + id);
            }
        }
    }

    /** Empty when somebody else has it, or it is gone. */
    private Optional<Fd> lock(String name) throws IOException {
        Path path = containers.resolve(name);
        Fd directory;
        try {
            directory = Open.absolute(path.toString(), Open.How.directory());
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
        boolean held = false;
        try {
            held = Flock.tryLock(directory, Flock.Kind.EXCLUSIVE) && Flock.isNamed(directory, path);
            return held ? Optional.of(directory) : Optional.empty();
        } finally {
            if (!held) {
                directory.close();
            }
        }
    }
}
