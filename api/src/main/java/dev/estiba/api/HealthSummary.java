package dev.estiba.api;

/**
 * How a container is, in a listing.
 *
 * @param status {@code none} of who is not asked
 * @param failingStreak how many answers in a row were bad
 */
public record HealthSummary(String status, int failingStreak) {}
