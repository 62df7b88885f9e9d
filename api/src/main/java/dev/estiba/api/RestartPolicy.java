package dev.estiba.api;

/**
 * Whether a container is started again when it has ended.
 *
 * @param name {@code no}, {@code always}, {@code unless-stopped} or {@code on-failure}
 */
public record RestartPolicy(String name, int maximumRetryCount) {}
