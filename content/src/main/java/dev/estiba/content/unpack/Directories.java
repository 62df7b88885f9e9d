package dev.estiba.content.unpack;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The layer's directories, of which the last ones that were used stay open: a name is looked up once for all entries that are in
 * it one after the other. A directory's times are set whenever it is closed, and read when it is opened again, so that what is kept
 * does not grow with the layer.
 *
 * <p>A symbolic link in a name leads where it would with the layer as the root, as containerd resolves it. The directory may then be
 * open by its own name as well, with times of its own to set: so all others are closed before, and it is closed before the next.
 */
final class Directories implements AutoCloseable {
    private static final int MOST_OPEN = 64;
    private static final int IMPLIED_MODE = 0755;
    private static final long RESOLVE = Open.IN_ROOT | Open.NO_MAGICLINKS | Open.NO_XDEV;
    private static final Open.How DIRECT = Open.How.directory().resolving(RESOLVE | Open.NO_SYMLINKS);
    private static final Open.How THROUGH_LINKS = Open.How.directory().resolving(RESOLVE);
    private static final Open.How CHILD =
            Open.How.directory().with(Open.noFollowFlag()).resolving(Open.BENEATH | Open.NO_SYMLINKS | Open.NO_XDEV);

    private final CallMemory memory;
    private final Rights rights;
    private final OpenDirectory root;
    private final LinkedHashMap<TarBytes, OpenDirectory> open = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<TarBytes> implied = new LinkedHashSet<>();
    private Optional<TarBytes> alias = Optional.empty();

    /** @param layer stays its owner's */
    Directories(CallMemory memory, Rights rights, Fd layer) throws IOException {
        this.memory = memory;
        this.rights = rights;
        this.root = OpenDirectory.of(memory, layer);
    }

    OpenDirectory root() {
        return root;
    }

    /** Directories that no entry has described so far. */
    List<TarBytes> implied() {
        return List.copyOf(implied);
    }

    /** An entry describes it. */
    void described(TarBytes path) {
        implied.remove(path);
    }

    /**
     * The directory of that path, which is made when it is not there, with those that it is in. It stays open until the next one is
     * asked for, at least.
     */
    OpenDirectory get(TarBytes path) throws IOException {
        if (path.isEmpty()) {
            return root;
        }
        if (alias.isPresent() && !alias.get().equals(path)) {
            closeAll();
        }
        OpenDirectory known = open.get(path);
        if (known != null) {
            return known;
        }
        Optional<OpenDirectory> there = find(path);
        return there.isPresent() ? there.get() : make(path);
    }

    /** Opens what is there; empty when something of the path is missing or no directory. */
    private Optional<OpenDirectory> find(TarBytes path) throws IOException {
        try {
            return Optional.of(keep(path, Nodes.open(memory, root.fd(), path.toArray(), DIRECT)));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return Optional.empty();
            }
            if (!e.is(Errno.ELOOP)) {
                throw e;
            }
        }
        return throughLinks(path);
    }

    private Optional<OpenDirectory> throughLinks(TarBytes path) throws IOException {
        closeAll();
        try {
            OpenDirectory found = keep(path, Nodes.open(memory, root.fd(), path.toArray(), THROUGH_LINKS));
            alias = Optional.of(path);
            return Optional.of(found);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** For reading its names only; empty when it is not there. Closes nothing that {@link #get} has given. */
    Optional<Fd> look(TarBytes path) throws IOException {
        if (path.isEmpty()) {
            return Optional.of(root.fd().duplicate());
        }
        OpenDirectory known = open.get(path);
        if (known != null) {
            return Optional.of(known.fd().duplicate());
        }
        try {
            return Optional.of(Nodes.open(memory, root.fd(), path.toArray(), THROUGH_LINKS));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Takes over a directory that was just made, or found, by its name in another one. */
    OpenDirectory opened(TarBytes path, OpenDirectory parent, byte[] name) throws IOException {
        OpenDirectory known = open.get(path);
        return known != null ? known : keep(path, Nodes.open(memory, parent.fd(), name, CHILD));
    }

    private OpenDirectory keep(TarBytes path, Fd fd) throws IOException {
        boolean isKept = false;
        try {
            OpenDirectory directory = OpenDirectory.of(memory, fd);
            open.put(path, directory);
            isKept = true;
            // The one that has just been used is behind all others, but for this one.
            if (open.size() > MOST_OPEN) {
                Iterator<Map.Entry<TarBytes, OpenDirectory>> eldest =
                        open.entrySet().iterator();
                OpenDirectory oldest = eldest.next().getValue();
                eldest.remove();
                close(oldest);
            }
            return directory;
        } finally {
            if (!isKept) {
                fd.close();
            }
        }
    }

    /** Walks down, part by part: as many steps as parts, however deep. */
    private OpenDirectory make(TarBytes path) throws IOException {
        OpenDirectory current = root;
        byte[] whole = path.toArray();
        for (int from = 0; from < whole.length; ) {
            int to = from;
            while (to < whole.length && whole[to] != '/') {
                to++;
            }
            TarBytes prefix = TarBytes.of(java.util.Arrays.copyOf(whole, to));
            current = step(current, prefix, java.util.Arrays.copyOfRange(whole, from, to));
            from = to + 1;
        }
        return current;
    }

    private OpenDirectory step(OpenDirectory parent, TarBytes path, byte[] name) throws IOException {
        OpenDirectory known = open.get(path);
        if (known != null) {
            return known;
        }
        boolean isNew = Nodes.makeDirectory(memory, parent.fd(), name, IMPLIED_MODE);
        if (!isNew) {
            Attributes.Stat stat = Attributes.of(memory, parent.fd(), name);
            if (stat.isWhiteout()) {
                replaceWhiteout(parent, path, name, IMPLIED_MODE);
                isNew = true;
            } else if ((stat.mode() & Nodes.KIND) == Nodes.LINK) {
                return throughLinks(path)
                        .orElseThrow(() -> new UnpackException(
                                path, "it is a symbolic link to no directory of the layer, and an entry is in it"));
            } else if (!stat.isDirectory()) {
                throw new UnpackException(path, "it is no directory, and an entry is in it");
            }
        }
        OpenDirectory directory = opened(path, parent, name);
        if (isNew) {
            if (parent.givesGroup()) {
                Attributes.permit(memory, directory.fd(), IMPLIED_MODE);
                directory.permitted(IMPLIED_MODE);
            }
            if (implied.size() < Unpacked.MOST_TOLD) {
                implied.add(path);
            }
        }
        return directory;
    }

    /**
     * A directory where this layer has taken away what the lower ones have: it shows nothing of theirs (image-spec, layer.md: a
     * whiteout applies to lower layers only, wherever in the archive it is).
     */
    void replaceWhiteout(OpenDirectory parent, TarBytes path, byte[] name, int mode) throws IOException {
        Nodes.remove(memory, parent.fd(), name);
        Nodes.makeDirectory(memory, parent.fd(), name, mode);
        hideLower(opened(path, parent, name));
    }

    void hideLower(OpenDirectory directory) throws IOException {
        dev.estiba.linux.ExtendedAttributes.set(memory, directory.fd(), rights.opaque(), new byte[] {'y'});
    }

    private void close(OpenDirectory directory) throws IOException {
        try (Fd fd = directory.fd()) {
            directory.settle(memory);
        }
    }

    /** Before names of directories change what they stand for; and at the end. */
    void closeAll() throws IOException {
        alias = Optional.empty();
        List<OpenDirectory> all = new ArrayList<>(open.values());
        open.clear();
        try {
            for (OpenDirectory directory : all) {
                directory.settle(memory);
            }
        } finally {
            all.forEach(directory -> directory.fd().close());
        }
    }

    /** Sets what is left to set. */
    void finish() throws IOException {
        closeAll();
        root.settle(memory);
    }

    /** Without setting anything any more. */
    @Override
    public void close() {
        open.values().forEach(directory -> directory.fd().close());
        open.clear();
    }
}
