package dev.estiba.cli.template;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the functions do: text/template/funcs.go, and docker/cli's templates. */
final class Functions {
    private static final int MOST_PADDING = 4096;

    private Functions() {}

    /** The arguments are as many, and of the kinds, as {@link Builtin} says. */
    static GoValue apply(Builtin function, List<GoValue> given) throws CallException {
        return switch (function) {
            case AND, OR, CALL -> throw new CallException("not a function");
            case NOT -> GoValue.of(!given.getFirst().inInterface().isTrue());
            case HTML -> GoValue.of(Escapes.html(joined(given)));
            case JS -> GoValue.of(Escapes.js(joined(given)));
            case URLQUERY ->
                GoValue.of(URLEncoder.encode(joined(given), StandardCharsets.UTF_8)
                        .replace("*", "%2A")
                        .replace("%7E", "~"));
            case INDEX -> Indexing.index(given.getFirst().inInterface(), given.subList(1, given.size()));
            case SLICE -> Indexing.slice(given.getFirst().inInterface(), given.subList(1, given.size()));
            case LEN -> Indexing.length(given.getFirst());
            case PRINT -> GoValue.of(GoFormat.print(given));
            case PRINTF -> GoValue.of(new GoFormat(given.getFirst().text(), given.subList(1, given.size())).text());
            case PRINTLN -> GoValue.of(GoFormat.println(given));
            case EQ, NE, LT, LE, GT, GE -> GoValue.of(Comparison.holds(function, given));
            case JSON -> GoValue.of(GoJson.write(given.getFirst()));
            case SPLIT -> strings(split(given.getFirst().text(), given.get(1).text()));
            case JOIN ->
                GoValue.of(given.getFirst().elements().stream()
                        .map(GoValue::text)
                        .collect(Collectors.joining(given.get(1).text())));
            case TITLE -> GoValue.of(title(given.getFirst().text()));
            case LOWER -> GoValue.of(given.getFirst().text().toLowerCase(Locale.ROOT));
            case UPPER -> GoValue.of(given.getFirst().text().toUpperCase(Locale.ROOT));
            case PAD ->
                pad(given.getFirst().text(), given.get(1).number(), given.get(2).number());
            case TRUNCATE -> truncate(given.getFirst().text(), given.get(1).number());
        };
    }

    private static GoValue strings(List<String> texts) {
        return new GoValue(GoType.STRINGS, texts.stream().map(GoValue::of).toList());
    }

    /** One text as it is; several as print puts them. */
    private static String joined(List<GoValue> given) {
        if (given.size() == 1 && given.getFirst().inInterface().is(GoType.Kind.STRING)) {
            return given.getFirst().inInterface().text();
        }
        return GoFormat.print(given);
    }

    private static List<String> split(String text, String at) {
        if (at.isEmpty()) {
            return text.codePoints().mapToObj(Character::toString).toList();
        }
        return new ArrayList<>(List.of(text.split(Pattern.quote(at), -1)));
    }

    /** strings.Title: each word's first letter. */
    private static String title(String text) {
        StringBuilder title = new StringBuilder();
        boolean isWord = false;
        for (int unit : text.codePoints().toArray()) {
            title.appendCodePoint(isWord ? unit : Character.toTitleCase(unit));
            isWord = Character.isLetterOrDigit(unit) || unit == '_';
        }
        return title.toString();
    }

    private static GoValue pad(String text, long before, long after) throws CallException {
        if (before > MOST_PADDING || after > MOST_PADDING) {
            throw new CallException("at most " + MOST_PADDING + " blanks");
        }
        if (!text.isEmpty() && (before < 0 || after < 0)) {
            throw new CallException("strings: negative Repeat count");
        }
        return GoValue.of(text.isEmpty() ? "" : " ".repeat((int) before) + text + " ".repeat((int) after));
    }

    private static GoValue truncate(String text, long most) throws CallException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < most) {
            return GoValue.of(text);
        }
        if (most < 0) {
            throw new CallException("runtime error: slice bounds out of range [:" + most + "]");
        }
        return GoValue.of(new String(bytes, 0, (int) most, StandardCharsets.UTF_8));
    }
}
