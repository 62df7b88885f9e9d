package dev.estiba.content.fetch;

import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;

/**
 * An image of the store, to be brought elsewhere. Its caller has a lease of it.
 *
 * @param name what a person calls it
 * @param top what of it is brought: the image's manifest or index, or one of its platforms' manifests
 */
public record StoreSource(Store store, String name, Descriptor top) implements ImageSource {
    public static StoreSource of(Store store, String name, StoredImage image) {
        return new StoreSource(store, name, image.root());
    }

    @Override
    public Document root() throws IOException {
        return store.blobs().document(top);
    }

    @Override
    public Document document(Descriptor descriptor) throws IOException {
        return store.blobs().document(descriptor);
    }

    @Override
    public InputStream blob(Descriptor descriptor, long offset) throws IOException {
        return store.blobs().open(descriptor.digest(), offset);
    }

    @Override
    public void close() {
        // nothing is held
    }
}
