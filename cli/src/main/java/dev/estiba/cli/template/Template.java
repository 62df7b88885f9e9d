package dev.estiba.cli.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A template of Go's text/template with the functions that Docker's {@code --format} has. Safe for all threads. */
public final class Template {
    private final String source;
    private final Map<String, List<Node>> templates;

    /** @throws TemplateException with the words of Go's parser */
    public Template(String source) throws TemplateException {
        this.source = source;
        templates = Map.copyOf(new Parser(source, Builtin::isThere).parse());
    }

    /** What the template makes of a value. */
    public String fill(GoValue value) throws TemplateException {
        return fill(value, false);
    }

    /**
     * What it makes of a document, in two ways, as Docker's inspect commands do: by the types of the API, whose names the template
     * may use, and when that fails by the names that the document itself has, where a missing one is an error.
     *
     * @param type the type of the document; empty: only the second way
     */
    public String fill(Optional<String> type, Object tree) throws TemplateException {
        if (type.isPresent()) {
            try {
                return fill(GoTypes.value(type.get(), tree), false);
            } catch (TemplateException untyped) {
                // Then by the document's own names, and that refusal counts.
            }
        }
        return fill(GoValue.withNumbersAsText(tree), true);
    }

    /**
     * The line of a table's headings: the template with the headings in the places of the fields; what cannot be evaluated
     * ends it.
     */
    public String headings(Map<String, String> headings) {
        Map<String, Object> fields = new HashMap<>(headings);
        fields.put("Label", (GoValue.Lookup) Template::heading);
        GoValue row = GoValue.row("formatter.SubHeaderContext", fields);
        return new Execution(source, templates, Execution.Purpose.HEADINGS, row).filled(row);
    }

    /** The last part of a label's name, in words. */
    private static String heading(String label) {
        return label.substring(label.lastIndexOf('.') + 1).replace('-', ' ').replace('_', ' ');
    }

    private String fill(GoValue value, boolean missingIsError) throws TemplateException {
        Execution.Purpose purpose = missingIsError ? Execution.Purpose.STRICT : Execution.Purpose.TEXT;
        return new Execution(source, templates, purpose, value).run(value);
    }
}
