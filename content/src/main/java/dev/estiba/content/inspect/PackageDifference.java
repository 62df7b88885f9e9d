package dev.estiba.content.inspect;

/**
 * A package of a distribution that two images have not alike.
 *
 * @param before its version; empty: it was added
 * @param after empty: it was removed
 */
public record PackageDifference(String name, String before, String after) {}
