package dev.estiba.network.cni;

import java.io.IOException;

/** A network by plug-ins that is not as it should be, or a plug-in that has failed, in a sentence. */
public final class CniException extends IOException {
    private static final long serialVersionUID = 1;

    public CniException(String message) {
        super(message);
    }

    CniException(String message, Exception cause) {
        super(message, cause);
    }
}
