package dev.estiba.cli.remote;

import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The beginning of an answer.
 *
 * @param headers by their names in lower case
 */
record ResponseHead(int status, Map<String, String> headers) {
    static final int SWITCHING = 101, OK = 200, NO_CONTENT = 204, NOT_MODIFIED = 304;

    private static final int MOST_HEADERS = 100;

    /** RFC 9112, sections 4 and 5. */
    static ResponseHead read(Connection from) throws IOException {
        String first = from.line();
        String[] words = first.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5][0-9]{2}")) {
            throw new IOException("it is no HTTP that is spoken there: \"" + first + "\"");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = from.line(); !line.isEmpty(); line = from.line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || headers.size() == MOST_HEADERS) {
                throw new IOException("the daemon's answer has a malformed header: \"" + line + "\"");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new ResponseHead(Integer.parseInt(words[1]), headers);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    boolean says(String name, String value) {
        return header(name).filter(value::equalsIgnoreCase).isPresent();
    }

    boolean hasNoBody() {
        return status == NO_CONTENT || status == NOT_MODIFIED;
    }
}
