package dev.estiba.content.check;

/** What has become of a finding. */
public sealed interface Outcome {
    /** Nobody has asked to mend it. */
    record Found() implements Outcome {}

    /** @param how for a person */
    record Repaired(String how) implements Outcome {}

    /** @param why it could not be mended, and what to do, for a person */
    record Left(String why) implements Outcome {}
}
