package dev.estiba.cli;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ListOptions;
import dev.estiba.cli.flag.Flag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What {@code __complete} prints: the words that the last one may become, one a line. */
final class Completion {
    private Completion() {}

    static int print(Caller caller, EngineApi engine, List<String> words) throws IOException {
        String begun = words.isEmpty() ? "" : words.getLast();
        StringBuilder text = new StringBuilder();
        for (String candidate : candidates(engine, words, begun)) {
            if (candidate.startsWith(begun)) {
                text.append(candidate).append('\n');
            }
        }
        caller.out().write(text.toString().getBytes(StandardCharsets.UTF_8));
        return 0;
    }

    private static List<String> candidates(EngineApi engine, List<String> words, String begun) {
        if (words.size() <= 1) {
            return Stream.of(CommandName.values()).map(CommandName::word).toList();
        }
        Optional<CommandName> name = CommandName.of(words.getFirst());
        if (name.isEmpty()) {
            return List.of();
        }
        Command command = name.get().make();
        if (begun.startsWith("-")) {
            return command.flags().flags().stream()
                    .filter(flag -> !flag.isHidden())
                    .map(Flag::name)
                    .map(flag -> "--" + flag)
                    .sorted()
                    .toList();
        }
        return command.synopsis().contains("CONTAINER") ? containers(engine) : List.of();
    }

    private static List<String> containers(EngineApi engine) {
        List<String> names = new ArrayList<>();
        try {
            for (ContainerSummary container : engine.listContainers(new ListOptions(true, 0, false, Map.of()))) {
                container.names().forEach(name -> names.add(name.startsWith("/") ? name.substring(1) : name));
            }
        } catch (ApiException nothingToComplete) {
            return List.of();
        }
        return names;
    }
}
