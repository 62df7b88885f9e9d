package dev.estiba.cli.remote;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A request's target: a path of names, and what is asked for. */
final class Query {
    private final StringBuilder text;
    private boolean asked;

    private Query(String path) {
        text = new StringBuilder(path);
    }

    /** @param path of fixed words */
    static Query of(String path) {
        return new Query(path);
    }

    /** @param names of the client's own, each one segment of the path where {@code {}} stands */
    static Query of(String path, String... names) {
        StringBuilder whole = new StringBuilder();
        int from = 0;
        for (String name : names) {
            int at = path.indexOf("{}", from);
            whole.append(path, from, at).append(encoded(name).replace("+", "%20"));
            from = at + 2;
        }
        return new Query(whole.append(path.substring(from)).toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    Query with(String name, String value) {
        text.append(asked ? '&' : '?').append(name).append('=').append(encoded(value));
        asked = true;
        return this;
    }

    Query withText(String name, String value) {
        return value.isEmpty() ? this : with(name, value);
    }

    Query with(String name, Optional<String> value) {
        value.ifPresent(text -> with(name, text));
        return this;
    }

    Query with(String name, List<String> values) {
        values.forEach(value -> with(name, value));
        return this;
    }

    Query when(boolean wanted, String name) {
        return wanted ? with(name, "1") : this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
