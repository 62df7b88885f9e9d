package dev.estiba.content.unpack;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarEntry.BlockDevice;
import dev.estiba.content.tar.TarEntry.CharacterDevice;
import dev.estiba.content.tar.TarEntry.HardLink;
import dev.estiba.content.tar.TarEntry.RegularFile;
import dev.estiba.content.tar.TarEntry.SymbolicLink;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.Attributes.Stat;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.ExtendedAttributes;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileSystems;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Makes an archive's entries in a tree that others use and change meanwhile, with Docker's rules: what is in the way is replaced, but
 * that a directory over a directory only changes its metadata. Each entry's directory is looked up anew, beneath the tree's root; in that
 * directory the name itself is never followed.
 */
final class LiveTree implements AutoCloseable {
    private static final int IMPLIED_MODE = 0755;
    private static final int MOST_DATED = 100_000;
    private static final byte[] SELF = {'.'};

    private final CallMemory memory = new CallMemory();
    private final FileWriter files = new FileWriter(memory);
    private final Fd root;
    private final ExtractOptions options;
    private final Open.How into;
    private final Omitted omitted = new Omitted();
    private final List<Dated> dated = new ArrayList<>();
    private long entries;

    /** A directory whose times are set when everything in it is there. */
    private record Dated(TarBytes path, Instant accessed, Instant modified) {}

    /** @param root stays its owner's */
    LiveTree(Fd root, ExtractOptions options) {
        this.root = root;
        this.options = options;
        this.into = Open.How.directory()
                .resolving(Open.NO_MAGICLINKS | (options.followsWithin() ? Open.IN_ROOT : Open.BENEATH));
    }

    long entries() {
        return entries;
    }

    long fileBytes() {
        return files.written();
    }

    List<String> omitted() {
        return omitted.all();
    }

    /** @param content of a regular file, its stored bytes */
    void add(TarEntry entry, InputStream content) throws IOException {
        entries++;
        TarEntry own = options.own(entry);
        try {
            LayerPath path = options.place(own.name());
            if (path.isRoot() || path.path().equals(options.base())) {
                return; // Docker leaves the directory that it extracts into as it is
            }
            make(own, path, content);
        } catch (ErrnoException e) {
            throw new UnpackException(entry.name(), e);
        }
    }

    private void make(TarEntry entry, LayerPath path, InputStream content) throws IOException {
        try (Fd parent = parent(path.parent())) {
            if (FileSystems.isKernels(parent)) {
                throw new UnpackException(entry.name(), "it would be in a file system of the kernel's");
            }
            if (entry instanceof TarEntry.Directory) {
                directory(entry, parent, path);
                return;
            }
            makeWay(entry, parent, path.name());
            switch (entry) {
                case RegularFile file -> file(file, parent, path.name(), content);
                case HardLink link -> hardLink(link, parent, path.name());
                case SymbolicLink link -> {
                    must(
                            Nodes.makeLink(
                                    memory, parent, path.name(), link.target().toArray()),
                            entry);
                    unopened(entry.metadata(), parent, path.name());
                }
                case TarEntry.Fifo fifo -> node(fifo, parent, path.name(), Nodes.FIFO, 0, 0);
                case CharacterDevice device ->
                    node(device, parent, path.name(), Nodes.CHARACTER_DEVICE, device.major(), device.minor());
                case BlockDevice device ->
                    node(device, parent, path.name(), Nodes.BLOCK_DEVICE, device.major(), device.minor());
                case TarEntry.Directory directory -> throw new IllegalStateException("done: " + directory.name());
            }
        }
    }

    private static void must(boolean isMade, TarEntry entry) throws UnpackException {
        if (!isMade) {
            throw new UnpackException(entry.name(), "somebody else makes it at the same time");
        }
    }

    /** Opens the directory of an entry; makes what is missing of it. */
    private Fd parent(TarBytes path) throws IOException {
        try {
            return open(path);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        byte[] whole = path.toArray();
        for (int at = 1; at <= whole.length; at++) {
            if (at == whole.length || whole[at] == '/') {
                LayerPath part = LayerPath.of(TarBytes.of(Arrays.copyOf(whole, at)));
                try (Fd in = open(part.parent())) {
                    if (Nodes.makeDirectory(memory, in, part.name(), IMPLIED_MODE)) {
                        own(in, part.name(), options.implied(TarMetadata.of(part.path(), IMPLIED_MODE)));
                    }
                }
            }
        }
        return open(path);
    }

    private Fd open(TarBytes path) throws IOException {
        return Nodes.open(memory, root, path.isEmpty() ? SELF : path.toArray(), into);
    }

    private void makeWay(TarEntry entry, Fd parent, byte[] name) throws IOException {
        Stat there;
        try {
            there = Attributes.of(memory, parent, name);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return;
            }
            throw e;
        }
        if (!there.isDirectory()) {
            Nodes.remove(memory, parent, name);
            return;
        }
        if (options.keepsKinds()) {
            throw new UnpackException(
                    "cannot overwrite directory " + shown(entry) + " with non-directory " + absolute(options.base()));
        }
        RemoveTree.remove(memory, parent, name);
    }

    private String shown(TarEntry entry) throws UnpackException {
        return LayerPath.of(entry.name()).path().printable();
    }

    private static String absolute(TarBytes path) {
        return "\"/" + path.printable().substring(1);
    }

    private void directory(TarEntry entry, Fd parent, LayerPath path) throws IOException {
        byte[] name = path.name();
        boolean isNew = Nodes.makeDirectory(memory, parent, name, 0700);
        if (!isNew && !Attributes.of(memory, parent, name).isDirectory()) {
            if (options.keepsKinds()) {
                throw new UnpackException("cannot overwrite non-directory " + shown(entry) + " with directory "
                        + absolute(options.base()));
            }
            Nodes.remove(memory, parent, name);
            must(Nodes.makeDirectory(memory, parent, name, 0700), entry);
        }
        Open.How itself = Open.How.directory().with(Open.noFollowFlag()).resolving(Open.BENEATH | Open.NO_SYMLINKS);
        try (Fd made = Nodes.open(memory, parent, name, itself)) {
            TarMetadata metadata = entry.metadata();
            if (options.givesOwners()) {
                Attributes.own(memory, made, metadata.uid(), metadata.gid());
            }
            attributes(made, metadata, false);
            Attributes.permit(memory, made, metadata.mode());
        }
        if (dated.size() == MOST_DATED) {
            setTimes(); // those that come later may change them once more
        }
        Instant modified = entry.metadata().modified();
        dated.add(new Dated(path.path(), entry.metadata().accessed().orElse(modified), modified));
    }

    private void file(RegularFile entry, Fd parent, byte[] name, InputStream content) throws IOException {
        boolean isWhole = false;
        try (Fd made = Nodes.open(memory, parent, name, Open.How.creating(0600))) {
            files.write(entry, made, content);
            TarMetadata metadata = entry.metadata();
            if (options.givesOwners()) {
                Attributes.own(memory, made, metadata.uid(), metadata.gid());
            }
            attributes(made, metadata, false);
            Attributes.permit(memory, made, metadata.mode());
            attributes(made, metadata, true);
            Attributes.date(memory, made, metadata.accessed().orElse(metadata.modified()), metadata.modified());
            isWhole = true;
        } finally {
            if (!isWhole) {
                Nodes.remove(memory, parent, name); // half of a file is nobody's
            }
        }
    }

    private void hardLink(HardLink link, Fd parent, byte[] name) throws IOException {
        LayerPath target = options.place(link.target());
        try (Fd from = open(target.parent())) {
            must(Nodes.makeHardLink(memory, from, target.name(), parent, name), link);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                throw new UnpackException(link.name(), "it links to " + link.target() + ", which is not there");
            }
            throw e;
        }
    }

    private void node(TarEntry entry, Fd parent, byte[] name, int kind, int major, int minor) throws IOException {
        must(Nodes.make(memory, parent, name, kind | entry.metadata().mode() & 0777, major, minor), entry);
        unopened(entry.metadata(), parent, name);
    }

    private void unopened(TarMetadata metadata, Fd parent, byte[] name) throws IOException {
        own(parent, name, metadata);
        Attributes.date(memory, parent, name, metadata.accessed().orElse(metadata.modified()), metadata.modified());
    }

    private void own(Fd parent, byte[] name, TarMetadata metadata) throws IOException {
        if (options.givesOwners()) {
            Attributes.own(memory, parent, name, metadata.uid(), metadata.gid());
        }
    }

    /** A capability is the last thing that a file gets: chown(2) and chmod(2) take it away. */
    private void attributes(Fd file, TarMetadata metadata, boolean ofRoot) throws IOException {
        for (Map.Entry<TarBytes, TarBytes> each : metadata.attributes().entrySet()) {
            AttributeFilter filter = AttributeFilter.of(each.getKey());
            boolean isNow = filter == (ofRoot ? AttributeFilter.KEPT_BY_ROOT : AttributeFilter.KEPT);
            if (filter == AttributeFilter.REFUSED || isNow && ofRoot && !options.givesOwners()) {
                omitted.add(metadata.name() + ": its attribute " + each.getKey() + " is none that it may get");
            } else if (isNow) {
                set(file, metadata, each.getKey(), each.getValue());
            }
        }
    }

    private void set(Fd file, TarMetadata metadata, TarBytes name, TarBytes value) throws IOException {
        try {
            ExtendedAttributes.set(memory, file, name.toArray(), value.toArray());
        } catch (ErrnoException e) {
            if (!e.is(Errno.EOPNOTSUPP) && !e.is(Errno.EPERM)) {
                throw e;
            }
            // As Docker: what the file system cannot keep is no reason to fail.
            omitted.add(metadata.name() + ": its attribute " + name + " cannot be kept there");
        }
    }

    /** Sets the directories' times. */
    void finish() throws IOException {
        setTimes();
    }

    private void setTimes() throws IOException {
        for (Dated each : dated.reversed()) {
            try (Fd directory = open(each.path())) {
                Attributes.date(memory, directory, each.accessed(), each.modified());
            } catch (ErrnoException e) {
                // Somebody has taken it away or exchanged it meanwhile.
                if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP) && !e.is(Errno.EROFS)) {
                    throw e;
                }
            }
        }
        dated.clear();
    }

    @Override
    public void close() {
        memory.close();
    }
}
