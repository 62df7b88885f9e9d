package dev.estiba.content.fetch;

import dev.estiba.content.store.Blobs;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A place whose documents are not asked for when the store has them: their digests name them. Closing it closes nothing. */
record KnownFirst(ImageSource source, Blobs blobs) implements ImageSource {
    @Override
    public String name() {
        return source.name();
    }

    @Override
    public Document root() throws IOException {
        return source.root();
    }

    @Override
    public Document document(Descriptor descriptor) throws IOException {
        return blobs.has(descriptor.digest()) ? blobs.document(descriptor) : source.document(descriptor);
    }

    @Override
    public InputStream blob(Descriptor descriptor, long offset) throws IOException {
        return source.blob(descriptor, offset);
    }

    @Override
    public List<Descriptor> referrers(Digest subject) throws IOException {
        return source.referrers(subject);
    }

    @Override
    public void close() {
        // the source is its owner's
    }
}
