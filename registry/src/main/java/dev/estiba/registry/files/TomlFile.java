package dev.estiba.registry.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlInvalidTypeException;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** A table of a TOML file, whose values are asked for by their names; one of another kind is refused with the file's name. */
final class TomlFile {
    private static final int MOST_BYTES = 1 << 20;

    private final Path file;
    private final TomlTable table;

    private TomlFile(Path file, TomlTable table) {
        this.file = file;
        this.table = table;
    }

    static TomlFile read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(file + " is larger than any configuration (" + MOST_BYTES + " bytes)");
        }
        TomlParseResult result = Toml.parse(file);
        if (result.hasErrors()) {
            TomlParseError first = result.errors().getFirst();
            throw new IOException(file + ": " + first.toString());
        }
        return new TomlFile(file, result);
    }

    IOException refused(String what) {
        return new IOException(file + ": " + what);
    }

    Path file() {
        return file;
    }

    Optional<String> text(String name) throws IOException {
        return value(name, String.class, "a text");
    }

    Optional<Boolean> flag(String name) throws IOException {
        return value(name, Boolean.class, "true or false");
    }

    private <T> Optional<T> value(String name, Class<T> kind, String expected) throws IOException {
        Object value = table.get(List.of(name));
        if (value == null) {
            return Optional.empty();
        }
        if (!kind.isInstance(value)) {
            throw refused(name + " is not " + expected);
        }
        return Optional.of(kind.cast(value));
    }

    /** One text, or an array of them. */
    List<String> texts(String name) throws IOException {
        Object value = table.get(List.of(name));
        if (value == null) {
            return List.of();
        }
        if (value instanceof String one) {
            return List.of(one);
        }
        List<String> all = new ArrayList<>();
        for (Object each : array(name, value)) {
            if (!(each instanceof String text)) {
                throw refused(name + " is not a list of texts");
            }
            all.add(text);
        }
        return all;
    }

    /** A text, a list of texts, or a list of lists: each as a list. */
    List<List<String>> lists(String name) throws IOException {
        Object value = table.get(List.of(name));
        if (value == null) {
            return List.of();
        }
        if (value instanceof String one) {
            return List.of(List.of(one));
        }
        List<List<String>> all = new ArrayList<>();
        for (Object each : array(name, value)) {
            switch (each) {
                case String text -> all.add(List.of(text));
                case TomlArray inner -> {
                    List<String> texts = new ArrayList<>();
                    for (Object text : inner.toList()) {
                        texts.add(String.valueOf(text));
                    }
                    all.add(texts);
                }
                default -> throw refused(name + " is neither texts nor lists of texts");
            }
        }
        return all;
    }

    private List<Object> array(String name, @Nullable Object value) throws IOException {
        if (value instanceof TomlArray array) {
            return array.toList();
        }
        throw refused(name + " is not a list");
    }

    /** An array of tables. */
    List<TomlFile> tables(String name) throws IOException {
        Object value = table.get(List.of(name));
        if (value == null) {
            return List.of();
        }
        List<TomlFile> all = new ArrayList<>();
        try {
            if (value instanceof TomlArray array) {
                for (int i = 0; i < array.size(); i++) {
                    all.add(new TomlFile(file, array.getTable(i)));
                }
                return all;
            }
        } catch (TomlInvalidTypeException e) {
            throw refused(name + " is not a list of tables");
        }
        throw refused(name + " is not a list of tables");
    }

    /** A table of tables, in the file's order. */
    Map<String, TomlFile> named(String name) throws IOException {
        Object value = table.get(List.of(name));
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof TomlTable outer)) {
            throw refused(name + " is not a table");
        }
        Map<String, TomlFile> all = new LinkedHashMap<>();
        for (String key : inOrder(outer)) {
            if (!(outer.get(List.of(key)) instanceof TomlTable inner)) {
                throw refused(name + "." + key + " is not a table");
            }
            all.put(key, new TomlFile(file, inner));
        }
        return all;
    }

    /** A table that is there. */
    TomlFile table(String name) throws IOException {
        if (table.get(List.of(name)) instanceof TomlTable inner) {
            return new TomlFile(file, inner);
        }
        throw refused(name + " is not a table");
    }

    /** The names of what is in it, in the file's order. */
    List<String> names() {
        return inOrder(table);
    }

    private static List<String> inOrder(TomlTable table) {
        List<String> keys = new ArrayList<>(table.keySet());
        keys.sort(java.util.Comparator.comparingInt(key -> line(table, key)));
        return keys;
    }

    private static int line(TomlTable table, String key) {
        var position = table.inputPositionOf(List.of(key));
        return position == null ? 0 : position.line();
    }
}
