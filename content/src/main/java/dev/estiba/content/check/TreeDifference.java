package dev.estiba.content.check;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.ExtendedAttributes;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Compares a directory with one that was just made of the same archive: names, kinds, permissions, owners, times, attributes, links
 * and contents. Of two directories at a time the names are known, and two files are open, however large the trees are.
 */
final class TreeDifference implements AutoCloseable {
    private static final int MOST = 1 << 24;
    private static final int CHUNK = 256 << 10;
    private static final byte[] ROOT = {'.'};

    private final CallMemory memory = new CallMemory();
    private final Fd made;
    private final Fd found;
    private final Instant since;
    private final Deque<byte[]> left = new ArrayDeque<>();

    /**
     * @param made what it should be
     * @param found what it is
     * @param since when {@code made} was begun: later times are not the archive's
     */
    TreeDifference(Fd made, Fd found, Instant since) {
        this.made = made;
        this.found = found;
        this.since = since;
    }

    /** The first difference, for a person; empty when there is none. */
    Optional<String> first() throws IOException {
        left.push(ROOT);
        Optional<String> difference = Optional.empty();
        while (difference.isEmpty() && !left.isEmpty()) {
            if (Thread.interrupted()) {
                throw new java.io.InterruptedIOException("interrupted while layers are compared");
            }
            difference = directory(left.pop());
        }
        return difference;
    }

    private Optional<String> directory(byte[] path) throws IOException {
        Optional<Fd> opened = open(made, path, Open.How.directory());
        if (opened.isEmpty()) {
            return Optional.empty(); // its owner may not look into it
        }
        try (Fd one = opened.get();
                Fd other = open(found, path, Open.How.directory()).orElseThrow(() -> unreadable(path))) {
            if (Arrays.equals(path, ROOT)) {
                Optional<String> difference =
                        attributes(path, Attributes.of(memory, one), Attributes.of(memory, other), one, other);
                if (difference.isPresent()) {
                    return difference;
                }
            }
            List<byte[]> names = names(one);
            Optional<String> difference = names(path, names, names(other));
            for (int i = 0; i < names.size() && difference.isEmpty(); i++) {
                difference = entry(path, names.get(i), one, other);
            }
            // Last of all: with one of its names changed, a directory's time is another as well.
            return difference.isEmpty()
                    ? time(path, Attributes.of(memory, one), Attributes.of(memory, other))
                    : difference;
        }
    }

    private List<byte[]> names(Fd directory) throws IOException {
        List<byte[]> names = Directory.names(memory, directory, MOST);
        names.sort(Arrays::compareUnsigned);
        return names;
    }

    private static Optional<String> names(byte[] path, List<byte[]> one, List<byte[]> other) {
        for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
            int order = i == one.size() ? 1 : i == other.size() ? -1 : Arrays.compareUnsigned(one.get(i), other.get(i));
            if (order < 0) {
                return Optional.of(shown(join(path, one.get(i))) + " is missing");
            }
            if (order > 0) {
                return Optional.of(shown(join(path, other.get(i))) + " is not of the layer");
            }
        }
        return Optional.empty();
    }

    private Optional<String> entry(byte[] directory, byte[] name, Fd one, Fd other) throws IOException {
        byte[] path = join(directory, name);
        Attributes.Stat mine = Attributes.of(memory, one, name);
        Attributes.Stat its = Attributes.of(memory, other, name);
        Optional<String> difference = stat(path, mine, its);
        if (difference.isPresent() || mine.isWhiteout()) {
            return difference;
        }
        return switch (mine.mode() & Nodes.KIND) {
            case Nodes.DIRECTORY -> {
                left.push(path);
                yield opened(path, name, one, other, Open.How.directory());
            }
            case Nodes.FILE -> opened(path, name, one, other, Open.How.reading());
            case Nodes.LINK ->
                same(Nodes.readLink(memory, one, name), Nodes.readLink(memory, other, name))
                        ? Optional.empty()
                        : Optional.of(shown(path) + " links to something else");
            default -> Optional.empty();
        };
    }

    /** What is to be opened for: attributes, and of a file the contents. */
    private Optional<String> opened(byte[] path, byte[] name, Fd one, Fd other, Open.How how) throws IOException {
        Optional<Fd> first = open(one, name, how);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        try (Fd mine = first.get();
                Fd its = open(other, name, how).orElseThrow(() -> unreadable(path))) {
            Optional<String> difference = extended(path, mine, its);
            boolean isFile = (Attributes.of(memory, mine).mode() & Nodes.KIND) == Nodes.FILE;
            return difference.isPresent() || !isFile ? difference : contents(path, mine, its);
        }
    }

    private Optional<String> attributes(byte[] path, Attributes.Stat mine, Attributes.Stat its, Fd one, Fd other)
            throws IOException {
        Optional<String> difference = stat(path, mine, its);
        return difference.isPresent() ? difference : extended(path, one, other);
    }

    private Optional<String> stat(byte[] path, Attributes.Stat mine, Attributes.Stat its) {
        boolean isDirectory = mine.isDirectory();
        if ((mine.mode() & Nodes.KIND) != (its.mode() & Nodes.KIND)) {
            return Optional.of(shown(path) + " is of another kind");
        }
        if (mine.mode() != its.mode()) {
            return Optional.of(shown(path) + " has the permissions " + Integer.toOctalString(its.mode() & 07777)
                    + " instead of " + Integer.toOctalString(mine.mode() & 07777));
        }
        if (mine.uid() != its.uid() || mine.gid() != its.gid()) {
            return Optional.of(shown(path) + " belongs to " + its.uid() + ":" + its.gid() + " instead of " + mine.uid()
                    + ":" + mine.gid());
        }
        if (mine.major() != its.major() || mine.minor() != its.minor()) {
            return Optional.of(shown(path) + " is another device");
        }
        if (!isDirectory && mine.size() != its.size()) {
            return Optional.of(shown(path) + " has " + its.size() + " bytes instead of " + mine.size());
        }
        if (!isDirectory && mine.links() != its.links()) {
            return Optional.of(shown(path) + " has " + its.links() + " names instead of " + mine.links());
        }
        return isDirectory ? Optional.empty() : time(path, mine, its);
    }

    private Optional<String> time(byte[] path, Attributes.Stat mine, Attributes.Stat its) {
        // A directory that no entry describes, and a whiteout, have the time of their making.
        boolean isTold = mine.modified().isBefore(since);
        return isTold && !mine.modified().equals(its.modified())
                ? Optional.of(shown(path) + " was changed at " + its.modified() + " instead of " + mine.modified())
                : Optional.empty();
    }

    private Optional<String> extended(byte[] path, Fd one, Fd other) throws IOException {
        List<byte[]> mine = ExtendedAttributes.list(memory, one);
        List<byte[]> its = ExtendedAttributes.list(memory, other);
        if (mine.size() != its.size()) {
            return Optional.of(shown(path) + " has " + its.size() + " extended attributes instead of " + mine.size());
        }
        for (byte[] name : mine) {
            if (!same(ExtendedAttributes.get(memory, one, name), ExtendedAttributes.get(memory, other, name))) {
                return Optional.of(shown(path) + " has another " + shown(name));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> contents(byte[] path, Fd one, Fd other) throws IOException {
        while (true) {
            byte[] mine = FileBytes.readSome(one, CHUNK);
            byte[] its;
            try {
                its = FileBytes.readSome(other, CHUNK);
            } catch (ErrnoException e) {
                if (e.is(Errno.EIO)) {
                    return Optional.of(shown(path) + " cannot be read: " + e.getMessage());
                }
                throw e;
            }
            if (!Arrays.equals(mine, its)) {
                return Optional.of(shown(path) + " has other contents");
            }
            if (mine.length == 0) {
                return Optional.empty();
            }
        }
    }

    /** Empty when this user may not: what he may not read, he cannot compare. */
    private Optional<Fd> open(Fd directory, byte[] path, Open.How how) throws IOException {
        try {
            Open.How safe =
                    how.with(Open.noFollowFlag() | Open.NON_BLOCKING).resolving(Open.BENEATH | Open.NO_SYMLINKS);
            return Optional.of(Nodes.open(memory, directory, path, safe));
        } catch (ErrnoException e) {
            if (e.is(Errno.EACCES)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static IOException unreadable(byte[] path) {
        return new IOException(shown(path) + " cannot be opened, although its permissions are right");
    }

    private static boolean same(Optional<byte[]> one, Optional<byte[]> other) {
        return one.isPresent() == other.isPresent() && (one.isEmpty() || Arrays.equals(one.get(), other.orElseThrow()));
    }

    private static byte[] join(byte[] directory, byte[] name) {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        if (!Arrays.equals(directory, ROOT)) {
            path.writeBytes(directory);
            path.write('/');
        }
        path.writeBytes(name);
        return path.toByteArray();
    }

    private static String shown(byte[] path) {
        return Arrays.equals(path, ROOT) ? "its root" : TarBytes.of(path).printable();
    }

    @Override
    public void close() {
        memory.close();
    }
}
