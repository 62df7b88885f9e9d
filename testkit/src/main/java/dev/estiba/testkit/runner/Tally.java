package dev.estiba.testkit.runner;

import dev.estiba.testkit.runner.Outcome.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects outcomes from whichever thread a test ends on. */
final class Tally {
    private final List<Outcome> outcomes = new ArrayList<>(); // guarded by this

    synchronized void add(Outcome outcome) {
        outcomes.add(outcome);
    }

    synchronized void replace(Outcome before, Outcome after) {
        outcomes.replaceAll(outcome -> outcome.equals(before) ? after : outcome);
    }

    synchronized List<Outcome> all() {
        return List.copyOf(outcomes);
    }

    synchronized long count(Verdict verdict) {
        return outcomes.stream().filter(outcome -> outcome.verdict() == verdict).count();
    }

    /** Those that passed, be it at their second try. */
    long passed() {
        return count(Verdict.PASSED) + count(Verdict.UNSTEADY);
    }

    synchronized int size() {
        return outcomes.size();
    }

    /** The tests that took longest, longest first, those below a tenth of a second left out. */
    synchronized List<Outcome> slowest(int limit) {
        return outcomes.stream()
                .filter(outcome -> outcome.took().toMillis() >= 100)
                .sorted(Comparator.comparing(Outcome::took).reversed())
                .limit(limit)
                .toList();
    }

    /** The line that closes every run, in the form that tools read. */
    String closingLine() {
        return passed() + " passed, " + count(Verdict.FAILED) + " failed, " + count(Verdict.SKIPPED) + " skipped";
    }
}
