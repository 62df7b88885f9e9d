package dev.estiba.engine.stats;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of a cgroup, as the kernel writes them; one that is not there says nothing. */
record GroupFiles(Path directory) {
    private String text(String name) {
        try {
            return Files.readString(directory.resolve(name), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return ""; // the group has gone, or the kernel does not count that
        }
    }

    /** One number; "max" is the largest there is. */
    long number(String name) {
        return parse(text(name).strip());
    }

    private static long parse(String text) {
        if (text.equals("max")) {
            return Long.MAX_VALUE;
        }
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE; // beyond 2^63: no limit
        }
    }

    /** Lines of a name and a number. */
    Map<String, Long> table(String name) {
        Map<String, Long> table = new LinkedHashMap<>();
        text(name).lines().forEach(line -> {
            int blank = line.lastIndexOf(' ');
            if (blank > 0) {
                table.put(line.substring(0, blank), parse(line.substring(blank + 1)));
            }
        });
        return table;
    }

    List<Long> numbers(String name) {
        String text = text(name).strip();
        return text.isEmpty()
                ? List.of()
                : List.of(text.split(" +")).stream().map(GroupFiles::parse).toList();
    }

    List<String> lines(String name) {
        return text(name).lines().toList();
    }
}
