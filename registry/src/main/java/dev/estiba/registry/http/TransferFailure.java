package dev.estiba.registry.http;

import java.io.IOException;

/** A connection that broke, stalled or spoke no HTTP; another try may succeed. */
public final class TransferFailure extends IOException {
    private static final long serialVersionUID = 1;

    public TransferFailure(String message) {
        super(message);
    }

    public TransferFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
