package dev.estiba.cli.create;

import dev.estiba.cli.flag.BadValue;
import java.util.ArrayList;
import java.util.List;

/** One line of comma-separated values, as Go's encoding/csv reads it: a field may stand in double quotes. */
final class Csv {
    private Csv() {}

    static List<String> fields(String line) throws BadValue {
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (true) {
            StringBuilder field = new StringBuilder();
            if (at < line.length() && line.charAt(at) == '"') {
                at = quoted(line, at + 1, field);
            } else {
                int end = line.indexOf(',', at);
                end = end < 0 ? line.length() : end;
                field.append(line, at, end);
                int quote = field.indexOf("\"");
                if (quote >= 0) {
                    throw wrong(at + quote + 1, "bare \" in non-quoted-field");
                }
                at = end;
            }
            fields.add(field.toString());
            if (at >= line.length()) {
                return fields;
            }
            at++;
        }
    }

    /** Fills in the field and hands out the place of the comma behind it. */
    private static int quoted(String line, int from, StringBuilder field) throws BadValue {
        int at = from;
        while (true) {
            int quote = line.indexOf('"', at);
            if (quote < 0) {
                throw wrong(line.length() + 1, "extraneous or missing \" in quoted-field");
            }
            field.append(line, at, quote);
            if (quote + 1 < line.length() && line.charAt(quote + 1) == '"') {
                field.append('"');
                at = quote + 2;
            } else if (quote + 1 == line.length() || line.charAt(quote + 1) == ',') {
                return quote + 1;
            } else {
                throw wrong(quote + 1, "extraneous or missing \" in quoted-field");
            }
        }
    }

    private static BadValue wrong(int column, String problem) {
        return new BadValue("parse error on line 1, column " + column + ": " + problem);
    }
}
