package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Removes a directory and everything in it, which strangers may have made: no link is followed, no path is looked up
 * twice, and a tree that is deeper than there are descriptors is brought up piece by piece. Several may be at the same one.
 */
public final class RemoveTree {
    private static final int DEEPEST = 32;
    private static final int BATCH = 1 << 20;

    private final Fd top;
    private final Deque<Level> open = new ArrayDeque<>();
    private long moved;

    private record Level(Fd directory, String name, Deque<Directory.Entry> left) {}

    private RemoveTree(Fd top) {
        this.top = top;
    }

    /** Removes {@code name} in {@code parent}; nothing when it is not there. */
    public static void remove(Fd parent, String name) throws IOException {
        try {
            Fd top = Open.at(parent, name, Open.How.directory().with(Open.noFollowFlag()));
            try (top) {
                RemoveTree tree = new RemoveTree(top);
                do {
                    tree.empty();
                } while (!tree.isGone(parent, name));
            }
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                Names.remove(parent, name);
            } else if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    /** False when another one who removes it has brought something up meanwhile. */
    private boolean isGone(Fd parent, String name) throws IOException {
        try {
            Names.removeDirectory(parent, name);
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOTEMPTY) && !entries(top).isEmpty()) {
                return false;
            }
            throw e;
        }
    }

    private void empty() throws IOException {
        try {
            do {
                open.push(new Level(top, "", entries(top)));
                while (!open.isEmpty()) {
                    step();
                }
            } while (!entries(top).isEmpty());
        } finally {
            open.forEach(level -> {
                if (level.directory() != top) {
                    level.directory().close();
                }
            });
        }
    }

    private static Deque<Directory.Entry> entries(Fd directory) throws IOException {
        try {
            return new ArrayDeque<>(Directory.list(directory, BATCH));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return new ArrayDeque<>(); // somebody else has removed it meanwhile
            }
            throw e;
        }
    }

    private void step() throws IOException {
        Level level = open.peek();
        Directory.Entry entry = level.left().poll();
        if (entry == null) {
            open.pop();
            if (level.directory() != top) {
                level.directory().close();
                Names.removeDirectory(open.element().directory(), level.name());
            }
            return;
        }
        if (entry.kind() == Directory.Kind.FILE || entry.kind() == Directory.Kind.LINK) {
            Names.remove(level.directory(), entry.name());
            return;
        }
        descend(level.directory(), entry.name());
    }

    /** To the top, where it is found when everything else is gone. */
    private void bringUp(Fd directory, String name) throws IOException {
        while (true) {
            try {
                Names.rename(directory, name, top, ".removed-" + moved++);
                return;
            } catch (ErrnoException e) {
                if (e.is(Errno.ENOENT)) {
                    return;
                }
                if (!e.is(Errno.ENOTEMPTY) && !e.is(Errno.EEXIST) && !e.is(Errno.ENOTDIR)) {
                    throw e;
                }
                // the tree has something of that name; the next number, then
            }
        }
    }

    private void descend(Fd directory, String name) throws IOException {
        if (open.size() >= DEEPEST) {
            bringUp(directory, name);
            return;
        }
        try {
            Fd child = Open.at(directory, name, Open.How.directory().with(Open.noFollowFlag()));
            open.push(new Level(child, name, entries(child)));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return; // somebody else has removed it
            }
            if (!List.of(Errno.ENOTDIR.number(), Errno.ELOOP.number()).contains(e.errno())) {
                throw e;
            }
            Names.remove(directory, name); // a device, a socket: the file system did not tell
        }
    }
}
