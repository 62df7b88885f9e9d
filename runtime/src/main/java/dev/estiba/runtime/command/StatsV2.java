package dev.estiba.runtime.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What version 2 files say, as runc tells it: where version 1 counted otherwise, in version 1's way. */
final class StatsV2 extends StatsDocument {
    /** How "max" is told: as the largest number. */
    private static final long UNLIMITED = -1;

    private static final long NANOS_PER_MICRO = 1000;
    private static final List<String> PRESSURE = List.of("cpu.pressure", "memory.pressure", "io.pressure");

    /** A kernel need not have them all. */
    static final List<String> FILES = Stream.of(
                    Stream.of("cpu.stat", "memory.stat", "memory.events"),
                    Stream.of("", "swap.")
                            .flatMap(kind -> Stream.of("current", "max", "peak").map(what -> "memory." + kind + what)),
                    Stream.of("pids.current", "pids.max", "io.stat"),
                    PRESSURE.stream(),
                    PAGE_SIZES.stream()
                            .flatMap(size -> Stream.of("rsvd.current", "current", "events")
                                    .map(what -> "hugetlb." + size + "." + what)))
            .flatMap(each -> each)
            .toList();

    private StatsV2(Map<String, String> texts) {
        super(texts);
    }

    static String event(String id, Map<String, String> texts) {
        StatsV2 stats = new StatsV2(texts);
        stats.begin(id);
        stats.cpu();
        stats.cpuset();
        stats.memory();
        stats.pids();
        stats.io();
        stats.hugetlb();
        return stats.end();
    }

    /** How often the kernel has killed in the group for want of memory. */
    static long killed(Map<String, String> texts) {
        return table(texts.getOrDefault("memory.events", "")).getOrDefault("oom_kill", 0L);
    }

    private void cpu() {
        Map<String, Long> stat = table(text("cpu.stat"));
        out.append("\"cpu\":{\"usage\":{");
        optional("total", stat.getOrDefault("usage_usec", 0L) * NANOS_PER_MICRO);
        always("kernel", stat.getOrDefault("system_usec", 0L) * NANOS_PER_MICRO);
        always("user", stat.getOrDefault("user_usec", 0L) * NANOS_PER_MICRO);
        out.append("},\"throttling\":{");
        optional("periods", stat.getOrDefault("nr_periods", 0L));
        optional("throttledPeriods", stat.getOrDefault("nr_throttled", 0L));
        optional("throttledTime", stat.getOrDefault("throttled_usec", 0L) * NANOS_PER_MICRO);
        out.append('}');
        pressure("cpu.pressure");
        out.append('}');
    }

    /** runc reads none of it in version 2. */
    private void cpuset() {
        out.append(",\"cpuset\":{");
        always("cpu_exclusive", 0);
        CPUSET_NUMBERS.forEach(name -> always(name, 0));
        out.append('}');
    }

    private void memory() {
        Map<String, Long> raw = table(text("memory.stat"));
        long usage = number("memory.current").orElse(0);
        long limit = limit("memory.max");
        long swapLimit = limit("memory.swap.max");
        out.append(",\"memory\":{");
        optional("cache", raw.getOrDefault("file", 0L));
        amount("usage", limit, usage, number("memory.peak").orElse(0));
        // As version 1 counts, with memory. What is limited in one way only is not limited in both.
        boolean both = limit != UNLIMITED && swapLimit != UNLIMITED;
        amount(
                "swap",
                both ? limit + swapLimit : UNLIMITED,
                usage + number("memory.swap.current").orElse(0),
                0);
        amount("kernel", 0, 0, 0);
        amount("kernelTCP", 0, 0, 0);
        if (!raw.isEmpty()) {
            out.append(",\"raw\":{");
            raw.forEach(this::always);
            out.append('}');
        }
        pressure("memory.pressure");
        out.append('}');
    }

    private long limit(String file) {
        return number(file).orElse(text(file).isEmpty() ? 0 : UNLIMITED);
    }

    private void amount(String name, long limit, long usage, long max) {
        comma();
        out.append('"').append(name).append("\":{");
        always("limit", limit);
        optional("usage", usage);
        optional("max", max);
        always("failcnt", 0);
        out.append('}');
    }

    private void pids() {
        out.append(",\"pids\":{");
        optional("current", number("pids.current").orElse(0));
        optional("limit", number("pids.max").orElse(0));
        out.append('}');
    }

    private record Entry(String major, String minor, String operation, long value) {}

    /** Lines {@code MAJOR:MINOR rbytes=N wbytes=N rios=N wios=N dbytes=N dios=N}. */
    private void io() {
        List<Entry> bytes = new ArrayList<>();
        List<Entry> counts = new ArrayList<>();
        for (String line : text("io.stat").split("\n")) {
            String[] fields = line.split(" ");
            String[] device = fields[0].split(":");
            for (int i = 1; device.length == 2 && i < fields.length; i++) {
                String[] pair = fields[i].split("=");
                String operation = pair.length == 2 ? operation(pair[0]) : "";
                OptionalLong value = pair.length == 2 ? unsigned(pair[1]) : OptionalLong.empty();
                if (!operation.isEmpty() && value.isPresent()) {
                    (pair[0].endsWith("bytes") ? bytes : counts)
                            .add(new Entry(device[0], device[1], operation, value.getAsLong()));
                }
            }
        }
        out.append(",\"blkio\":{");
        entries("ioServiceBytesRecursive", bytes);
        entries("ioServicedRecursive", counts);
        pressure("io.pressure");
        out.append('}');
    }

    private static String operation(String key) {
        return switch (key) {
            case "rbytes", "rios" -> "Read";
            case "wbytes", "wios" -> "Write";
            case "dbytes", "dios" -> "Discard";
            default -> "";
        };
    }

    private void entries(String name, List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        comma();
        out.append('"').append(name).append("\":[");
        for (Entry each : entries) {
            comma();
            out.append('{');
            optional("major", unsigned(each.major()).orElse(0));
            optional("minor", unsigned(each.minor()).orElse(0));
            comma();
            out.append("\"op\":\"").append(each.operation()).append('"');
            optional("value", each.value());
            out.append('}');
        }
        out.append(']');
    }

    private void hugetlb() {
        out.append(",\"hugetlb\":{");
        for (String size : PAGE_SIZES) {
            String prefix = "hugetlb." + size;
            String reserved = prefix + ".rsvd.current";
            String current = texts.containsKey(reserved) ? reserved : prefix + ".current";
            if (texts.containsKey(current)) {
                comma();
                out.append('"').append(size).append("\":{");
                optional("usage", number(current).orElse(0));
                always("failcnt", table(text(prefix + ".events")).getOrDefault("max", 0L));
                out.append('}');
            }
        }
        out.append('}');
    }

    /** Lines {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0}; absent where the kernel does not measure it. */
    private void pressure(String file) {
        String text = text(file);
        if (text.isEmpty()) {
            return;
        }
        comma();
        out.append("\"psi\":{");
        pressure("some", text);
        pressure("full", text);
        out.append('}');
    }

    private void pressure(String kind, String text) {
        double[] averages = new double[3];
        long total = 0;
        for (String line : text.split("\n")) {
            String[] fields = line.split("[ =]");
            if (fields.length == 9 && fields[0].equals(kind)) {
                for (int i = 0; i < averages.length; i++) {
                    averages[i] = decimal(fields[2 + 2 * i]);
                }
                total = unsigned(fields[8]).orElse(0);
            }
        }
        comma();
        out.append(String.format(
                Locale.ROOT,
                "\"%s\":{\"avg10\":%s,\"avg60\":%s,\"avg300\":%s,\"total\":%d}",
                kind,
                shortest(averages[0]),
                shortest(averages[1]),
                shortest(averages[2]),
                total));
    }

    private static double decimal(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** As Go writes it: no ".0". */
    private static String shortest(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
