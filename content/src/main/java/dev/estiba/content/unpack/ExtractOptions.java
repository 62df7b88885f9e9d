package dev.estiba.content.unpack;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarEntry.BlockDevice;
import dev.estiba.content.tar.TarEntry.CharacterDevice;
import dev.estiba.content.tar.TarEntry.HardLink;
import dev.estiba.content.tar.TarEntry.RegularFile;
import dev.estiba.content.tar.TarEntry.SymbolicLink;
import dev.estiba.content.tar.TarMetadata;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * How an archive goes into a tree that is there.
 *
 * @param base the directory that it goes into, from the tree's root on; without slashes at its ends, empty for the root
 * @param metadata what becomes of an entry's ids and attributes
 * @param rename what becomes of an entry's name, and of the name that a hard link says
 * @param givesOwners whether files are given to whom the entries say; else they are the caller's
 * @param keepsKinds whether a directory in the way of something else, and the other way round, is an error and not replaced
 * @param followsWithin whether symbolic links in the tree are followed with the tree as the root; else one that leads out is an error
 */
public record ExtractOptions(
        TarBytes base,
        UnaryOperator<TarMetadata> metadata,
        UnaryOperator<TarBytes> rename,
        boolean givesOwners,
        boolean keepsKinds,
        boolean followsWithin) {
    /** What a directory gets that no entry describes: root's, in the tree's ids. */
    TarMetadata implied(TarMetadata ofRoot) {
        return metadata.apply(ofRoot);
    }

    /** Where an entry goes. */
    LayerPath place(TarBytes name) throws UnpackException {
        LayerPath within = LayerPath.of(name, rename.apply(name));
        if (base.isEmpty()) {
            return within;
        }
        return LayerPath.of(
                within.isRoot() ? base : LayerPath.join(base, within.path().toArray()));
    }

    /** The entry with its metadata as they are to be. */
    TarEntry own(TarEntry entry) {
        TarMetadata own = metadata.apply(entry.metadata());
        return switch (entry) {
            case RegularFile file -> new RegularFile(own, file.size(), file.data());
            case HardLink link -> new HardLink(own, link.target());
            case SymbolicLink link -> new SymbolicLink(own, link.target());
            case TarEntry.Directory directory -> new TarEntry.Directory(own);
            case CharacterDevice device -> new CharacterDevice(own, device.major(), device.minor());
            case BlockDevice device -> new BlockDevice(own, device.major(), device.minor());
            case TarEntry.Fifo fifo -> new TarEntry.Fifo(own);
        };
    }

    /** A name's beginning for another one, where it has it: {@code docker cp} calls a file otherwise. */
    public static UnaryOperator<TarBytes> renaming(TarBytes from, TarBytes to) {
        return name -> {
            byte[] whole = name.toArray();
            byte[] old = from.toArray();
            boolean begins = whole.length >= old.length
                    && Arrays.equals(whole, 0, old.length, old, 0, old.length)
                    && (whole.length == old.length || old.length == 0 || whole[old.length] == '/');
            if (!begins) {
                return name;
            }
            byte[] other = Arrays.copyOf(to.toArray(), to.length() + whole.length - old.length);
            System.arraycopy(whole, old.length, other, to.length(), whole.length - old.length);
            return TarBytes.of(other);
        };
    }
}
