package dev.estiba.testkit.conformance;

import dev.estiba.testkit.conformance.Row.Change;
import dev.estiba.testkit.conformance.Row.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads {@code conformance.txt}. */
public final class Table {
    private static final Set<String> CHANGES = Set.of("with", "add", "drop", "file", "dir", "link");
    private static final Set<String> SINGLE =
            Set.of("needs", "by", "words", "inside", "exec", "outside", "fails", "asserted");

    private final List<Row> rows = new ArrayList<>();
    private String name = "";
    private List<String> fields = new ArrayList<>();
    private Place place = Place.HOST;
    private List<Change> changes = new ArrayList<>();
    private Map<String, String> single = new HashMap<>();
    private List<String> seen = new ArrayList<>();
    private Map<String, String> why = new HashMap<>();

    private Table() {}

    public static List<Row> rows() {
        Table table = new Table();
        int number = 0;
        for (String line : resource("conformance.txt").split("\n", -1)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                table.line(line, number);
            }
        }
        table.end();
        return List.copyOf(table.rows);
    }

    /** A file beside this class. */
    static String resource(String name) {
        try (InputStream in = Table.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void line(String line, int number) {
        int blank = line.indexOf(' ');
        String word = blank < 0 ? line : line.substring(0, blank);
        String rest = blank < 0 ? "" : line.substring(blank + 1);
        if (word.equals("row")) {
            end();
            name = rest;
        } else if (word.equals("of")) {
            fields.addAll(List.of(rest.split(" ")));
        } else if (word.equals("on")) {
            place = Place.valueOf(rest.split(" ")[0].toUpperCase(Locale.ROOT));
        } else if (word.equals("see")) {
            seen.add(rest);
        } else if (CHANGES.contains(word)) {
            changes.add(new Change(word, rest));
        } else if (SINGLE.contains(word) && single.put(word, rest) == null) {
            return;
        } else if (Peers.NAMES.contains(word) && why.put(word, rest) == null) {
            return;
        } else {
            throw new IllegalArgumentException("conformance.txt, line " + number + ": " + line);
        }
    }

    private void end() {
        if (!name.isEmpty()) {
            rows.add(new Row(name, fields, place, changes, single, seen, why));
        }
        fields = new ArrayList<>();
        place = Place.HOST;
        changes = new ArrayList<>();
        single = new HashMap<>();
        seen = new ArrayList<>();
        why = new HashMap<>();
    }
}
