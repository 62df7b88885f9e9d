package dev.estiba.testkit.load;

import java.util.Arrays;
import java.util.List;

/**
 * The slope of a series after Theil and Sen, and the interval in which the true one is with 95 of 100 (Sen 1968, with Kendall's variance
 * of the number of pairs that rise).
 *
 * @param slope in one step of the count
 */
record Trend(double slope, double low, double high) {
    /**
     * @param values in equal distances
     * @param step that distance
     */
    static Trend of(List<? extends Number> values, double step) {
        int n = values.size();
        double[] slopes = new double[n * (n - 1) / 2];
        int count = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                slopes[count++] = (values.get(j).doubleValue() - values.get(i).doubleValue()) / ((j - i) * step);
            }
        }
        if (count == 0) {
            return new Trend(0, 0, 0);
        }
        Arrays.sort(slopes);
        double spread = 1.96 * Math.sqrt(n * (n - 1.0) * (2.0 * n + 5) / 18);
        int low = (int) Math.max(0, Math.floor((count - spread) / 2));
        int high = (int) Math.min(count - 1.0, Math.ceil((count + spread) / 2));
        double middle = count % 2 == 1 ? slopes[count / 2] : (slopes[count / 2 - 1] + slopes[count / 2]) / 2;
        return new Trend(middle, slopes[low], slopes[high]);
    }

    /** Whether the series may just as well not rise at all. */
    boolean mayBeLevel() {
        return low <= 0;
    }
}
