package dev.estiba.runtime.command;

import dev.estiba.runtime.compile.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The document of {@code events}: what version 1 files say, under runc's names (its types/events.go), of which those that
 * are 0 are mostly left out.
 */
final class StatsV1 extends StatsDocument {
    private static final List<String> MEMORY_KINDS =
            List.of("memory", "memory.memsw", "memory.kmem", "memory.kmem.tcp");
    private static final List<String> MEMORY_NAMES = List.of("usage", "swap", "kernel", "kernelTCP");
    /** Tried in this order; the first whose two files both say something counts. */
    private static final List<String> IO_KINDS =
            List.of("blkio.bfq.io_%s_recursive", "blkio.throttle.io_%s_recursive", "blkio.throttle.io_%s");

    /** cpuacct.stat counts in USER_HZ, which is 100 on both machines (time(7)). */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final int MAX_LISTED = 8192;

    /** The files by controller. A kernel need not have them all. Last here: it is made of the names above. */
    static final Map<String, List<String>> FILES = files();

    private StatsV1(Map<String, String> texts) {
        super(texts);
    }

    private static Map<String, List<String>> files() {
        Map<String, List<String>> files = new LinkedHashMap<>();
        files.put("cpuacct", List.of("cpuacct.usage", "cpuacct.stat", "cpuacct.usage_percpu", "cpuacct.usage_all"));
        files.put("cpu", List.of("cpu.stat"));
        files.put(
                "cpuset",
                Stream.concat(Stream.of("cpus", "cpu_exclusive", "mems"), CPUSET_NUMBERS.stream())
                        .map(name -> "cpuset." + name)
                        .toList());
        List<String> memory = new ArrayList<>(List.of("memory.stat"));
        for (String kind : MEMORY_KINDS) {
            for (String what : List.of("limit_in_bytes", "usage_in_bytes", "max_usage_in_bytes", "failcnt")) {
                memory.add(kind + "." + what);
            }
        }
        files.put("memory", memory);
        files.put("pids", List.of("pids.current", "pids.max"));
        files.put(
                "blkio",
                IO_KINDS.stream()
                        .flatMap(kind -> Stream.of(
                                String.format(Locale.ROOT, kind, "service_bytes"),
                                String.format(Locale.ROOT, kind, "serviced")))
                        .toList());
        files.put(
                "hugetlb",
                PAGE_SIZES.stream()
                        .flatMap(size -> Stream.of("", ".rsvd")
                                .flatMap(kind -> Stream.of("usage_in_bytes", "max_usage_in_bytes", "failcnt")
                                        .map(what -> "hugetlb." + size + kind + "." + what)))
                        .toList());
        return Map.copyOf(files);
    }

    /** One line. */
    static String event(String id, Map<String, String> texts) {
        StatsV1 stats = new StatsV1(texts);
        stats.begin(id);
        stats.cpu();
        stats.cpuset();
        stats.memory();
        stats.pids();
        stats.blkio();
        stats.hugetlb();
        return stats.end();
    }

    private void cpu() {
        Map<String, Long> ticks = table(text("cpuacct.stat"));
        List<Long> user = new ArrayList<>();
        List<Long> kernel = new ArrayList<>();
        for (String line : text("cpuacct.usage_all").split("\n")) {
            String[] fields = line.split(" ");
            if (fields.length == 3 && !fields[0].equals("cpu")) {
                user.add(unsigned(fields[1]).orElse(0));
                kernel.add(unsigned(fields[2]).orElse(0));
            }
        }
        List<Long> all = Stream.of(text("cpuacct.usage_percpu").split(" "))
                .filter(each -> !each.isEmpty())
                .map(each -> unsigned(each).orElse(0))
                .toList();
        out.append("\"cpu\":{\"usage\":{");
        optional("total", number("cpuacct.usage").orElse(0));
        list("percpu", all);
        list("percpu_kernel", kernel);
        list("percpu_user", user);
        always("kernel", ticks.getOrDefault("system", 0L) * NANOS_PER_TICK);
        always("user", ticks.getOrDefault("user", 0L) * NANOS_PER_TICK);
        out.append("},\"throttling\":{");
        Map<String, Long> throttling = table(text("cpu.stat"));
        optional("periods", throttling.getOrDefault("nr_periods", 0L));
        optional("throttledPeriods", throttling.getOrDefault("nr_throttled", 0L));
        optional("throttledTime", throttling.getOrDefault("throttled_time", 0L));
        out.append("}}");
    }

    private void cpuset() {
        out.append(",\"cpuset\":{");
        list("cpus", listed(text("cpuset.cpus")));
        always("cpu_exclusive", number("cpuset.cpu_exclusive").orElse(0));
        list("mems", listed(text("cpuset.mems")));
        for (String name : CPUSET_NUMBERS) {
            always(name, number("cpuset." + name).orElse(0));
        }
        out.append('}');
    }

    /** "0-3,7" (cpuset(7), "List format"). */
    static List<Long> listed(String text) {
        List<Long> numbers = new ArrayList<>();
        for (String range : text.split(",")) {
            String[] ends = range.split("-");
            long first = unsigned(ends[0]).orElse(-1);
            long last = ends.length == 2 ? unsigned(ends[1]).orElse(-1) : first;
            for (long each = first; each >= 0 && each <= last && numbers.size() < MAX_LISTED; each++) {
                numbers.add(each);
            }
        }
        return numbers;
    }

    private void memory() {
        Map<String, Long> raw = table(text("memory.stat"));
        out.append(",\"memory\":{");
        optional("cache", raw.getOrDefault("cache", 0L));
        for (int i = 0; i < MEMORY_KINDS.size(); i++) {
            String kind = MEMORY_KINDS.get(i);
            comma();
            out.append('"').append(MEMORY_NAMES.get(i)).append("\":{");
            always("limit", number(kind + ".limit_in_bytes").orElse(0));
            optional("usage", number(kind + ".usage_in_bytes").orElse(0));
            optional("max", number(kind + ".max_usage_in_bytes").orElse(0));
            always("failcnt", number(kind + ".failcnt").orElse(0));
            out.append('}');
        }
        if (!raw.isEmpty()) {
            out.append(",\"raw\":{");
            raw.forEach(this::always);
            out.append('}');
        }
        out.append('}');
    }

    private void pids() {
        out.append(",\"pids\":{");
        optional("current", number("pids.current").orElse(0));
        optional("limit", number("pids.max").orElse(0));
        out.append('}');
    }

    private void blkio() {
        out.append(",\"blkio\":{");
        for (String kind : IO_KINDS) {
            String bytes = text(String.format(Locale.ROOT, kind, "service_bytes"));
            String count = text(String.format(Locale.ROOT, kind, "serviced"));
            if (bytes.contains(":") && count.contains(":")) {
                entries("ioServiceBytesRecursive", bytes);
                entries("ioServicedRecursive", count);
                break;
            }
        }
        out.append('}');
    }

    /** Lines {@code MAJOR:MINOR OPERATION VALUE}; the line of the total of all devices has but two fields. */
    private void entries(String name, String text) {
        comma();
        out.append('"').append(name).append("\":[");
        for (String line : text.split("\n")) {
            String[] fields = line.split("[: ]");
            if (fields.length == 4) {
                comma();
                out.append('{');
                optional("major", unsigned(fields[0]).orElse(0));
                optional("minor", unsigned(fields[1]).orElse(0));
                comma();
                out.append("\"op\":");
                Json.string(out, fields[2]);
                optional("value", unsigned(fields[3]).orElse(0));
                out.append('}');
            }
        }
        out.append(']');
    }

    private void hugetlb() {
        out.append(",\"hugetlb\":{");
        for (String size : PAGE_SIZES) {
            String reserved = "hugetlb." + size + ".rsvd";
            String prefix = texts.containsKey(reserved + ".usage_in_bytes") ? reserved : "hugetlb." + size;
            if (texts.containsKey(prefix + ".usage_in_bytes")) {
                comma();
                out.append('"').append(size).append("\":{");
                optional("usage", number(prefix + ".usage_in_bytes").orElse(0));
                optional("max", number(prefix + ".max_usage_in_bytes").orElse(0));
                always("failcnt", number(prefix + ".failcnt").orElse(0));
                out.append('}');
            }
        }
        out.append('}');
    }
}
