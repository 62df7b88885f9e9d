package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes a directory and everything in it, which strangers may have made: names are bytes, no link is followed, no path is looked up
 * twice, a tree that is deeper than there are descriptors is brought up piece by piece, and of a directory with millions of names a few
 * are known at a time. Several may be at the same one.
 */
public final class RemoveTree {
    private static final int DEEPEST = 32;
    private static final byte[] SELF = {'.'};

    private final CallMemory memory;
    private final Fd top;
    private final Deque<Level> open = new ArrayDeque<>();
    private long moved;

    private static final class Level {
        private final Fd directory;
        private final byte[] name;
        private Deque<Directory.RawEntry> left = new ArrayDeque<>();

        Level(Fd directory, byte[] name) {
            this.directory = directory;
            this.name = name;
        }
    }

    private RemoveTree(CallMemory memory, Fd top) {
        this.memory = memory;
        this.top = top;
    }

    /** Removes {@code name} in {@code parent}; nothing when it is not there. */
    public static void remove(Fd parent, String name) throws IOException {
        try (CallMemory memory = new CallMemory()) {
            remove(memory, parent, name.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The same for a name that need not be a text. */
    public static void remove(CallMemory memory, Fd parent, byte[] name) throws IOException {
        try {
            Fd top = openDirectory(memory, parent, name);
            try (top) {
                RemoveTree tree = new RemoveTree(memory, top);
                do {
                    tree.empty();
                } while (!tree.isGone(parent, name));
            }
        } catch (ErrnoException e) {
            if (isNoDirectory(e)) {
                Nodes.remove(memory, parent, name);
            } else if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    private static Fd openDirectory(CallMemory memory, Fd parent, byte[] name) throws IOException {
        return Nodes.open(memory, parent, name, Open.How.directory().with(Open.noFollowFlag()));
    }

    private static boolean isNoDirectory(ErrnoException e) {
        return e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP);
    }

    /** False when another one who removes it has brought something up meanwhile. */
    private boolean isGone(Fd parent, byte[] name) throws IOException {
        try {
            Nodes.removeDirectory(memory, parent, name);
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOTEMPTY) && hasNames()) {
                return false;
            }
            throw e;
        }
    }

    private boolean hasNames() throws IOException {
        try (Fd again = openDirectory(memory, top, SELF)) {
            return !batch(again).isEmpty();
        }
    }

    private void empty() throws IOException {
        try {
            // Again, until there is nothing: what was brought up may have come where the names have been read already.
            boolean isEmpty = false;
            while (!isEmpty) {
                // "." of a directory that somebody else has removed meanwhile: ENOENT, and nothing is left to do.
                Level level = new Level(openDirectory(memory, top, SELF), SELF);
                open.push(level);
                isEmpty = next(level) == null;
                while (!isEmpty && !open.isEmpty()) {
                    step(open.element());
                }
                if (isEmpty) {
                    open.pop().directory.close();
                }
            }
        } finally {
            open.forEach(level -> level.directory.close());
        }
    }

    /** The level's next name, which stays its next one. */
    private Directory.@Nullable RawEntry next(Level level) throws IOException {
        if (level.left.isEmpty()) {
            level.left = new ArrayDeque<>(batch(level.directory));
        }
        return level.left.peek();
    }

    private List<Directory.RawEntry> batch(Fd directory) throws IOException {
        try {
            return Directory.batch(memory, directory);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return List.of(); // somebody else has removed it meanwhile
            }
            throw e;
        }
    }

    private void step(Level level) throws IOException {
        Directory.RawEntry entry = next(level);
        if (entry == null) {
            leave(level);
            return;
        }
        level.left.remove();
        if (entry.kind() == Directory.Kind.FILE || entry.kind() == Directory.Kind.LINK) {
            Nodes.remove(memory, level.directory, entry.name());
        } else {
            descend(level.directory, entry.name());
        }
    }

    /** Removes a directory that has nothing more in it; looks again when it has. */
    private void leave(Level level) throws IOException {
        open.pop();
        level.directory.close();
        Level above = open.peek();
        if (above == null) {
            return;
        }
        try {
            Nodes.removeDirectory(memory, above.directory, level.name);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOTEMPTY)) {
                throw e;
            }
            above.left.push(new Directory.RawEntry(level.name, Directory.Kind.DIRECTORY));
        }
    }

    private void descend(Fd directory, byte[] name) throws IOException {
        if (open.size() >= DEEPEST) {
            bringUp(directory, name);
            return;
        }
        try {
            open.push(new Level(openDirectory(memory, directory, name), name));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return; // somebody else has removed it
            }
            if (!isNoDirectory(e)) {
                throw e;
            }
            Nodes.remove(memory, directory, name); // a device, a socket: the file system did not tell
        }
    }

    /** To the top, where it is found when everything else is gone. */
    private void bringUp(Fd directory, byte[] name) throws IOException {
        while (true) {
            byte[] there = (".removed-" + moved++).getBytes(StandardCharsets.US_ASCII);
            try {
                Nodes.rename(memory, directory, name, top, there);
                return;
            } catch (ErrnoException e) {
                if (e.is(Errno.ENOENT)) {
                    return;
                }
                if (!e.is(Errno.ENOTEMPTY) && !e.is(Errno.EEXIST) && !e.is(Errno.ENOTDIR) && !e.is(Errno.EISDIR)) {
                    throw e;
                }
                // the tree has something of that name; the next number, then
            }
        }
    }
}
