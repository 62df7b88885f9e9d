package dev.estiba.cli.text;

import dev.estiba.cli.template.GoValue;
import dev.estiba.cli.template.Template;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Rows as {@code --format} wants them: {@code table} with headings, {@code table TEMPLATE}, {@code json} with a line a
 * row, {@code raw}, or a template for each row.
 */
public final class Listing {
    private static final String TABLE = "table", JSON = "json", RAW = "raw";

    private final String type;
    private final Map<String, String> headings;
    private final String usual;
    private final String raw;

    /** Rows that are documents, and no table of them. */
    public Listing() {
        this("", Map.of(), "", "");
    }

    /** @see #Listing(String, Map, String, String) */
    public Listing(String type, Map<String, String> headings, String usual) {
        this(type, headings, usual, "");
    }

    /**
     * @param type what Docker's command calls a row, for refusals of templates
     * @param headings of the columns, by the names of the fields
     * @param usual the template of the table when none is given: fields with tabs between
     * @param raw the template of {@code raw}; empty: there is none
     */
    public Listing(String type, Map<String, String> headings, String usual, String raw) {
        this.type = type;
        this.headings = Map.copyOf(headings);
        this.usual = usual;
        this.raw = raw;
    }

    /** @param format as the flag has it; empty: the usual table */
    public String print(String format, List<Map<String, Object>> rows) throws IOException {
        if (format.isEmpty() || format.equals(TABLE)) {
            return table(usual, rows);
        }
        if (format.startsWith(TABLE)) {
            return table(format.substring(TABLE.length()), rows);
        }
        String meant = format.equals(JSON) ? "{{json .}}" : format.equals(RAW) && !raw.isEmpty() ? raw : format;
        Template template = new Template(unescaped(meant));
        StringBuilder text = new StringBuilder();
        for (Map<String, Object> row : rows) {
            text.append(template.fill(value(row))).append('\n');
        }
        return text.toString();
    }

    private GoValue value(Map<String, Object> row) {
        return type.isEmpty() ? GoValue.document(row) : GoValue.row(type, row);
    }

    private String table(String format, List<Map<String, Object>> rows) throws IOException {
        Template template = new Template(unescaped(format));
        StringBuilder lines = new StringBuilder();
        for (Map<String, Object> row : rows) {
            lines.append(template.fill(value(row))).append('\n');
        }
        Table table = new Table(10, 3);
        String all = template.headings(headings) + "\n" + lines;
        for (String line : all.substring(0, all.length() - 1).split("\n", -1)) {
            table.line(List.of(line.split("\t", -1)));
        }
        return table.toString();
    }

    /** A shell leaves {@code \t} and {@code \n} as they are typed. */
    private static String unescaped(String format) {
        int from = 0;
        int to = format.length();
        while (from < to && format.charAt(from) == ' ') {
            from++;
        }
        while (to > from && format.charAt(to - 1) == ' ') {
            to--;
        }
        return format.substring(from, to).replace("\\t", "\t").replace("\\n", "\n");
    }
}
