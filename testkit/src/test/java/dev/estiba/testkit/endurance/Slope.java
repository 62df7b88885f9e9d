package dev.estiba.testkit.endurance;

import java.util.Arrays;
import java.util.List;

/**
 * The slope of a series after Theil and Sen: the median of the slopes between all pairs of points. Outliers, up to a quarter
 * of the points, do not move it, as they would move a line of least squares.
 */
final class Slope {
    private Slope() {}

    /** A measurement after so many runs. */
    record Point(double runs, double value) {}

    /** By how much the value grows in {@code runs} runs; 0 of less than two points. */
    static double in(int runs, List<Point> points) {
        double[] slopes = new double[points.size() * (points.size() - 1) / 2];
        int count = 0;
        for (int i = 0; i < points.size(); i++) {
            for (int j = i + 1; j < points.size(); j++) {
                Point from = points.get(i);
                Point to = points.get(j);
                slopes[count++] = (to.value() - from.value()) / (to.runs() - from.runs());
            }
        }
        return count == 0 ? 0 : median(slopes) * runs;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
