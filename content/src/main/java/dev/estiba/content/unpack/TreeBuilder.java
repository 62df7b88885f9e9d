package dev.estiba.content.unpack;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarEntry.BlockDevice;
import dev.estiba.content.tar.TarEntry.CharacterDevice;
import dev.estiba.content.tar.TarEntry.Directory;
import dev.estiba.content.tar.TarEntry.Fifo;
import dev.estiba.content.tar.TarEntry.HardLink;
import dev.estiba.content.tar.TarEntry.RegularFile;
import dev.estiba.content.tar.TarEntry.SymbolicLink;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Makes a layer's entries, one after the other, in a directory. As containerd does it: a later entry takes the place of an earlier one,
 * but that a directory over a directory only changes its metadata; a hard link gets the target's metadata and not its own, as
 * GNU tar does it.
 */
final class TreeBuilder implements AutoCloseable {
    static final int SETGID = 02000;
    private static final int SETUID = 04000;
    private static final int PERMISSIONS = 0777;
    private static final int STICKY = 01000;

    private final Owner owner;
    private final CallMemory memory = new CallMemory();
    private final Directories directories;
    private final FileWriter files;
    private final Finish finish;
    private final Omitted omitted = new Omitted();
    private long entries;
    private boolean hidesAll;

    /** As whom this works. */
    record Owner(Rights rights, long group) {}

    /** @param layer where; stays its owner's. The thread's umask is 0 */
    TreeBuilder(Owner owner, Fd layer) throws IOException {
        this.owner = owner;
        this.directories = new Directories(memory, owner.rights(), layer);
        this.finish = new Finish(memory, owner, omitted);
        this.files = new FileWriter(memory);
    }

    long entries() {
        return entries;
    }

    long fileBytes() {
        return files.written();
    }

    boolean hidesAll() {
        return hidesAll;
    }

    List<TarBytes> implied() {
        return directories.implied();
    }

    List<String> omitted() {
        return omitted.all();
    }

    /**
     * Makes an entry.
     *
     * @param content of a regular file, its stored bytes
     * @throws UnpackException when it cannot be; and what the stream throws
     */
    void add(TarEntry entry, InputStream content) throws IOException {
        entries++;
        try {
            LayerPath path = LayerPath.of(entry.name());
            switch (path.kind(entry.name())) {
                case FILE -> make(entry, path, content);
                case META -> {}
                case OPAQUE -> hideLower(path.parent());
                case WHITEOUT -> whiteOut(path.parent(), path.hidden(entry.name()));
            }
        } catch (ErrnoException e) {
            throw new UnpackException(entry.name(), e);
        }
    }

    /** Sets the directories' times, and for a user their permissions. */
    void finish() throws IOException {
        directories.finish();
        finish.restrict(directories.root());
    }

    private void hideLower(TarBytes path) throws IOException {
        hidesAll |= path.isEmpty();
        directories.hideLower(directories.get(path));
    }

    private void whiteOut(TarBytes parent, byte[] name) throws IOException {
        OpenDirectory directory = directories.get(parent);
        if (Nodes.make(memory, directory.fd(), name, Nodes.CHARACTER_DEVICE, 0, 0)) {
            return;
        }
        // What this layer has itself is not taken away by it; of a directory, what the lower layers have in it.
        if (Attributes.of(memory, directory.fd(), name).isDirectory()) {
            directories.hideLower(directories.opened(LayerPath.join(parent, name), directory, name));
        }
    }

    private void make(TarEntry entry, LayerPath path, InputStream content) throws IOException {
        if (path.isRoot()) {
            if (!(entry instanceof Directory)) {
                throw new UnpackException(entry.name(), "the root of a layer is a directory");
            }
            finish.directory(directories.root(), entry.metadata(), path.path(), false);
            return;
        }
        if (!attempt(entry, path, content)) {
            clear(path);
            if (!attempt(entry, path, content)) {
                throw new UnpackException(entry.name(), "somebody else makes files in the layer while it is unpacked");
            }
        }
    }

    /** False when something else is in the way. */
    private boolean attempt(TarEntry entry, LayerPath path, InputStream content) throws IOException {
        OpenDirectory parent = directories.get(path.parent());
        byte[] name = path.name();
        TarMetadata metadata = entry.metadata();
        return switch (entry) {
            case RegularFile file -> file(file, parent, name, content);
            case Directory directory -> directory(directory, path, parent);
            case HardLink link -> hardLink(link, path, parent);
            case SymbolicLink link ->
                Nodes.makeLink(memory, parent.fd(), name, link.target().toArray())
                        && finish.unopened(parent, name, metadata, Nodes.LINK);
            case Fifo fifo ->
                Nodes.make(memory, parent.fd(), name, Nodes.FIFO | metadata.mode(), 0, 0)
                        && finish.unopened(parent, name, metadata, Nodes.FIFO);
            case CharacterDevice device ->
                device(metadata, parent, name, Nodes.CHARACTER_DEVICE, device.major(), device.minor());
            case BlockDevice device ->
                device(metadata, parent, name, Nodes.BLOCK_DEVICE, device.major(), device.minor());
        };
    }

    private boolean device(TarMetadata metadata, OpenDirectory parent, byte[] name, int kind, int major, int minor)
            throws IOException {
        if (!owner.rights().isRoot()) {
            omitted.add(metadata.name() + ": only root may make devices");
            return true;
        }
        return Nodes.make(memory, parent.fd(), name, kind | metadata.mode(), major, minor)
                && finish.unopened(parent, name, metadata, kind);
    }

    private boolean file(RegularFile entry, OpenDirectory parent, byte[] name, InputStream content) throws IOException {
        int mode = entry.metadata().mode() & (PERMISSIONS | STICKY);
        // A user who may not write a file may give it no attributes either.
        int first = owner.rights().isRoot() ? mode : mode | 0600;
        Fd created;
        try {
            created = Nodes.open(memory, parent.fd(), name, Open.How.creating(first));
        } catch (ErrnoException e) {
            if (e.is(Errno.EEXIST)) {
                return false;
            }
            throw e;
        }
        try (Fd file = created) {
            files.write(entry, file, content);
            finish.file(file, parent, entry.metadata(), first);
        }
        return true;
    }

    private boolean directory(Directory entry, LayerPath path, OpenDirectory parent) throws IOException {
        byte[] name = path.name();
        TarBytes whole = path.path();
        int mode = entry.metadata().mode() & (PERMISSIONS | STICKY);
        boolean isNew =
                Nodes.makeDirectory(memory, parent.fd(), name, owner.rights().isRoot() ? mode : mode | Finish.OWN_ALL);
        if (!isNew) {
            Attributes.Stat stat = Attributes.of(memory, parent.fd(), name);
            if (stat.isWhiteout()) {
                directories.replaceWhiteout(parent, whole, name, 0700);
            } else if (!stat.isDirectory()) {
                return false;
            }
        }
        directories.described(whole);
        OpenDirectory directory = directories.opened(whole, parent, name);
        finish.directory(directory, entry.metadata(), whole, isNew && !parent.givesGroup());
        return true;
    }

    private boolean hardLink(HardLink link, LayerPath path, OpenDirectory parent) throws IOException {
        LayerPath target = LayerPath.of(link.name(), link.target());
        Optional<Fd> found = directories.look(target.parent());
        if (target.isRoot() || found.isEmpty()) {
            throw new UnpackException(link.name(), "it links to " + link.target() + ", which the layer does not have");
        }
        try (Fd from = found.get()) {
            if (Nodes.makeHardLink(memory, from, target.name(), parent.fd(), path.name())) {
                return true;
            }
            Attributes.Stat there = Attributes.of(memory, parent.fd(), path.name());
            return there.inode() == Attributes.of(memory, from, target.name()).inode();
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                throw new UnpackException(
                        link.name(), "it links to " + link.target() + ", which the layer does not have");
            }
            throw e;
        }
    }

    /** Makes way for a later entry. */
    private void clear(LayerPath path) throws IOException {
        OpenDirectory parent = directories.get(path.parent());
        if (Attributes.of(memory, parent.fd(), path.name()).isDirectory()) {
            // Those in it are open, perhaps.
            directories.closeAll();
            parent = directories.get(path.parent());
            RemoveTree.remove(memory, parent.fd(), path.name());
        } else {
            Nodes.remove(memory, parent.fd(), path.name());
        }
    }

    @Override
    public void close() {
        directories.close();
        memory.close();
    }

    /** Whether setting an owner may have taken this from a file, or a parent directory may have given it. */
    static boolean isSpecial(int mode) {
        return (mode & (SETUID | SETGID)) != 0;
    }
}
