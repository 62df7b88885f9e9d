package dev.estiba.daemon.tracing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a start consisted of, from the lines that {@code run --trace --format json} prints: of each actor, one group of steps after another. */
final class StartSteps {
    private static final Pattern GROUP = Pattern.compile("^\\{\"actor\":\"([^\"]*)\",.*?\"group\":\"([^\"]*)\"");
    private static final Pattern TIME = Pattern.compile("\"startMicros\":([0-9.E-]+),\"micros\":([0-9.E-]+)}$");
    private static final double NANOS = 1000;

    private final Map<String, Part> parts = new LinkedHashMap<>();
    private long last;

    /**
     * Steps that belong together.
     *
     * @param start nanoseconds since the first step of all
     */
    record Part(String actor, String group, long start, long end, int steps) {
        private Part with(Part other) {
            return new Part(actor, group, Math.min(start, other.start), Math.max(end, other.end), steps + other.steps);
        }
    }

    private StartSteps() {}

    static StartSteps of(String lines) {
        StartSteps all = new StartSteps();
        lines.lines().forEach(all::add);
        return all;
    }

    /** What was not walked has no times. */
    private void add(String line) {
        Matcher group = GROUP.matcher(line);
        Matcher time = TIME.matcher(line);
        if (group.find() && time.find()) {
            long start = (long) (Double.parseDouble(time.group(1)) * NANOS);
            long end = start + (long) (Double.parseDouble(time.group(2)) * NANOS);
            last = Math.max(last, end);
            Part part = new Part(group.group(1), group.group(2), start, end, 1);
            parts.merge(part.actor() + " " + part.group(), part, Part::with);
        }
    }

    Iterable<Part> parts() {
        return parts.values();
    }

    /** When the last one has ended, in nanoseconds since the first has begun. */
    long last() {
        return last;
    }
}
