package dev.estiba.doors.docker;

import dev.estiba.api.RegistryAccess;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How much a door takes, and for how long it waits.
 *
 * @param registries what of registries is used beside the credentials that callers give: the daemon's proxies, no login of anybody's
 * @param connections at a time; who comes then is closed at once
 * @param streams requests at a time that take as long as they like: each has a thread
 * @param calls requests at a time that are answered soon; more of them wait
 * @param head from the first byte of a request to the end of its head; between requests a connection may be idle for ever
 * @param stall in which some bytes of a document have to come
 * @param grace how long requests may take to end when the door is closed
 */
public record DoorSettings(
        RegistryAccess registries,
        int connections,
        int streams,
        int calls,
        Duration head,
        Duration stall,
        Duration grace) {
    public static final DoorSettings USUAL = new DoorSettings(
            new RegistryAccess(Optional.empty(), Map.of(), Optional.empty()),
            4096,
            1024,
            32,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5));

    public DoorSettings withRegistries(RegistryAccess access) {
        return new DoorSettings(access, connections, streams, calls, head, stall, grace);
    }

    public DoorSettings withConnections(int most) {
        return new DoorSettings(registries, most, streams, calls, head, stall, grace);
    }

    public DoorSettings withStreams(int most) {
        return new DoorSettings(registries, connections, most, calls, head, stall, grace);
    }

    public DoorSettings withHead(Duration value) {
        return new DoorSettings(registries, connections, streams, calls, value, stall, grace);
    }

    public DoorSettings withStall(Duration value) {
        return new DoorSettings(registries, connections, streams, calls, head, value, grace);
    }

    public DoorSettings withGrace(Duration value) {
        return new DoorSettings(registries, connections, streams, calls, head, stall, value);
    }
}
