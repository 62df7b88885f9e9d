package dev.estiba.cli.command;

import dev.estiba.api.Body;
import dev.estiba.api.Layout;
import dev.estiba.cli.Call;
import dev.estiba.cli.text.Template;
import dev.estiba.cli.text.TemplateException;
import dev.estiba.cli.text.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What {@code inspect} has found, as a document.
 *
 * @param compact the document itself
 * @param spaced a list with it alone, for people
 */
record Inspected(byte[] compact, byte[] spaced) {
    private static final int BAD_TEMPLATE = 64;

    /** @param <T> what the body says */
    static <T> Inspected of(Body<T> body, T value) {
        return new Inspected(body.write(value, Layout.COMPACT), body.writeList(List.of(value), Layout.SPACES));
    }

    /**
     * Prints all of them.
     *
     * @param format {@code json}, or a template for each; empty: one document for people
     */
    static int print(Call call, List<Inspected> found, String format) throws IOException {
        if (format.isEmpty()) {
            // Each is a list of one: what is within its brackets.
            List<String> within = found.stream()
                    .map(each -> text(each.spaced()).strip())
                    .map(list -> list.substring(1, list.length() - 1).stripTrailing())
                    .toList();
            call.say(within.isEmpty() ? "[]" : "[" + String.join(",", within) + "\n]");
            return 0;
        }
        if (format.equals("json")) {
            List<String> all = found.stream().map(each -> text(each.compact())).toList();
            call.say("[" + String.join(",", all) + "]");
            return 0;
        }
        try {
            Template template = new Template(format);
            for (Inspected each : found) {
                call.say(template.fill(Tree.read(each.compact())));
            }
            return 0;
        } catch (TemplateException e) {
            call.complain("estiba: template parsing error: " + e.problem());
            return BAD_TEMPLATE;
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
