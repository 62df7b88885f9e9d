package dev.estiba.engine.health;

/**
 * Questions to containers how they are, since this process has begun.
 *
 * @param failed those of {@code asked} whose answer was not that all is well
 */
public record HealthTally(long asked, long failed) {}
