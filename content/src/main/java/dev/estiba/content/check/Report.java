package dev.estiba.content.check;

import java.util.List;

/**
 * What a check has found.
 *
 * @param blobs how many were looked at
 * @param layers how many were looked at
 */
public record Report(List<Result> results, int images, int blobs, int layers) {
    public Report {
        results = List.copyOf(results);
    }

    public record Result(Finding finding, Outcome outcome) {}

    /** Whether nothing is wrong any more. */
    public boolean isClean() {
        return results.stream().allMatch(each -> each.outcome() instanceof Outcome.Repaired);
    }
}
