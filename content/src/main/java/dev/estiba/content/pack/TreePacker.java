package dev.estiba.content.pack;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.content.tar.TarWriter;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.Attributes.Identity;
import dev.estiba.linux.Attributes.Stat;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileSystems;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A file, or a directory and everything in it, as an archive, while others may change it: directories are opened beneath the one that it
 * began with, and no link is followed, whatever it is exchanged for meanwhile. What goes in between is left out. The kernel's own file
 * systems (proc, sysfs) are empty directories in the archive. Used by one thread.
 */
public final class TreePacker implements AutoCloseable {
    /** Of one directory. */
    private static final int MOST_NAMES = 1 << 20;

    /** Of files with several names. */
    private static final int MOST_LINKED = 1 << 20;

    private static final byte[] SELF = {'.'};
    private static final long CLOSED = Open.BENEATH | Open.NO_SYMLINKS | Open.NO_MAGICLINKS;
    private static final Open.How INTO =
            Open.How.directory().with(Open.noFollowFlag()).resolving(CLOSED);

    private final CallMemory memory = new CallMemory();
    private final EntryWriter entries;
    private final UnaryOperator<TarMetadata> owners;
    private final Map<Identity, TarBytes> linked = new HashMap<>();
    private final Deque<Pending> pending = new ArrayDeque<>();

    /**
     * A directory that is to be packed.
     *
     * @param path from the first one on
     * @param name in the archive, without a slash at its end
     */
    private record Pending(TarBytes path, TarBytes name) {}

    /** @param owners what becomes of ids */
    public TreePacker(TarWriter to, UnaryOperator<TarMetadata> owners) {
        this.entries = new EntryWriter(memory, to);
        this.owners = owners;
    }

    /**
     * A directory and what is in it.
     *
     * @param directory stays the caller's
     * @param name what it is called; empty: its names begin with a slash, as Docker packs a root directory
     */
    public void directory(Fd directory, TarBytes name) throws IOException {
        pending.add(new Pending(TarBytes.EMPTY, name));
        while (!pending.isEmpty()) {
            directory(directory, pending.removeLast());
        }
    }

    private void directory(Fd top, Pending each) throws IOException {
        try (Fd directory = Nodes.open(
                memory, top, each.path().isEmpty() ? SELF : each.path().toArray(), INTO)) {
            Stat stat = Attributes.of(memory, directory);
            entries.directory(entries.directoryEntry(slashed(each.name()), directory, stat, owners));
            if (FileSystems.isKernels(directory)) {
                return;
            }
            List<byte[]> names = Directory.names(memory, directory, MOST_NAMES);
            names.sort(Arrays::compareUnsigned);
            for (byte[] name : names) {
                child(directory, name, each);
            }
        } catch (ErrnoException e) {
            if (each.path().isEmpty() || !EntryWriter.isGone(e)) {
                throw e;
            }
        }
    }

    private void child(Fd directory, byte[] name, Pending of) throws IOException {
        try {
            Stat stat = Attributes.of(memory, directory, name);
            if (stat.isDirectory()) {
                TarBytes path = of.path().isEmpty() ? TarBytes.of(name) : join(of.path(), name);
                pending.add(new Pending(path, join(of.name(), name)));
            } else {
                file(directory, name, join(of.name(), name), stat);
            }
        } catch (ErrnoException e) {
            if (!EntryWriter.isGone(e)) {
                throw e;
            }
        }
    }

    /**
     * One that is no directory.
     *
     * @param directory that it is in; stays the caller's
     * @param as what it is called
     */
    public void file(Fd directory, byte[] name, TarBytes as) throws IOException {
        file(directory, name, as, Attributes.of(memory, directory, name));
    }

    private void file(Fd directory, byte[] name, TarBytes as, Stat stat) throws IOException {
        if (stat.links() < 2) {
            entries.write(as, directory, name, stat, owners);
            return;
        }
        Identity identity = Attributes.identity(memory, directory, name);
        TarBytes first = linked.get(identity);
        if (first != null) {
            entries.hardLink(as, first, stat, owners);
        } else if (entries.write(as, directory, name, stat, owners) && linked.size() < MOST_LINKED) {
            linked.put(identity, as);
        }
    }

    private static TarBytes join(TarBytes directory, byte[] name) {
        byte[] path = Arrays.copyOf(directory.toArray(), directory.length() + 1 + name.length);
        path[directory.length()] = '/';
        System.arraycopy(name, 0, path, directory.length() + 1, name.length);
        return TarBytes.of(path);
    }

    private static TarBytes slashed(TarBytes name) {
        byte[] path = Arrays.copyOf(name.toArray(), name.length() + 1);
        path[name.length()] = '/';
        return TarBytes.of(path);
    }

    @Override
    public void close() {
        memory.close();
    }
}
