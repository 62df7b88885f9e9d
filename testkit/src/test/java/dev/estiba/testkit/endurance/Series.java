package dev.estiba.testkit.endurance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.endurance.Slope.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/** The samples of thousands of runs, their slopes, and what must not grow. */
final class Series {
    /** Threads of a JVM that are there at one moment and not at another. What every run left behind would be hundreds. */
    private static final int COME_AND_GO = 5;

    private final List<Sample> samples = new ArrayList<>();

    /** One run; it throws when it has failed. */
    interface Run {
        void once(int number) throws IOException, InterruptedException;
    }

    /**
     * Runs {@code runs} times, with a sample after each {@code window} of them.
     *
     * @param collected whether the resident's garbage is collected before each: without it its memory says little
     */
    static Series of(int runs, int window, boolean collected, Sample.Place place, Run run)
            throws IOException, InterruptedException {
        Series series = new Series();
        double[] took = new double[window];
        for (int i = 1; i <= runs; i++) {
            long start = System.nanoTime();
            run.once(i);
            took[(i - 1) % window] = (System.nanoTime() - start) / 1e6;
            if (i % window == 0) {
                double median = Slope.median(took);
                series.samples.add(collected ? Sample.collected(place, i, median) : Sample.take(place, i, median));
            }
        }
        return series;
    }

    /** What is counted is as many as after the first window; a thread and its descriptors may come and go. */
    void countsDoNotGrow() {
        for (ToIntFunction<Sample> count :
                List.<ToIntFunction<Sample>>of(Sample::mounts, Sample::groups, Sample::files)) {
            int first = count.applyAsInt(samples.getFirst());
            assertThat(samples).as(table()).allMatch(each -> count.applyAsInt(each) <= first);
        }
        for (ToIntFunction<Sample> count : List.<ToIntFunction<Sample>>of(Sample::descriptors, Sample::threads)) {
            int first = count.applyAsInt(samples.getFirst());
            assertThat(samples).as(table()).allMatch(each -> count.applyAsInt(each) <= first + COME_AND_GO);
        }
    }

    /** Kibibytes in a hundred runs, of those after the warm-up. */
    void memoryDoesNotGrow(int warmUp, double residentsKib) {
        assertThat(per1000(Sample::memory, warmUp) / 10)
                .as("KiB of the resident in 100 runs: %s", table())
                .isLessThanOrEqualTo(residentsKib);
        assertThat(per1000(Sample::monitor, 0) / 10)
                .as("KiB of the monitor in 100 runs: %s", table())
                .isLessThanOrEqualTo(0.1);
    }

    /** The last window against the second; the first one has what is cold. */
    void latencyDoesNotGrow() {
        assertThat(samples.getLast().latency())
                .as("latency: %s", table())
                .isLessThanOrEqualTo(1.3 * samples.get(1).latency());
    }

    private double per1000(ToDoubleFunction<Sample> value, int from) {
        return Slope.in(
                1000,
                samples.stream()
                        .filter(each -> each.runs() >= from)
                        .map(each -> new Point(each.runs(), value.applyAsDouble(each)))
                        .toList());
    }

    /** Prints the table, and leaves it in build/endurance, from where {@code ./dev test --long} takes it into its own. */
    Series tell(Path repository, String title, int warmUp) throws IOException {
        String text = "\n### " + title + "\n\n" + table() + slopes(warmUp) + "\n";
        System.out.println(text);
        Path directory = Files.createDirectories(repository.resolve("build/endurance"));
        Files.writeString(directory.resolve(title.replaceAll("[^a-zA-Z0-9]+", "-") + ".md"), text);
        return this;
    }

    private String slopes(int warmUp) {
        return String.format(
                Locale.ROOT,
                "%nIn 1,000 runs (Theil–Sen): memory %+.1f KiB (after %d runs), descriptors %+.2f, threads %+.2f, monitor %+.2f KiB, "
                        + "mounts %+.2f, cgroups %+.2f, files %+.2f, latency %+.3f ms.%n",
                per1000(Sample::memory, warmUp),
                warmUp,
                per1000(Sample::descriptors, 0),
                per1000(Sample::threads, 0),
                per1000(Sample::monitor, 0),
                per1000(Sample::mounts, 0),
                per1000(Sample::groups, 0),
                per1000(Sample::files, 0),
                per1000(Sample::latency, 0));
    }

    /** Ten rows at most: every tenth part of the way, and the first. */
    private String table() {
        StringBuilder text =
                new StringBuilder("| runs | resident KiB | descriptors | threads | monitor KiB | mounts | cgroups "
                        + "| files | median ms |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        int step = Math.max(1, samples.size() / 10);
        for (int i = 0; i < samples.size(); i++) {
            if (i == 0 || (i + 1) % step == 0) {
                Sample s = samples.get(i);
                text.append(String.format(
                        Locale.ROOT,
                        "| %d | %d | %d | %d | %d | %d | %d | %d | %.2f |%n",
                        s.runs(),
                        s.memory(),
                        s.descriptors(),
                        s.threads(),
                        s.monitor(),
                        s.mounts(),
                        s.groups(),
                        s.files(),
                        s.latency()));
            }
        }
        return text.toString();
    }
}
