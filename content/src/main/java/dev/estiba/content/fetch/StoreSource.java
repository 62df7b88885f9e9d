package dev.estiba.content.fetch;

import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Referrer;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * An image of the store, to be brought elsewhere. Its caller has a lease of it.
 *
 * @param name what a person calls it
 * @param top what of it is brought: the image's manifest or index, or one of its platforms' manifests
 * @param said what there is that says something of it
 */
public record StoreSource(Store store, String name, Descriptor top, List<Referrer> said) implements ImageSource {
    public StoreSource {
        said = List.copyOf(said);
    }

    public StoreSource(Store store, String name, Descriptor top) {
        this(store, name, top, List.of());
    }

    public static StoreSource of(Store store, String name, StoredImage image) {
        return new StoreSource(store, name, image.root(), image.referrers());
    }

    @Override
    public List<Descriptor> referrers(Digest subject) {
        return said.stream()
                .filter(each -> each.subject().equals(subject))
                .map(Referrer::manifest)
                .toList();
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
