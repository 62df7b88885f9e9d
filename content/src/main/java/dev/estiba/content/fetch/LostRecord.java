package dev.estiba.content.fetch;

import dev.estiba.content.store.Blobs;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.json.DocumentException;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** Makes an image's record anew of its manifest or index, which is in the store. */
public final class LostRecord {
    private LostRecord() {}

    /**
     * @return without the repositories that it came from, which only the record knew
     * @throws IOException when something of it is not here, or damaged
     */
    public static StoredImage of(Store store, Digest root, Platform host) throws IOException {
        Blobs blobs = store.blobs();
        OptionalLong size = blobs.size(root);
        if (size.isEmpty()) {
            throw new MalformedImage("its manifest " + root + " is not here");
        }
        if (size.getAsLong() > ImageReader.MOST_BYTES) {
            throw new MalformedImage(root + " is too large for a manifest");
        }
        byte[] bytes;
        try (InputStream in = blobs.open(root, 0)) {
            bytes = in.readNBytes(ImageReader.MOST_BYTES);
        }
        Descriptor descriptor = Descriptor.of(mediaType(root, bytes), root, bytes.length);
        return StoreTarget.described(store, Document.verified(descriptor, bytes), host);
    }

    private static String mediaType(Digest root, byte[] bytes) throws MalformedImage {
        try {
            return ImageReader.readManifest(bytes).mediaType().orElse(MediaTypes.MANIFEST);
        } catch (DocumentException notAManifest) {
            try {
                return ImageReader.readIndex(bytes).mediaType().orElse(MediaTypes.INDEX);
            } catch (DocumentException e) {
                throw new MalformedImage(root.toString(), e);
            }
        }
    }
}
