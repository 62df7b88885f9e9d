package dev.estiba.registry.auth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a registry wants to be shown who asks: one challenge of a WWW-Authenticate field (RFC 9110, section 11.6.1).
 *
 * @param scheme in lower case
 * @param parameters by names in lower case
 */
public record Challenge(String scheme, Map<String, String> parameters) {
    private static final int MOST = 16;

    public Challenge {
        parameters = Map.copyOf(parameters);
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** All that the fields have; what is no challenge is passed over, as it comes from a stranger. */
    public static List<Challenge> parse(List<String> fields) {
        List<Challenge> all = new ArrayList<>();
        for (String field : fields) {
            new Reader(field).readInto(all);
        }
        return List.copyOf(all);
    }

    /** Of one field, from its beginning to its end; every step moves forward. */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        void readInto(List<Challenge> all) {
            while (at < text.length() && all.size() < MOST) {
                skip(" \t,");
                String scheme = token();
                if (scheme.isEmpty()) {
                    return;
                }
                all.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters()));
            }
        }

        private Map<String, String> parameters() {
            Map<String, String> found = new LinkedHashMap<>();
            while (at < text.length()) {
                skip(" \t,");
                int start = at;
                String name = token();
                skip(" \t");
                if (name.isEmpty() || at >= text.length() || text.charAt(at) != '=') {
                    at = start; // the next challenge's scheme
                    return found;
                }
                at++;
                skip(" \t");
                found.put(name.toLowerCase(Locale.ROOT), value());
            }
            return found;
        }

        private String value() {
            if (at >= text.length() || text.charAt(at) != '"') {
                return token();
            }
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
            }
            at++;
            return value.toString();
        }

        private String token() {
            int start = at;
            while (at < text.length() && isTokenCharacter(text.charAt(at))) {
                at++;
            }
            return text.substring(start, at);
        }

        /** RFC 9110, section 5.6.2, with what bare values of parameters have in practice. */
        private static boolean isTokenCharacter(char unit) {
            return unit > ' ' && unit < 127 && " \t,=\"()<>@;\\[]?{}".indexOf(unit) < 0;
        }

        private void skip(String these) {
            while (at < text.length() && these.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }
    }
}
