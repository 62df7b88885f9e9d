package dev.estiba.content.check;

import dev.estiba.content.store.NestedIndexes;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Layer;
import dev.estiba.content.store.StoredImage.Referrer;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the images of a store are made of. */
final class Wanted {
    /** A blob, and the images that name it. */
    record Blob(Descriptor descriptor, List<StoredImage> images) {}

    private final Map<Digest, Blob> blobs = new LinkedHashMap<>();
    private final Map<Digest, Layer> layers = new LinkedHashMap<>();

    Wanted(Store store, Collection<StoredImage> images) throws IOException {
        for (StoredImage image : images) {
            add(image.root(), image);
            NestedIndexes.of(store.blobs(), image.root()).forEach(each -> add(each, image));
            for (Referrer referrer : image.referrers()) {
                add(referrer.manifest(), image);
                referrer.parts().forEach(each -> add(each, image));
            }
            for (Variant variant : image.variants()) {
                add(variant.manifest(), image);
                add(variant.config(), image);
                for (Layer layer : variant.layers()) {
                    add(layer.blob(), image);
                    layers.putIfAbsent(layer.diffId(), layer);
                }
            }
        }
    }

    private void add(Descriptor descriptor, StoredImage image) {
        List<StoredImage> images = blobs.computeIfAbsent(
                        descriptor.digest(), _ -> new Blob(descriptor, new ArrayList<>()))
                .images();
        if (!images.contains(image)) {
            images.add(image);
        }
    }

    Map<Digest, Blob> blobs() {
        return blobs;
    }

    Collection<Layer> layers() {
        return layers.values();
    }
}
