package dev.estiba.cli.context;

import dev.estiba.cli.template.Tree;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** JSON with a tab for each depth, as Docker's command writes its {@code config.json}. */
final class IndentedJson {
    private IndentedJson() {}

    static String of(Object tree) {
        return text(tree, "\n");
    }

    private static String text(Object tree, String line) {
        String inner = line + "\t";
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
