package dev.estiba.testkit.load;

import dev.estiba.testkit.faults.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** What a load has shown: printed, and in the long form left in build/endurance, from where {@code ./dev test --long} takes it. */
final class Figures {
    private final String title;
    private final StringBuilder text = new StringBuilder();

    /** @param title "L2: many execs" */
    Figures(String title) {
        this.title = title;
        text.append("\n### ").append(title).append("\n\n");
    }

    Figures say(String format, Object... values) {
        text.append("- ").append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }

    Figures row(String line) {
        text.append(line).append('\n');
        return this;
    }

    /** Of milliseconds. */
    static String spread(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "median %.1f ms, 99th of 100 %.1f, at most %.1f",
                at(sorted, 0.5),
                at(sorted, 0.99),
                sorted[sorted.length - 1]);
    }

    static double at(double[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1L, (long) (part * sorted.length))];
    }

    void tell() throws IOException {
        System.out.println(text);
        if (LoadRoom.LONG) {
            Path directory = Files.createDirectories(Place.repository().resolve("build/endurance"));
            Files.writeString(directory.resolve(title.replaceAll("[^a-zA-Z0-9]+", "-") + ".md"), text + "\n");
        }
    }
}
