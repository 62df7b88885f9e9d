package dev.estiba.content.transport;

import java.io.IOException;

/** A place has no image, document or blob of that name. The message names both, for a person. */
public final class NotThere extends IOException {
    private static final long serialVersionUID = 1;

    public NotThere(String message) {
        super(message);
    }
}
