package dev.estiba.cli.create;

import dev.estiba.cli.Caller;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Quote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** {@code --security-opt}; the file of a seccomp profile is sent as its contents. */
final class SecurityOptions {
    private static final JsonFactory JSON = JsonFactory.builder().build();

    final List<String> options = new ArrayList<>();

    /** No masked and no read-only paths: {@code systempaths=unconfined}. */
    Optional<List<String>> paths = Optional.empty();

    SecurityOptions(List<String> given, Caller caller) throws BadValue {
        for (String option : given) {
            Pair pair = Pair.cut(option, '=');
            if (!pair.isCut() && !pair.before().equals("no-new-privileges")) {
                pair = Pair.cut(option, ':');
            }
            if (pair.after().isEmpty() && !pair.before().equals("no-new-privileges")) {
                throw new BadValue("Invalid --security-opt: " + Quote.go(option));
            }
            String value = pair.after();
            if (option.equals("systempaths=unconfined")) {
                paths = Optional.of(List.of());
            } else if (pair.before().equals("seccomp") && !value.equals("builtin") && !value.equals("unconfined")) {
                options.add("seccomp=" + profile(value, caller));
            } else {
                options.add(option);
            }
        }
    }

    private static String profile(String path, Caller caller) throws BadValue {
        String text;
        try {
            text = KeyValues.file(path, caller);
        } catch (IOException e) {
            throw new BadValue("opening seccomp profile (" + path + ") failed: " + Reasons.open(path, e));
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            while (parser.nextToken() != null) {
                parser.skipChildren();
            }
        } catch (JacksonException e) {
            throw new BadValue("compacting json for seccomp profile (" + path + ") failed: "
                    + String.valueOf(e.getOriginalMessage()));
        }
        return compact(text);
    }

    /** Without the white space between its tokens; everything else as it was written. */
    private static String compact(String json) {
        StringBuilder compact = new StringBuilder(json.length());
        boolean isInText = false;
        for (int i = 0; i < json.length(); i++) {
            char unit = json.charAt(i);
            if (isInText && unit == '\\') {
                compact.append(unit).append(json.charAt(++i));
                continue;
            }
            if (unit == '"') {
                isInText = !isInText;
            }
            if (isInText || " \t\r\n".indexOf(unit) < 0) {
                compact.append(unit);
            }
        }
        return compact.toString();
    }
}
