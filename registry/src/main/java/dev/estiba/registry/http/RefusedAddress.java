package dev.estiba.registry.http;

import java.io.IOException;

/** A server has sent us to a place where we do not go. */
public final class RefusedAddress extends IOException {
    private static final long serialVersionUID = 1;

    public RefusedAddress(String message) {
        super(message);
    }
}
