package dev.estiba.content.store;

import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.json.DocumentException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Indexes within an image's index: its record names the manifests only, and without these they are not found any more. */
public final class NestedIndexes {
    /** Whoever has brought the image has counted its documents, with a limit that is less. */
    private static final int MOST = 1000;

    private NestedIndexes() {}

    /** Those that are here; of what is damaged nothing is known. */
    public static List<Descriptor> of(Blobs blobs, Descriptor root) throws IOException {
        List<Descriptor> found = new ArrayList<>();
        Deque<Descriptor> left = new ArrayDeque<>(List.of(root));
        while (!left.isEmpty() && found.size() < MOST) {
            Descriptor index = left.pop();
            if (!MediaTypes.isIndex(index.mediaType())) {
                continue;
            }
            for (Descriptor entry : entries(blobs, index)) {
                boolean isNew = MediaTypes.isIndex(entry.mediaType()) && blobs.has(entry.digest());
                if (isNew && !found.contains(entry)) {
                    found.add(entry);
                    left.push(entry);
                }
            }
        }
        return found;
    }

    private static List<Descriptor> entries(Blobs blobs, Descriptor index) throws IOException {
        try {
            return ImageReader.readIndex(blobs.document(index).bytes()).manifests();
        } catch (NotThere | DamagedBlob | DocumentException e) {
            return List.of(); // a check says so
        }
    }
}
