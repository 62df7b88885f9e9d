package dev.estiba.cli.foresight;

import dev.estiba.cli.template.Tree;
import dev.estiba.cli.text.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What would change, in order. Of one call: one thread. */
final class Plan {
    private final List<Step> steps = new ArrayList<>();

    void add(Step step) {
        steps.add(step);
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }

    List<Step> steps() {
        return List.copyOf(steps);
    }

    /** A line for each, and beneath it its sentences when they are asked for. */
    String text(boolean withNotes) {
        StringBuilder text = new StringBuilder();
        long bytes = 0;
        for (Step step : steps) {
            text.append(step.way().sign()).append(' ').append(step.kind());
            text.append(step.name().isEmpty() ? "" : " " + Words.printable(step.name()));
            step.setting().ifPresent(setting -> text.append(": ").append(words(setting)));
            if (step.bytes().isPresent()) {
                bytes += step.bytes().getAsLong();
                text.append(" (").append(Words.size(step.bytes().getAsLong())).append(')');
            }
            text.append('\n');
            if (withNotes) {
                step.notes()
                        .forEach(note -> text.append("    ")
                                .append(Words.printable(note))
                                .append('\n'));
            }
        }
        if (steps.isEmpty() && withNotes) {
            text.append("Nothing would change.\n");
        }
        if (bytes > 0) {
            text.append("At most ")
                    .append(Words.size(bytes, Words.DIGITS_OF_PROGRESS))
                    .append(" would be free again.\n");
        }
        return text.toString();
    }

    private static String words(Step.Setting setting) {
        String change = setting.before().isEmpty()
                ? setting.after()
                : setting.before() + " -> " + (setting.after().isEmpty() ? "nothing" : setting.after());
        return Words.printable(setting.name() + " " + change);
    }

    /** A document a line. */
    String json() {
        StringBuilder text = new StringBuilder();
        for (Step step : steps) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("change", step.way().word());
            document.put("kind", step.kind());
            document.put("name", step.name());
            step.setting().ifPresent(setting -> {
                document.put("setting", setting.name());
                document.put("before", setting.before());
                document.put("after", setting.after());
            });
            step.bytes().ifPresent(bytes -> document.put("bytes", bytes));
            document.put("notes", List.copyOf(step.notes()));
            text.append(Tree.write(document)).append('\n');
        }
        return text.toString();
    }
}
