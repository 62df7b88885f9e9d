package dev.estiba.oci.runtime;

/**
 * A rule that a configuration breaks.
 *
 * @param rule which one
 * @param path where, {@code linux.namespaces[2].path}
 * @param problem what is wrong there, as a sentence without the path
 */
public record Violation(Rule rule, String path, String problem) {
    /** Path and problem, for people. */
    public String sentence() {
        return path + ": " + problem;
    }
}
