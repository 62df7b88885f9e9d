package dev.estiba.registry.server;

import dev.estiba.content.store.StoredImage;
import dev.estiba.oci.image.Reference;

/** Is told what clients do to the engine's names. Called by the threads of requests, when it is done. */
public interface TagListener {
    /** Whom it is all the same to. */
    TagListener NONE = new TagListener() {
        @Override
        public void tagged(StoredImage image, Reference name) {}

        @Override
        public void untagged(StoredImage image) {}

        @Override
        public void dropped(StoredImage image) {}
    };

    void tagged(StoredImage image, Reference name);

    /** A name was taken away from it. */
    void untagged(StoredImage image);

    /** It is none of the engine's any more. */
    void dropped(StoredImage image);
}
