package dev.estiba.content.transport;

import dev.estiba.oci.json.DocumentException;
import java.io.IOException;

/** An image, or the place that it is in, is not what the specification describes, or asks for more than any image has. */
public final class MalformedImage extends IOException {
    private static final long serialVersionUID = 1;

    /** @param message which image or file, and what is wrong with it */
    public MalformedImage(String message) {
        super(message);
    }

    /** @param document its digest or its name in its place */
    public MalformedImage(String document, DocumentException cause) {
        super(document + ": " + cause.getMessage(), cause);
    }
}
