package dev.estiba.content.transport;

import dev.estiba.oci.image.Descriptor;
import java.io.IOException;

/**
 * A place that an image is brought to. Blobs come first, in any order and side by side; then documents, each after what it
 * names; last of all the name. Until {@link #finish} nothing has the name that did not have it before.
 */
public interface ImageTarget extends AutoCloseable {
    /** What a person calls it. */
    String name();

    /** Whether it need not be brought. */
    boolean has(Descriptor descriptor) throws IOException;

    /**
     * Brings a configuration or a layer; safe for several threads.
     *
     * @throws ContentMismatch when the bytes are not those that the descriptor names; nothing has been kept of them then
     */
    void blob(Descriptor descriptor, BlobSource bytes, TransferListener listener) throws IOException;

    /** Brings a manifest or an index, whose parts are here. */
    void document(Document document) throws IOException;

    /**
     * Gives what was brought its name.
     *
     * @param root one of the documents that were brought
     */
    void finish(Document root) throws IOException;

    /** Without {@link #finish} before, all is as it was. */
    @Override
    void close() throws IOException;
}
