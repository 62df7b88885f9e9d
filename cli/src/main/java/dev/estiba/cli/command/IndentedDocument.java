package dev.estiba.cli.command;

import dev.estiba.cli.template.Tree;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A document as inspect prints it to people, one of a list: four blanks for each depth. */
final class IndentedDocument {
    private IndentedDocument() {}

    static String of(Object tree) {
        return "\n    " + text(tree, "\n    ");
    }

    private static String text(Object tree, String line) {
        String inner = line + "    ";
        return switch (tree) {
            case Map<?, ?> map
            when !map.isEmpty() ->
                map.entrySet().stream()
                        .map(entry -> inner + Tree.write(String.valueOf(entry.getKey())) + ": "
                                + text(entry.getValue(), inner))
                        .collect(Collectors.joining(",", "{", line + "}"));
            case List<?> list
            when !list.isEmpty() ->
                list.stream().map(each -> inner + text(each, inner)).collect(Collectors.joining(",", "[", line + "]"));
            default -> Tree.write(tree);
        };
    }
}
