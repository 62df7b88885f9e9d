package dev.estiba.content.fetch;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.store.Layers;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.unpack.Unpacked;
import dev.estiba.content.unpack.Unpacker;
import dev.estiba.linux.Fd;
import dev.estiba.oci.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

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

    /** The real one, which tells the compression by looking. */
    static LayerUnpacker by(Unpacker unpacker) {
        return (packed, tree, diffId) -> {
            byte[] beginning = packed.readNBytes(Compression.MAGIC);
            InputStream whole = new SequenceInputStream(new ByteArrayInputStream(beginning), packed);
            Unpacked unpacked = unpacker.unpack(whole, Compression.of(beginning), tree, _ -> {});
            if (!unpacked.diffId().equals(diffId)) {
                throw ContentMismatch.digest(diffId, unpacked.diffId());
            }
            List<String> implied = unpacked.implied().stream()
                    .map(path -> new String(path.toArray(), StandardCharsets.ISO_8859_1))
                    .toList();
            return new Layers.Size(unpacked.fileBytes(), unpacked.entries(), implied);
        };
    }
}
