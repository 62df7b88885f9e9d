package dev.estiba.content.transport;

import dev.estiba.oci.image.Descriptor;
import java.io.IOException;

/** A target that tests change in one method. */
public class ForwardingTarget implements ImageTarget {
    private final ImageTarget target;

    public ForwardingTarget(ImageTarget target) {
        this.target = target;
    }

    @Override
    public String name() {
        return target.name();
    }

    @Override
    public boolean has(Descriptor descriptor) throws IOException {
        return target.has(descriptor);
    }

    @Override
    public void blob(Descriptor descriptor, BlobSource bytes, TransferListener listener) throws IOException {
        target.blob(descriptor, bytes, listener);
    }

    @Override
    public void document(Document document) throws IOException {
        target.document(document);
    }

    @Override
    public void finish(Document root) throws IOException {
        target.finish(root);
    }

    @Override
    public void close() throws IOException {
        target.close();
    }
}
