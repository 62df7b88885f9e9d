package dev.estiba.testkit.record;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Output without what differs from one run to the next. */
final class Plain {
    private record Rule(Pattern pattern, String instead) {}

    private static final List<Rule> RULES = List.of(
            rule("\\b[0-9a-f]{64}\\b", "ID"),
            rule("\\b(?=[0-9a-f]*[0-9])[0-9a-f]{12}\\b", "SHORT"),
            rule("\\b20\\d\\d-\\d\\d-\\d\\dT[0-9:.]+(Z|[+-]\\d\\d:\\d\\d)", "TIME"),
            rule("\\b20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(\\.\\d+)? [+-]\\d{4} UTC", "TIME"),
            rule("\\b20\\d\\d/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d\\b", "TIME"),
            rule("(\\d+ (seconds?|minutes?|hours?)|Less than a second|About a minute|About an hour)( ago)?", "AGO"),
            rule("(?<![0-9a-f:])([0-9a-f]{2}:){5}[0-9a-f]{2}(?![0-9a-f:])", "MAC"),
            rule("\\b(pid|process) \\d+", "$1 PID"),
            rule("\\b\\d+(\\.\\d+)?[kMG]B\\b", "SIZE"));

    private Plain() {}

    private static Rule rule(String pattern, String instead) {
        return new Rule(Pattern.compile(pattern), instead);
    }

    /**
     * @param directory the one that belongs to the row
     * @param place where that and the command's configuration are
     */
    static String text(String output, String error, int status, String directory, String place) {
        List<String> lines = new ArrayList<>();
        lines(output, directory, place).forEach(line -> lines.add("  " + line));
        lines(error, directory, place).forEach(line -> lines.add("  ! " + line));
        if (status != 0) {
            lines.add("  = " + status);
        }
        return lines.stream().map(line -> line.stripTrailing() + "\n").collect(Collectors.joining());
    }

    private static List<String> lines(String text, String directory, String place) {
        String plain = text.replace(directory, "DIR")
                .replace(place, "PLACE")
                .replace("\r", "\\r")
                .replace("\0", "\\0")
                .replace("\u001b", "\\e");
        for (Rule rule : RULES) {
            plain = rule.pattern().matcher(plain).replaceAll(rule.instead());
        }
        // Columns are as wide as what is in them.
        return plain.lines()
                .map(line ->
                        line.replaceAll("\\t", "  ").replaceAll(" {2,}", "  ").stripTrailing())
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
