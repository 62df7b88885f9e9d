package dev.estiba.content.pack;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.content.tar.TarWriter;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.Attributes.Stat;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.ExtendedAttributes;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileSystems;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/**
 * Writes files into an archive as Docker does: by numbers of owners and not by names, times in whole seconds, sockets left out. Used by
 * one thread.
 */
public final class EntryWriter {
    private static final int PERMISSIONS = 07777;
    private static final long CLOSED = Open.BENEATH | Open.NO_SYMLINKS | Open.NO_MAGICLINKS;
    private static final Open.How LOOKING = new Open.How(Open.PATH | Open.noFollowFlag(), 0, CLOSED);

    /** Of whoever has exchanged a name for something else, or taken it away, since it was read. */
    private static final List<Errno> GONE = List.of(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV);

    private final CallMemory memory;
    private final TarWriter to;

    /** @param memory stays the caller's, and so does the archive */
    public EntryWriter(CallMemory memory, TarWriter to) {
        this.memory = memory;
        this.to = to;
    }

    /** Whether this is how the kernel answers for a name that is something else by now. */
    public static boolean isGone(ErrnoException e) {
        return GONE.stream().anyMatch(e::is);
    }

    /**
     * Opens a regular file. What it is is asked before: to open a device can do something, and of a FIFO can take for ever.
     *
     * @return empty when it is none, none any more, or one of the kernel's own (proc(5))
     */
    public static Optional<Fd> openRegular(CallMemory memory, Fd directory, byte[] name) throws IOException {
        try (Fd found = Nodes.open(memory, directory, name, LOOKING)) {
            int kind = Attributes.of(memory, found).mode() & Nodes.KIND;
            if (kind != Nodes.FILE || FileSystems.isKernels(found)) {
                return Optional.empty();
            }
            // The file that was looked at, whatever has its name by now.
            return Optional.of(Open.absolute(found.procPath(), Open.How.reading()));
        } catch (ErrnoException e) {
            if (isGone(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** @param name ends in a slash */
    public TarEntry.Directory directoryEntry(TarBytes name, Fd directory, Stat stat, UnaryOperator<TarMetadata> owners)
            throws IOException {
        return new TarEntry.Directory(owners.apply(metadata(name, stat, attributes(directory))));
    }

    public void directory(TarEntry.Directory entry) throws IOException {
        to.write(entry);
    }

    /** A further name of what was written before. */
    public void hardLink(TarBytes name, TarBytes target, Stat stat, UnaryOperator<TarMetadata> owners)
            throws IOException {
        to.write(new TarEntry.HardLink(owners.apply(metadata(name, stat, new LinkedHashMap<>())), target));
    }

    /** That something is not there any more (image-spec, layer.md, "Whiteouts"). */
    public void whiteout(TarBytes name) throws IOException {
        to.write(new TarEntry.RegularFile(TarMetadata.of(name, 0), 0));
    }

    /**
     * Whatever is no directory.
     *
     * @param stat of that name
     * @return false when nothing was written: it is a socket, or something else by now
     */
    public boolean write(TarBytes name, Fd directory, byte[] file, Stat stat, UnaryOperator<TarMetadata> owners)
            throws IOException {
        TarMetadata metadata = owners.apply(metadata(name, stat, new LinkedHashMap<>()));
        switch (stat.mode() & Nodes.KIND) {
            case Nodes.FILE -> {
                return regular(name, directory, file, owners);
            }
            case Nodes.LINK -> {
                Optional<byte[]> text = Nodes.readLink(memory, directory, file);
                if (text.isEmpty()) {
                    return false;
                }
                to.write(new TarEntry.SymbolicLink(metadata, TarBytes.of(text.get())));
            }
            case Nodes.FIFO -> to.write(new TarEntry.Fifo(metadata));
            case Nodes.CHARACTER_DEVICE -> to.write(new TarEntry.CharacterDevice(metadata, stat.major(), stat.minor()));
            case Nodes.BLOCK_DEVICE -> to.write(new TarEntry.BlockDevice(metadata, stat.major(), stat.minor()));
            default -> {
                return false; // a socket, which archives do not know
            }
        }
        return true;
    }

    private boolean regular(TarBytes name, Fd directory, byte[] file, UnaryOperator<TarMetadata> owners)
            throws IOException {
        Optional<Fd> found = openRegular(memory, directory, file);
        if (found.isEmpty()) {
            return false;
        }
        try (Fd open = found.get()) {
            Stat stat = Attributes.of(memory, open);
            Optional<List<TarEntry.Segment>> data = RegularContent.segments(memory, open, stat.size());
            TarMetadata metadata = owners.apply(metadata(name, stat, attributes(open)));
            to.write(
                    new TarEntry.RegularFile(metadata, stat.size(), data),
                    RegularContent.of(memory, open, stat.size(), data));
            return true;
        }
    }

    private static TarMetadata metadata(TarBytes name, Stat stat, SequencedMap<TarBytes, TarBytes> attributes) {
        return new TarMetadata(
                name,
                stat.mode() & PERMISSIONS,
                stat.uid(),
                stat.gid(),
                TarBytes.EMPTY,
                TarBytes.EMPTY,
                stat.modified().truncatedTo(ChronoUnit.SECONDS),
                Optional.empty(),
                attributes);
    }

    /** Those that an image may have; no label of the host's, and nothing of overlayfs's. */
    private SequencedMap<TarBytes, TarBytes> attributes(Fd file) throws IOException {
        SequencedMap<TarBytes, TarBytes> kept = new LinkedHashMap<>();
        List<byte[]> names;
        try {
            names = ExtendedAttributes.list(memory, file);
        } catch (ErrnoException e) {
            if (e.is(Errno.EOPNOTSUPP)) {
                return kept;
            }
            throw e;
        }
        for (byte[] name : names) {
            String text = new String(name, StandardCharsets.ISO_8859_1);
            if (text.equals("security.capability") || text.startsWith("user.") && !text.startsWith("user.overlay.")) {
                ExtendedAttributes.get(memory, file, name)
                        .ifPresent(value -> kept.put(TarBytes.of(name), TarBytes.of(value)));
            }
        }
        return kept;
    }
}
