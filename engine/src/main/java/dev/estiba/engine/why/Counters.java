package dev.estiba.engine.why;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the kernel has counted of a container: of one that runs from its groups, of one that has ended from the file in which its
 * monitor's epilogue has kept it. {@code pids.events} counts in both versions what was refused.
 *
 * @param numbers {@code FILE} for a file that is one number, {@code FILE KEY} for a file of lines with a key and a number
 */
public record Counters(Map<String, Long> numbers) {
    /** Both versions' files that say one or the other. */
    public static final Set<String> FILES =
            Set.of("memory.max_usage_in_bytes", "memory.peak", "cpu.stat", "pids.events");

    public static final Counters NOTHING = new Counters(Map.of());

    public Counters {
        numbers = Map.copyOf(numbers);
    }

    /** What the epilogue has kept: a line with the name of a file, and what was in it. */
    public static Counters kept(byte[] file) {
        Map<String, Long> numbers = new HashMap<>();
        String name = "";
        for (String line : new String(file, StandardCharsets.US_ASCII).split("\n")) {
            if (FILES.contains(line)) {
                name = line;
            } else if (!name.isEmpty()) {
                add(numbers, name, line);
            }
        }
        return new Counters(numbers);
    }

    /** Of one file. */
    public Counters with(String name, String text) {
        Map<String, Long> more = new HashMap<>(numbers);
        text.lines().forEach(line -> add(more, name, line));
        return new Counters(more);
    }

    private static void add(Map<String, Long> numbers, String name, String line) {
        String[] words = line.strip().split(" ");
        String key = words.length == 2 ? name + " " + words[0] : name;
        String number = words[words.length - 1];
        if (words.length <= 2 && number.matches("[0-9]{1,18}")) {
            numbers.put(key, Long.parseLong(number));
        }
    }

    OptionalLong get(String key) {
        Long number = numbers.get(key);
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    public long peak() {
        return get("memory.peak").orElse(get("memory.max_usage_in_bytes").orElse(0));
    }

    public long periods() {
        return get("cpu.stat nr_periods").orElse(0);
    }

    public long stoppedPeriods() {
        return get("cpu.stat nr_throttled").orElse(0);
    }

    /** In nanoseconds, which version 1 counts; version 2 counts microseconds. */
    public long stopped() {
        OptionalLong micros = get("cpu.stat throttled_usec");
        return micros.isPresent()
                ? micros.getAsLong() * 1000
                : get("cpu.stat throttled_time").orElse(0);
    }

    public long refusedProcesses() {
        return get("pids.events max").orElse(0);
    }

    /** Of memory.oom_control or memory.events. */
    public static long kills(String text) {
        return text.lines()
                .filter(line -> line.matches("oom_kill [0-9]{1,18}"))
                .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                .sum();
    }
}
