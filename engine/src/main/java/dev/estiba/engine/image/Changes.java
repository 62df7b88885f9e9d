package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.oci.image.ImageConfig.Execution;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Instructions of a Dockerfile that only say how an image is run ({@code --change}). */
final class Changes {
    private static final List<String> SHELL = List.of("/bin/sh", "-c");

    private Optional<String> user = Optional.empty();
    private Optional<String> directory = Optional.empty();
    private Optional<String> signal = Optional.empty();
    private final Set<String> ports = new TreeSet<>();
    private final Set<String> volumes = new TreeSet<>();
    private final Map<String, String> env = new LinkedHashMap<>();
    private final Map<String, String> labels = new LinkedHashMap<>();
    private final List<String> onBuild = new ArrayList<>();
    private List<String> entrypoint = List.of();
    private List<String> cmd = List.of();
    private List<String> shell = List.of();

    private final Execution before;
    private boolean hasCmd;

    private Changes(Execution before) {
        this.before = before;
        user = before.user();
        directory = before.workingDir();
        signal = before.stopSignal();
        ports.addAll(before.exposedPorts());
        volumes.addAll(before.volumes());
        for (String variable : before.env()) {
            int equals = variable.indexOf('=');
            env.put(equals < 0 ? variable : variable.substring(0, equals), variable.substring(equals + 1));
        }
        labels.putAll(before.labels());
        onBuild.addAll(before.onBuild());
        entrypoint = before.entrypoint();
        cmd = before.cmd();
        shell = before.shell();
    }

    /** @throws ApiException 400 for what is no such instruction */
    static Execution apply(List<String> instructions) throws ApiException {
        return apply(Execution.NOTHING, instructions);
    }

    /**
     * @param before what they change
     * @throws ApiException 400 for what is no such instruction
     */
    static Execution apply(Execution before, List<String> instructions) throws ApiException {
        Changes changes = new Changes(before);
        for (String each : instructions) {
            changes.take(each.strip());
        }
        return changes.execution();
    }

    private Execution execution() {
        List<String> variables = env.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .toList();
        return new Execution(
                user,
                ports,
                variables,
                entrypoint,
                cmd,
                volumes,
                directory,
                labels,
                signal,
                before.stopTimeout(),
                before.healthcheck(),
                shell,
                onBuild,
                before.argsEscaped());
    }

    private void take(String instruction) throws ApiException {
        int end = 0;
        while (end < instruction.length() && !Character.isWhitespace(instruction.charAt(end))) {
            end++;
        }
        String word = instruction.substring(0, end).toUpperCase(Locale.ROOT);
        String rest = instruction.substring(end).strip();
        if (rest.isEmpty()) {
            throw ApiException.badRequest("Dockerfile parse error: " + word + " requires at least one argument");
        }
        switch (word) {
            case "CMD" -> {
                cmd = command(rest);
                hasCmd = true;
            }
            case "ENTRYPOINT" -> {
                entrypoint = command(rest);
                cmd = hasCmd ? cmd : List.of(); // what was said for another one means nothing to this one
            }
            case "ENV" -> pairs(rest, env);
            case "LABEL" -> pairs(rest, labels);
            case "EXPOSE" -> words(rest).forEach(each -> ports.add(each.indexOf('/') < 0 ? each + "/tcp" : each));
            case "VOLUME" -> volumes.addAll(json(rest).orElseGet(() -> words(rest)));
            case "ONBUILD" -> onBuild.add(rest);
            case "STOPSIGNAL" -> signal = Optional.of(rest);
            case "USER" -> user = Optional.of(rest);
            case "WORKDIR" -> directory = Optional.of(directory(rest));
            case "SHELL" ->
                shell = json(rest)
                        .orElseThrow(() -> ApiException.badRequest("SHELL requires the arguments to be in JSON form"));
            default -> throw ApiException.badRequest(instruction.substring(0, end) + " is not a valid change command");
        }
    }

    /** One that is not absolute is in the one before. */
    private String directory(String rest) {
        String parent = directory.orElse("/");
        return rest.startsWith("/") ? rest : (parent.endsWith("/") ? parent : parent + "/") + rest;
    }

    private List<String> command(String rest) {
        Optional<List<String>> list = json(rest);
        if (list.isPresent()) {
            return list.get();
        }
        List<String> words = new ArrayList<>(shell.isEmpty() ? SHELL : shell);
        words.add(rest);
        return words;
    }

    /** Empty when it is no array of texts: then it is a shell's line. */
    private static Optional<List<String>> json(String text) {
        if (!text.startsWith("[")) {
            return Optional.empty();
        }
        List<String> words = new ArrayList<>();
        try (Cursor in = Cursor.open(text.getBytes(StandardCharsets.UTF_8), Origin.DOCUMENT)) {
            in.array();
            while (in.nextElement()) {
                words.add(in.string());
            }
            in.end();
            return Optional.of(words);
        } catch (DocumentException e) {
            return Optional.empty();
        }
    }

    /** {@code KEY=VALUE} with quotes, or the old form of one: {@code KEY VALUE}. */
    private static void pairs(String rest, Map<String, String> to) throws ApiException {
        List<String> words = words(rest);
        if (words.getFirst().indexOf('=') < 0) {
            int blank = rest.indexOf(' ');
            if (blank < 0) {
                throw ApiException.badRequest(
                        "Syntax error - can't find = in \"" + rest + "\". Must be of the form: name=value");
            }
            to.put(rest.substring(0, blank), rest.substring(blank).strip());
            return;
        }
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw ApiException.badRequest(
                        "Syntax error - can't find = in \"" + word + "\". Must be of the form: name=value");
            }
            to.put(word.substring(0, equals), word.substring(equals + 1));
        }
    }

    /** Separated by blanks, but for those in quotes and behind a backslash. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = '\0';
        boolean begun = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                begun = true;
            } else if (quote != '\0') {
                if (c == quote) {
                    quote = '\0';
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                begun = true;
            } else if (Character.isWhitespace(c)) {
                if (begun) {
                    words.add(word.toString());
                    word.setLength(0);
                    begun = false;
                }
            } else {
                word.append(c);
                begun = true;
            }
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }
}
