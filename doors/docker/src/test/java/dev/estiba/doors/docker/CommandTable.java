package dev.estiba.doors.docker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The rows of {@code commands.txt}. */
final class CommandTable {
    private static final String DOCKERD = "dockerd:";

    private CommandTable() {}

    /**
     * @param input what it reads
     * @param status what it ends with
     * @param out of the whole output, without the last newline
     */
    record Row(String line, List<String> words, String input, int status, String out, String err) {
        String difference(DoorRoom.Ended ended) {
            StringBuilder text = new StringBuilder();
            if (ended.status() != status) {
                text.append("\n  status ")
                        .append(ended.status())
                        .append(", not ")
                        .append(status);
            }
            compare(text, "out", out, ended.out());
            compare(text, "err", err, ended.err());
            return text.isEmpty() ? "" : "docker " + line + text;
        }

        private static void compare(StringBuilder text, String name, String pattern, String actual) {
            String whole = actual.endsWith("\n") ? actual.substring(0, actual.length() - 1) : actual;
            if (!Pattern.compile(pattern, Pattern.DOTALL).matcher(whole).matches()) {
                text.append("\n  ")
                        .append(name)
                        .append(' ')
                        .append(whole)
                        .append("\n  not ")
                        .append(pattern);
            }
        }
    }

    /**
     * @param part of the table
     * @param isPeer whether it is dockerd that answers
     */
    static List<Row> read(Path directory, String part, boolean isPeer) throws IOException {
        String text;
        try (InputStream in = CommandTable.class.getResourceAsStream("commands.txt")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<Row> rows = new ArrayList<>();
        int begin = text.indexOf("\n[" + part + "]\n") + part.length() + 4;
        int end = text.indexOf("\n[", begin);
        for (String line : text.substring(begin, end < 0 ? text.length() : end).split("\n")) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (!line.startsWith("  ")) {
                rows.add(row(line, directory));
                continue;
            }
            String field = line.strip();
            boolean isOnlyDockerds = field.startsWith(DOCKERD);
            if (!isOnlyDockerds || isPeer) {
                Row last = rows.removeLast();
                rows.add(with(
                        last, isOnlyDockerds ? field.substring(DOCKERD.length()).strip() : field));
            }
        }
        return rows;
    }

    private static Row row(String line, Path directory) {
        int mark = line.indexOf(" < ");
        String call = mark < 0 ? line : line.substring(0, mark);
        String input = mark < 0 ? "" : line.substring(mark + 3).replace("\\n", "\n");
        return new Row(line, words(call.replace("{dir}", directory.toString())), input, 0, "", "");
    }

    private static Row with(Row row, String field) {
        String name = field.split(" ")[0];
        String value = field.substring(name.length()).strip();
        return switch (name) {
            case "status" -> new Row(row.line, row.words, row.input, Integer.parseInt(value), row.out, row.err);
            case "out" -> new Row(row.line, row.words, row.input, row.status, value, row.err);
            case "err" -> new Row(row.line, row.words, row.input, row.status, row.out, value);
            default -> throw new AssertionError(field);
        };
    }

    /** As a shell takes them apart: by spaces outside of single quotes. */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean isQuoted = false;
        for (char c : (line + " ").toCharArray()) {
            if (c == '\'') {
                isQuoted = !isQuoted;
            } else if (c == ' ' && !isQuoted) {
                words.add(word.toString());
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        return words;
    }
}
