package dev.estiba.registry.http;

import java.time.Duration;

/**
 * How long a registry is waited for, and how often it is asked again.
 *
 * @param connect for a connection, its TLS handshake included
 * @param stall for the next byte, in either direction
 * @param commit for the answer to a blob that was sent completely: the registry may still be storing it
 * @param window a time spent waiting in which at least {@code leastBytes} must have come
 * @param leastBytes fewer are a stall as well: a byte a second would keep a pull for ever
 * @param attempts how often in all the same thing is tried
 * @param longestWait how long at most a registry may ask us to wait
 * @param pause how to wait
 */
public record Patience(
        Duration connect,
        Duration stall,
        Duration commit,
        Duration window,
        long leastBytes,
        int attempts,
        Duration longestWait,
        Pause pause) {
    public static final Patience USUAL = new Patience(
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofSeconds(60),
            16 << 10,
            5,
            Duration.ofSeconds(60),
            Pause.REAL);

    public Patience {
        if (attempts < 1 || leastBytes < 0) {
            throw new IllegalArgumentException("attempts: " + attempts + ", bytes: " + leastBytes);
        }
    }
}
