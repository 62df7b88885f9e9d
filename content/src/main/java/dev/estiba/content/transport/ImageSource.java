package dev.estiba.content.transport;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * One image, or an index of several, in the place where it is. Safe for several threads: layers are read side by side. A read
 * that waits for a network ends with an exception when its thread is interrupted, or when the source is closed.
 */
public interface ImageSource extends AutoCloseable {
    /** What a person calls it: {@code localhost:5000/a/b:tag}, {@code oci:/some/where:tag}. */
    String name();

    /**
     * The manifest or index that has the name, asked for once.
     *
     * @throws NotThere when nothing has it
     */
    Document root() throws IOException;

    /**
     * A manifest or index that another one names; verified.
     *
     * @throws NotThere when the place lacks it, as one with some of an index's platforms does
     */
    Document document(Descriptor descriptor) throws IOException;

    /**
     * A configuration or a layer.
     *
     * @param offset from which byte on
     * @return unverified bytes, at most as many as the descriptor has, the caller's to close
     * @throws NotThere when the place lacks it
     */
    InputStream blob(Descriptor descriptor, long offset) throws IOException;

    /** The manifests in this place that say something of that one, such as signatures; empty where there is no such list. */
    default List<Descriptor> referrers(Digest subject) throws IOException {
        return List.of();
    }

    /** Ends what still runs. */
    @Override
    void close() throws IOException;
}
