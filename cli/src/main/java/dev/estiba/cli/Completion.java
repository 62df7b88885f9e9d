package dev.estiba.cli;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ImageListOptions;
import dev.estiba.api.ImageSummary;
import dev.estiba.api.ListOptions;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.Volume;
import dev.estiba.cli.context.ContextStore;
import dev.estiba.cli.context.Destination;
import dev.estiba.cli.context.StoredContext;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
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
        for (String candidate : isOfContext(words) ? contexts(caller) : candidates(caller, engine, words, begun)) {
            if (candidate.startsWith(begun)) {
                text.append(candidate).append('\n');
            }
        }
        caller.out().write(text.toString().getBytes(StandardCharsets.UTF_8));
        return 0;
    }

    /** Behind a flag that takes a context's name. */
    private static boolean isOfContext(List<String> words) {
        int flag = words.size() - 2;
        return flag >= 0
                && (words.get(flag).equals("--context") || words.get(flag).equals("-c"))
                && Destination.length(words.subList(0, flag)) == flag;
    }

    private static List<String> contexts(Caller caller) {
        try {
            List<String> names = new ArrayList<>(List.of(StoredContext.DEFAULT));
            new ContextStore(Destination.config(caller)).all().forEach(each -> names.add(each.name()));
            return names;
        } catch (IOException nothingToComplete) {
            return List.of();
        }
    }

    private static List<String> candidates(Caller caller, EngineApi engine, List<String> words, String begun) {
        int before = Destination.length(words.subList(0, Math.max(0, words.size() - 1)));
        if (before > 0) {
            return candidates(caller, engine, words.subList(before, words.size()), begun);
        }
        if (words.size() <= 1 && begun.startsWith("-")) {
            return flags(Destination.FLAGS);
        }
        if (words.size() <= 1) {
            return Stream.concat(
                            Stream.of(CommandName.values())
                                    .filter(name -> !name.isOnlyInGroup())
                                    .map(CommandName::word),
                            CommandName.GROUPS.stream())
                    .toList();
        }
        int length = CommandName.length(words);
        if (length == words.size()) {
            return Stream.of(CommandName.values())
                    .flatMap(name -> name.wordIn(words.getFirst()).stream())
                    .toList();
        }
        Optional<CommandName> name = CommandName.of(String.join(" ", words.subList(0, length)));
        if (name.isEmpty()) {
            return List.of();
        }
        Command command = name.get().make();
        if (begun.startsWith("-")) {
            return flags(command.flags());
        }
        return named(caller, engine, command, words.subList(length, words.size() - 1));
    }

    private static List<String> flags(FlagSet of) {
        return of.flags().stream()
                .filter(flag -> !flag.isHidden())
                .map(Flag::name)
                .map(flag -> "--" + flag)
                .sorted()
                .toList();
    }

    /** What there is of what the command takes. Behind an image may stand what is the image's matter. */
    private static List<String> named(Caller caller, EngineApi engine, Command command, List<String> before) {
        String synopsis = command.synopsis();
        if (synopsis.contains("CONTEXT")) {
            return hasArgument(command, before) && !synopsis.contains("...") ? List.of() : contexts(caller);
        }
        List<String> names = new ArrayList<>();
        boolean takesAny = synopsis.contains("NAME|ID");
        if (takesAny || synopsis.contains("CONTAINER")) {
            names.addAll(containers(engine));
        }
        boolean takesImages = synopsis.contains("IMAGE")
                || synopsis.contains("REPOSITORY[:TAG]]")
                || synopsis.endsWith(" NAME[:TAG]");
        if (takesAny || takesImages && !(command.flags().stopsAtArgument() && hasArgument(command, before))) {
            names.addAll(images(engine));
        }
        if (synopsis.contains("VOLUME") && !synopsis.contains("[VOLUME]")) {
            return volumes(engine);
        }
        if (synopsis.contains("NETWORK") && !(synopsis.contains("CONTAINER") && hasArgument(command, before))) {
            return networks(engine);
        }
        return names;
    }

    private static boolean hasArgument(Command command, List<String> words) {
        try {
            return !command.flags().parse(words).arguments().isEmpty();
        } catch (UsageException incomplete) {
            return false;
        }
    }

    private static List<String> images(EngineApi engine) {
        List<String> names = new ArrayList<>();
        try {
            for (ImageSummary image : engine.listImages(new ImageListOptions(false, Map.of()))) {
                names.addAll(image.repoTags());
            }
        } catch (ApiException nothingToComplete) {
            return List.of();
        }
        return names;
    }

    private static List<String> volumes(EngineApi engine) {
        try {
            return engine.listVolumes(Map.of()).volumes().stream()
                    .map(Volume::name)
                    .toList();
        } catch (ApiException nothingToComplete) {
            return List.of();
        }
    }

    private static List<String> networks(EngineApi engine) {
        try {
            return engine.listNetworks(Map.of()).stream()
                    .map(NetworkInspect::name)
                    .toList();
        } catch (ApiException nothingToComplete) {
            return List.of();
        }
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
