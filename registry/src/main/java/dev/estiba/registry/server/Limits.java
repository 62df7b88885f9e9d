package dev.estiba.registry.server;

import dev.estiba.content.store.Repositories;
import java.time.Duration;

/**
 * How much a server takes, and for how long it waits.
 *
 * @param connections at a time; who comes then is closed at once
 * @param blob the largest, in bytes
 * @param head from the opening of a connection, or the end of an answer, to the end of the next request's head
 * @param stall in which some bytes of a body, or of an answer, have to move
 * @param grace how long requests may take to end when the server ends
 * @param uploads for so long an upload that was broken off may be gone on with
 * @param freshness for so long a tag of the upstream is believed
 */
public record Limits(
        int connections,
        long blob,
        Duration head,
        Duration stall,
        Duration grace,
        Duration uploads,
        Duration freshness) {
    public static final Limits USUAL = new Limits(
            1024,
            64L << 30,
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Repositories.UPLOADING,
            Duration.ofSeconds(60));

    public Limits withHead(Duration value) {
        return new Limits(connections, blob, value, stall, grace, uploads, freshness);
    }

    public Limits withStall(Duration value) {
        return new Limits(connections, blob, head, value, grace, uploads, freshness);
    }

    public Limits withBlob(long bytes) {
        return new Limits(connections, bytes, head, stall, grace, uploads, freshness);
    }

    public Limits withConnections(int most) {
        return new Limits(most, blob, head, stall, grace, uploads, freshness);
    }

    public Limits withFreshness(Duration value) {
        return new Limits(connections, blob, head, stall, grace, uploads, value);
    }
}
