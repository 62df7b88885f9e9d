package dev.estiba.api;

/**
 * Something about the host, or about what runs on it, that keeps containers from working, or some of what they might ask for.
 *
 * @param kind a word for programs: {@code DiskFull}
 * @param isGrave whether something that was asked for does not work now; else it is only missing
 * @param problem a sentence
 * @param advice what to do about it
 */
public record HostFinding(String kind, boolean isGrave, String problem, String advice) {}
