package dev.estiba.testkit.record;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A file of rows: a name in brackets, and below it calls, each with what comes of it. */
final class Answers {
    private static final String CALL = "$ ";

    private final String head;
    private final Map<String, List<Answer>> rows;

    private Answers(String head, Map<String, List<Answer>> rows) {
        this.head = head;
        this.rows = rows;
    }

    /**
     * @param reason what the comment above says; empty without one
     * @param call a line for a shell
     * @param text what has come of it, indented by two; empty when nothing has
     */
    record Answer(String reason, String call, String text) {
        boolean isLike(Answer other) {
            return call.equals(other.call) && text.equals(other.text);
        }

        @Override
        public String toString() {
            return (reason.isEmpty() ? "" : "# " + reason.replace("\n", "\n# ") + "\n") + CALL + call + "\n" + text;
        }
    }

    static Answers read(String name) throws IOException {
        Map<String, List<Answer>> rows = new LinkedHashMap<>();
        StringBuilder head = new StringBuilder();
        StringBuilder reason = new StringBuilder();
        List<Answer> row = new ArrayList<>();
        for (String line : Flags.resource(name).lines().toList()) {
            if (line.startsWith("[")) {
                row = new ArrayList<>();
                if (rows.put(line.substring(1, line.length() - 1), row) != null) {
                    throw new IOException(name + ": twice " + line);
                }
            } else if (line.startsWith("#")) {
                (rows.isEmpty() ? head : reason).append(line).append('\n');
            } else if (line.startsWith(CALL)) {
                row.add(new Answer(
                        reason.toString().replaceAll("(?m)^# ?", "").strip(), line.substring(CALL.length()), ""));
                reason.setLength(0);
            } else if (!line.isEmpty()) {
                Answer last = row.removeLast();
                row.add(new Answer(last.reason(), last.call(), last.text() + line + "\n"));
            }
        }
        return new Answers(head.toString(), rows);
    }

    Map<String, List<Answer>> rows() {
        return rows;
    }

    String head() {
        return head;
    }

    static String text(String head, Map<String, List<Answer>> rows) {
        StringBuilder text = new StringBuilder(head);
        rows.forEach((name, answers) -> {
            text.append("\n[").append(name).append("]\n");
            answers.forEach(text::append);
        });
        return text.toString();
    }
}
