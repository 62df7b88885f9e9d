package dev.estiba.runtime.command;

import dev.estiba.runtime.compile.Json;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The document of {@code events} under construction, under runc's names (its types/events.go), of which those that are 0 are
 * mostly left out.
 */
abstract sealed class StatsDocument permits StatsV1, StatsV2 {
    static final List<String> PAGE_SIZES = List.of("1GB", "2MB", "32MB", "64KB");
    static final List<String> CPUSET_NUMBERS = List.of(
            "mem_hardwall",
            "mem_exclusive",
            "memory_migrate",
            "memory_spread_page",
            "memory_spread_slab",
            "memory_pressure",
            "sched_load_balance",
            "sched_relax_domain_level");

    final Map<String, String> texts;
    final StringBuilder out = new StringBuilder(4096);

    StatsDocument(Map<String, String> texts) {
        this.texts = texts;
    }

    final void begin(String id) {
        out.append("{\"type\":\"stats\",\"id\":");
        Json.string(out, id);
        out.append(",\"data\":{");
    }

    /** One line. */
    final String end() {
        return out.append(",\"intel_rdt\":{},\"network_interfaces\":null}}\n").toString();
    }

    static String oom(String id) {
        StringBuilder out = new StringBuilder("{\"type\":\"oom\",\"id\":");
        Json.string(out, id);
        return out.append("}\n").toString();
    }

    final String text(String file) {
        return texts.getOrDefault(file, "").strip();
    }

    final OptionalLong number(String file) {
        return unsigned(text(file));
    }

    /** As the kernel prints it: up to 2^64-1, negative for a few files. */
    static OptionalLong unsigned(String text) {
        try {
            return text.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty(); // "max"
        }
    }

    static Map<String, Long> table(String text) {
        Map<String, Long> table = new TreeMap<>();
        for (String line : text.split("\n")) {
            String[] fields = line.split(" ");
            if (fields.length == 2) {
                unsigned(fields[1]).ifPresent(value -> table.put(fields[0], value));
            }
        }
        return table;
    }

    final void always(String name, long value) {
        comma();
        out.append('"').append(name).append("\":");
        out.append(name.equals("sched_relax_domain_level") ? Long.toString(value) : Long.toUnsignedString(value));
    }

    final void optional(String name, long value) {
        if (value != 0) {
            always(name, value);
        }
    }

    final void list(String name, List<Long> values) {
        if (!values.isEmpty()) {
            comma();
            out.append('"').append(name).append("\":[");
            for (int i = 0; i < values.size(); i++) {
                out.append(i > 0 ? "," : "").append(Long.toUnsignedString(values.get(i)));
            }
            out.append(']');
        }
    }

    /** Between two members, and never after what opens them. */
    final void comma() {
        char last = out.charAt(out.length() - 1);
        if (last != '{' && last != '[') {
            out.append(',');
        }
    }
}
