package dev.estiba.content.archive;

import dev.estiba.content.transport.BlobSource;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.oci.image.Descriptor;
import java.io.IOException;

/** The only image of an archive: finishing it finishes that, and closing it closes that. */
record SingleImage(ImageTarget target, Step afterFinish, Step afterwards) implements ImageTarget {
    /** What its writer does. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
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
        afterFinish.run();
    }

    @Override
    public void close() throws IOException {
        afterwards.run();
    }
}
