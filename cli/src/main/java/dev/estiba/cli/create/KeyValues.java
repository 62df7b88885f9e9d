package dev.estiba.cli.create;

import dev.estiba.cli.Caller;
import dev.estiba.cli.flag.BadValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Environment and labels: from files, then from the command line. */
public final class KeyValues {
    private static final int MAX_FILE = 1 << 20;

    private KeyValues() {}

    /** {@code NAME=VALUE}s; a name alone takes the caller's value, when there is one. */
    public static List<String> environment(List<String> files, List<String> given, Caller caller) throws BadValue {
        List<String> all = new ArrayList<>();
        for (String file : files) {
            for (String line : lines(file, caller, "env file")) {
                if (line.indexOf('=') >= 0) {
                    all.add(line);
                } else if (caller.environment().containsKey(line)) {
                    all.add(line + "=" + caller.environment().get(line));
                }
            }
        }
        for (String variable : given) {
            boolean isTaken = variable.indexOf('=') < 0 && caller.environment().containsKey(variable);
            all.add(isTaken ? variable + "=" + caller.environment().get(variable) : variable);
        }
        return all;
    }

    /** As {@link #environment}, with files that compose and shells read: quotes, several lines, {@code ${NAME}}. */
    static List<String> environmentOfDotEnv(List<String> files, List<String> given, Caller caller) throws BadValue {
        List<String> all = new ArrayList<>();
        for (String file : files) {
            try {
                DotEnv.read(file(file, caller), file, caller.environment())
                        .forEach((name, value) -> all.add(name + "=" + value));
            } catch (IOException e) {
                throw new BadValue(Reasons.open(file, e));
            }
        }
        all.addAll(environment(List.of(), given, caller));
        return all;
    }

    static Map<String, String> labels(List<String> files, List<String> given, Caller caller) throws BadValue {
        List<String> all = new ArrayList<>();
        for (String file : files) {
            // A name alone is lost, as with Docker's command.
            lines(file, caller, "label file").stream()
                    .filter(line -> line.indexOf('=') >= 0)
                    .forEach(all::add);
        }
        all.addAll(given);
        return map(all);
    }

    /** A text without {@code =} has an empty value. */
    public static Map<String, String> map(List<String> texts) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String text : texts) {
            Pair pair = Pair.cut(text, '=');
            map.put(pair.before(), pair.after());
        }
        return map;
    }

    /** The whole of a file of the caller's, which is at most 1 MiB. */
    static String file(String path, Caller caller) throws IOException, BadValue {
        try (InputStream in = caller.open(path)) {
            byte[] bytes = in.readNBytes(MAX_FILE + 1);
            if (bytes.length > MAX_FILE) {
                throw new BadValue(path + ": more than 1 MiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadValue(path + ": invalid utf8 bytes");
        }
    }

    private static List<String> lines(String path, Caller caller, String kind) throws BadValue {
        String text;
        try {
            text = file(path, caller);
        } catch (IOException e) {
            throw new BadValue(Reasons.open(path, e));
        }
        List<String> lines = new ArrayList<>();
        for (String raw : (text.startsWith("\ufeff") ? text.substring(1) : text).split("\r?\n", -1)) {
            String line = raw.stripLeading();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String key = Pair.cut(line, '=').before();
            if (key.isEmpty()) {
                throw new BadValue("invalid " + kind + " (" + path + "): no variable name on line '" + line + "'");
            }
            if (key.chars().anyMatch(Character::isWhitespace)) {
                throw new BadValue("invalid " + kind + " (" + path + "): variable '" + key + "' contains whitespaces");
            }
            lines.add(line);
        }
        return lines;
    }
}
