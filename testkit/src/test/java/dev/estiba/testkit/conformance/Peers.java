package dev.estiba.testkit.conformance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What other runtimes have done with the table's containers: {@code peers-NAME.tsv}, a line each: the row, how it ended,
 * its output or its error. The first line is the runtime's version.
 *
 * @param version what the runtime says of itself
 * @param answers by row
 */
public record Peers(String version, Map<String, Outcome> answers) {
    static final List<String> NAMES = List.of("runc", "crun");

    static Peers recorded(String name) {
        Map<String, Outcome> answers = new LinkedHashMap<>();
        List<String> lines = Table.resource("peers-" + name + ".tsv").lines().toList();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split("\t", -1);
            answers.put(
                    cells[0], new Outcome(Kind.valueOf(cells[1].toUpperCase(Locale.ROOT)), escaped(cells[2], false)));
        }
        return new Peers(lines.getFirst(), answers);
    }

    String text() {
        StringBuilder text = new StringBuilder(version).append('\n');
        answers.forEach((row, outcome) -> text.append(row)
                .append('\t')
                .append(outcome.kind().name().toLowerCase(Locale.ROOT))
                .append('\t')
                .append(escaped(outcome.text(), true))
                .append('\n'));
        return text.toString();
    }

    private static String escaped(String text, boolean write) {
        return write
                ? text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
                : text.replace("\\\\", "\0")
                        .replace("\\n", "\n")
                        .replace("\\t", "\t")
                        .replace("\0", "\\");
    }

    public enum Kind {
        MADE,
        REFUSED,
        /** The host had not what the row needs. */
        SKIPPED
    }

    /**
     * What came of a row.
     *
     * @param text the container's output, or the last line of the refusal
     */
    public record Outcome(Kind kind, String text) {
        /** Whether it did as the row says; in what words somebody refuses is his own affair. */
        boolean is(Row row) {
            return row.word("fails").isPresent()
                    ? kind == Kind.REFUSED
                    : kind == Kind.MADE && text.equals(String.join("\n", row.seen()));
        }
    }
}
