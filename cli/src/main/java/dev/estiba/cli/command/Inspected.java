package dev.estiba.cli.command;

import dev.estiba.api.Body;
import dev.estiba.api.Layout;
import dev.estiba.cli.Call;
import dev.estiba.cli.template.GoTypes;
import dev.estiba.cli.template.Template;
import dev.estiba.cli.template.TemplateException;
import dev.estiba.cli.template.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What {@code inspect} has found, as a document.
 *
 * @param type of Docker's, for templates
 * @param compact the document itself
 * @param spaced a list with it alone, for people
 */
record Inspected(String type, byte[] compact, byte[] spaced) {
    static final String CONTAINER = "container.InspectResponse";
    static final String IMAGE = "image.InspectResponse";
    static final String NETWORK = "network.Inspect";
    static final String VOLUME = "volume.Volume";

    private static final int BAD_TEMPLATE = 64;

    /** @param <T> what the body says */
    static <T> Inspected of(String type, Body<T> body, T value) {
        return new Inspected(type, body.write(value, Layout.COMPACT), body.writeList(List.of(value), Layout.SPACES));
    }

    /** A document of our own: templates know it by its own names. */
    static Inspected of(byte[] json) {
        String indented = IndentedDocument.of(Tree.read(json));
        return new Inspected("", json, ("[" + indented + "]").getBytes(StandardCharsets.UTF_8));
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
        Template template;
        try {
            template = new Template(format);
        } catch (TemplateException e) {
            call.complain("estiba: " + e.message());
            return BAD_TEMPLATE;
        }
        try {
            for (Inspected each : found) {
                call.say(each.filled(template));
            }
            return 0;
        } catch (TemplateException e) {
            call.say("");
            call.complain("estiba: " + e.message());
            return 1;
        }
    }

    /** Of a volume alone Docker's command knows no other names than Go's. */
    private String filled(Template template) throws TemplateException {
        Object tree = Tree.read(compact);
        return type.equals(VOLUME)
                ? template.fill(GoTypes.value(type, tree))
                : template.fill(Optional.of(type).filter(name -> !name.isEmpty()), tree);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
