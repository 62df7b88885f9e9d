package dev.estiba.daemon.metrics;

import dev.estiba.registry.metrics.MetricsText;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** How long something took, as a histogram: how many took no longer than each of some bounds. Safe for all threads. */
final class Durations {
    /** Seconds, as they are written: those of dockerd, and below them, where most starts of ours are. */
    private static final List<String> BOUNDS =
            List.of("0.001", "0.002", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10");

    private static final double[] SECONDS =
            BOUNDS.stream().mapToDouble(Double::parseDouble).toArray();

    private final LongAdder[] counts = new LongAdder[SECONDS.length + 1];
    private final DoubleAdder sum = new DoubleAdder();

    Durations() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    void add(long nanoseconds) {
        double seconds = nanoseconds / (double) TimeUnit.SECONDS.toNanos(1);
        int at = 0;
        while (at < SECONDS.length && seconds > SECONDS[at]) {
            at++;
        }
        counts[at].increment();
        sum.add(seconds);
    }

    /** @param label what they are of, {@code action="start"} */
    void tell(MetricsText text, String name, String label) {
        long all = 0;
        for (int i = 0; i < SECONDS.length; i++) {
            all += counts[i].sum();
            text.sample(name + "_bucket{" + label + ",le=\"" + BOUNDS.get(i) + "\"}", all);
        }
        all += counts[SECONDS.length].sum();
        text.sample(name + "_bucket{" + label + ",le=\"+Inf\"}", all);
        text.sample(name + "_sum{" + label + "}", sum.sum());
        text.sample(name + "_count{" + label + "}", all);
    }
}
