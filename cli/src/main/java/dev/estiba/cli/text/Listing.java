package dev.estiba.cli.text;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rows as {@code --format} wants them: {@code table} with headings, {@code table TEMPLATE}, {@code json} with a line a
 * row, or a template for each row.
 */
public final class Listing {
    private static final Pattern COLUMN = Pattern.compile("\\{\\{\\s*(?:\\w+\\s+)?\\.(\\w+)[^}]*}}");

    private final Map<String, String> headings;
    private final String usual;

    /**
     * @param headings of the columns, by the names of the fields
     * @param usual the template of the table when none is given: fields with tabs between
     */
    public Listing(Map<String, String> headings, String usual) {
        this.headings = Map.copyOf(headings);
        this.usual = usual;
    }

    /** @param format as the flag has it; empty: the usual table */
    public String print(String format, List<Map<String, Object>> rows) throws IOException {
        if (format.isEmpty() || format.equals("table")) {
            return table(usual, rows);
        }
        if (format.startsWith("table ")) {
            return table(format.substring("table ".length()), rows);
        }
        Template template = new Template(format.equals("json") ? "{{json .}}" : unescaped(format));
        StringBuilder text = new StringBuilder();
        for (Map<String, Object> row : rows) {
            text.append(template.fill(row)).append('\n');
        }
        return text.toString();
    }

    private String table(String format, List<Map<String, Object>> rows) throws IOException {
        String source = unescaped(format);
        Template template = new Template(source);
        Table table = new Table(10, 3);
        List<String> titles = new ArrayList<>();
        for (String cell : source.split("\t", -1)) {
            Matcher column = COLUMN.matcher(cell);
            titles.add(column.replaceAll(
                    found -> Matcher.quoteReplacement(headings.getOrDefault(found.group(1), found.group(1)))));
        }
        table.line(titles);
        for (Map<String, Object> row : rows) {
            table.line(List.of(template.fill(row).split("\t", -1)));
        }
        return table.toString();
    }

    /** A shell leaves {@code \t} and {@code \n} as they are typed. */
    private static String unescaped(String format) {
        return format.replace("\\t", "\t").replace("\\n", "\n");
    }
}
