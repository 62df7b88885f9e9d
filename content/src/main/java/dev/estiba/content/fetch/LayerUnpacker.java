package dev.estiba.content.fetch;

import dev.estiba.content.store.Layers;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.linux.Fd;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.io.InputStream;

/** Makes a directory of a layer. Safe for several threads. */
@FunctionalInterface
public interface LayerUnpacker {
    /**
     * @param packed the layer's blob, in whatever compression, perhaps still on its way
     * @param tree an empty directory; borrowed
     * @param diffId what the unpacked archive's digest must be
     * @throws ContentMismatch when it is another; whoever has called throws away what is in the directory
     */
    Layers.Size unpack(InputStream packed, Fd tree, Digest diffId) throws IOException;
}
