package dev.estiba.testkit.runner;

import java.time.Duration;

/**
 * What became of one test.
 *
 * @param name class and method, or script and description; printed as it is
 * @param verdict how it ended
 * @param took wall time, zero where it was not measured
 * @param detail why it failed or was skipped, possibly several lines; empty for a test that passed; for one that passed
 *     when it was tried again, why it had failed
 */
record Outcome(String name, Verdict verdict, Duration took, String detail) {
    enum Verdict {
        PASSED,
        /** Failed beside the others and passed alone: counted with those that passed, and told with its failure. */
        UNSTEADY,
        FAILED,
        SKIPPED
    }

    static Outcome passed(String name, Duration took) {
        return new Outcome(name, Verdict.PASSED, took, "");
    }

    static Outcome failed(String name, Duration took, String detail) {
        return new Outcome(name, Verdict.FAILED, took, detail);
    }

    /** The same test, which has passed since. */
    Outcome passedAlone() {
        return new Outcome(name, Verdict.UNSTEADY, took, detail);
    }

    /**
     * A skip. One that does not say why is a failure: it would hide that nothing was tested.
     *
     * @param reason what this machine lacks; blank counts as none
     */
    static Outcome skipped(String name, String reason) {
        return reason.isBlank()
                ? failed(name, Duration.ZERO, "was skipped without saying why")
                : new Outcome(name, Verdict.SKIPPED, Duration.ZERO, reason.strip());
    }
}
