package dev.estiba.content.unpack;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.Room;
import dev.estiba.oci.image.Digest;
import java.util.List;

/**
 * A layer that has been unpacked. Nothing of it is synced.
 *
 * @param diffId of the archive as it is unpacked, to its last byte: what the image's configuration names
 * @param packedSize how many bytes were read
 * @param size of the archive
 * @param entries of the archive
 * @param fileBytes the contents of its files, without holes
 * @param hidesAll whether everything of the layers below is hidden, so that they need not be mounted: overlayfs heeds no mark of
 *     that on a layer's root
 * @param implied directories that no entry describes and that were made, of root and 0755, since an entry is in them; as far as
 *     there are {@link #MOST_TOLD}. In an overlay they would hide owner and mode of a lower layer's directory:
 *     {@code ImpliedDirectories} is for that
 * @param omitted what was left out and why, a sentence each, as far as there are {@link #MOST_TOLD}
 * @param walls what stood between the layer and the host
 */
public record Unpacked(
        Digest diffId,
        long packedSize,
        long size,
        long entries,
        long fileBytes,
        boolean hidesAll,
        List<TarBytes> implied,
        List<String> omitted,
        Room.Walls walls) {
    public static final int MOST_TOLD = 1000;

    public Unpacked {
        implied = List.copyOf(implied);
        omitted = List.copyOf(omitted);
    }
}
