package dev.estiba.registry.http;

import java.io.IOException;

/** No request could be sent: no such host, nobody who listens, or no TLS that both sides accept. Trying again at once is of no use. */
public final class Unreachable extends IOException {
    private static final long serialVersionUID = 1;

    /** What was in the way. */
    public enum Obstacle {
        NAME,
        CONNECTION,
        TLS
    }

    private final Obstacle obstacle;

    public Unreachable(Obstacle obstacle, String message, Throwable cause) {
        super(message, cause);
        this.obstacle = obstacle;
    }

    public Obstacle obstacle() {
        return obstacle;
    }
}
