package dev.estiba.content.unpack;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.ExtendedAttributes;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a file gets when it is there: its owner, then its permissions and attributes, since chown(2) takes setuid bits and
 * capabilities away, then its times. Only calls that change something are made.
 */
final class Finish {
    /** What a user must be allowed to make entries in a directory; root is. */
    static final int OWN_ALL = 0700;

    private static final int MOST_RESTRICTED = 100_000;

    private final CallMemory memory;
    private final TreeBuilder.Owner owner;
    private final Omitted omitted;
    /** Directories that their owner may not use; only a user is held off by that. */
    private final Map<TarBytes, Integer> restricted = new HashMap<>();

    Finish(CallMemory memory, TreeBuilder.Owner owner, Omitted omitted) {
        this.memory = memory;
        this.owner = owner;
        this.omitted = omitted;
    }

    /** @param mode that it was created with */
    void file(Fd file, OpenDirectory parent, TarMetadata metadata, int mode) throws IOException {
        if (isOwned(parent, metadata)) {
            Attributes.own(memory, file, metadata.uid(), metadata.gid());
        }
        attributes(file, metadata, true);
        if (metadata.mode() != mode) {
            Attributes.permit(memory, file, metadata.mode());
        }
        capability(file, metadata);
        Attributes.date(memory, file, accessed(metadata), metadata.modified());
    }

    /**
     * @param path of the directory; empty for the root
     * @param isPlain whether it was just made with the entry's permissions, but for setuid and setgid
     */
    void directory(OpenDirectory directory, TarMetadata metadata, TarBytes path, boolean isPlain) throws IOException {
        Fd fd = directory.fd();
        int mode = metadata.mode();
        if (!isPlain && owner.rights().isRoot() || metadata.uid() != 0 || metadata.gid() != owner.group()) {
            own(fd, metadata);
        }
        if (!owner.rights().isRoot() && (mode & OWN_ALL) != OWN_ALL) {
            restrictLater(path, mode);
            mode |= OWN_ALL;
        } else {
            restricted.remove(path);
        }
        if (!isPlain || mode != metadata.mode() || TreeBuilder.isSpecial(mode)) {
            Attributes.permit(memory, fd, mode);
        }
        directory.permitted(mode);
        attributes(fd, metadata, false);
        directory.date(accessed(metadata), metadata.modified());
    }

    private void own(Fd fd, TarMetadata metadata) throws IOException {
        if (owner.rights().isRoot()) {
            Attributes.own(memory, fd, metadata.uid(), metadata.gid());
        }
    }

    /** A symbolic link, a FIFO or a device: what is not opened. Gives true. */
    boolean unopened(OpenDirectory parent, byte[] name, TarMetadata metadata, int kind) throws IOException {
        boolean isOwned = isOwned(parent, metadata);
        if (isOwned) {
            Attributes.own(memory, parent.fd(), name, metadata.uid(), metadata.gid());
        }
        if (isOwned && kind != Nodes.LINK && TreeBuilder.isSpecial(metadata.mode())) {
            Attributes.permit(memory, parent.fd(), name, metadata.mode());
        }
        for (TarBytes attribute : metadata.attributes().keySet()) {
            omit(metadata, attribute);
        }
        Attributes.date(memory, parent.fd(), name, accessed(metadata), metadata.modified());
        return true;
    }

    private boolean isOwned(OpenDirectory parent, TarMetadata metadata) {
        return owner.rights().isRoot()
                && (metadata.uid() != 0 || metadata.gid() != owner.group() || parent.givesGroup());
    }

    private void attributes(Fd file, TarMetadata metadata, boolean isFile) throws IOException {
        for (Map.Entry<TarBytes, TarBytes> one : metadata.attributes().entrySet()) {
            switch (AttributeFilter.of(one.getKey())) {
                case KEPT -> set(file, one);
                case KEPT_BY_ROOT -> {
                    // Of a file it is the last thing that is set.
                    if (!isFile || !owner.rights().isRoot()) {
                        omit(metadata, one.getKey());
                    }
                }
                case REFUSED -> omit(metadata, one.getKey());
            }
        }
    }

    private void capability(Fd file, TarMetadata metadata) throws IOException {
        for (Map.Entry<TarBytes, TarBytes> one : metadata.attributes().entrySet()) {
            if (owner.rights().isRoot() && AttributeFilter.of(one.getKey()) == AttributeFilter.KEPT_BY_ROOT) {
                set(file, one);
            }
        }
    }

    private void set(Fd file, Map.Entry<TarBytes, TarBytes> attribute) throws IOException {
        ExtendedAttributes.set(
                memory, file, attribute.getKey().toArray(), attribute.getValue().toArray());
    }

    private void omit(TarMetadata metadata, TarBytes attribute) {
        omitted.add(metadata.name() + ": its attribute " + attribute + " is none that an image may give it");
    }

    /** The later of the two: what was read before it was changed would be of another file (containerd's rule). */
    private static Instant accessed(TarMetadata metadata) {
        return metadata.accessed().filter(metadata.modified()::isBefore).orElse(metadata.modified());
    }

    private void restrictLater(TarBytes path, int mode) throws IOException {
        if (restricted.size() >= MOST_RESTRICTED) {
            throw new UnpackException(
                    "the layer has more than " + MOST_RESTRICTED + " directories that their owner may not use");
        }
        restricted.put(path, mode);
    }

    /** At the end, the deepest first. */
    void restrict(OpenDirectory root) throws IOException {
        List<Map.Entry<TarBytes, Integer>> all = restricted.entrySet().stream()
                .sorted(Comparator.comparing(
                        (Map.Entry<TarBytes, Integer> one) -> one.getKey().length(), Comparator.reverseOrder()))
                .toList();
        for (Map.Entry<TarBytes, Integer> one : all) {
            if (one.getKey().isEmpty()) {
                Attributes.permit(memory, root.fd(), one.getValue());
            } else {
                restrict(root.fd(), one.getKey(), one.getValue());
            }
        }
    }

    private void restrict(Fd root, TarBytes path, int mode) throws IOException {
        Open.How how = Open.How.directory().resolving(Open.BENEATH | Open.NO_SYMLINKS);
        try (Fd directory = Nodes.open(memory, root, path.toArray(), how)) {
            Attributes.permit(memory, directory, mode);
        } catch (ErrnoException e) {
            // A later entry has taken its place.
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP)) {
                throw e;
            }
        }
    }
}
