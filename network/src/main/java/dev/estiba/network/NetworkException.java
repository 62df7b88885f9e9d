package dev.estiba.network;

import java.io.IOException;

/** What a network refuses, in Docker's words where it has some. */
public final class NetworkException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Whose mistake it is. */
    public enum Reason {
        /** The request makes no sense. */
        INVALID,
        /** What is wanted is somebody else's. */
        TAKEN,
        /** There is no more of it. */
        EXHAUSTED,
        /** It does not exist. */
        ABSENT
    }

    public NetworkException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public static NetworkException invalid(String message) {
        return new NetworkException(Reason.INVALID, message);
    }

    public static NetworkException taken(String message) {
        return new NetworkException(Reason.TAKEN, message);
    }
}
