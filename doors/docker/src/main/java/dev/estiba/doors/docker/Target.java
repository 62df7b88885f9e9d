package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request line names: a path without escapes and without the version, and the query.
 *
 * @param moved where Go's router sends who has written the path with {@code //} or {@code ..} in it: such a path is none
 */
record Target(String path, ApiVersion version, Query query, Optional<String> moved) {
    private static final Pattern VERSIONED = Pattern.compile("/v([0-9][0-9.]{0,19})(/.*)", Pattern.DOTALL);
    private static final String PLAIN =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:@!$&'()*+,=";

    /**
     * @param uri in origin form, or with a scheme and a host, which say nothing here
     * @throws ApiException 400 for one that is none, and for a version that is not offered
     */
    static Target parse(String uri) throws ApiException {
        String origin = origin(uri);
        int mark = origin.indexOf('?');
        String path = decode(mark < 0 ? origin : origin.substring(0, mark), false);
        if (path.indexOf('\0') >= 0) {
            throw ApiException.badRequest("invalid path: a NUL character is not allowed here");
        }
        String query = mark < 0 ? "" : origin.substring(mark + 1);
        String clean = cleaned(path);
        Optional<String> moved = clean.equals(path)
                ? Optional.empty()
                : Optional.of(encode(clean) + (query.isEmpty() ? "" : "?" + encodeQuery(query)));
        Matcher versioned = VERSIONED.matcher(clean);
        ApiVersion version = ApiVersion.NEWEST;
        if (versioned.matches()) {
            version = ApiVersion.parse(versioned.group(1));
            clean = versioned.group(2);
        }
        return new Target(clean, version, Query.parse(query), moved);
    }

    private static String origin(String uri) throws ApiException {
        if (uri.startsWith("/")) {
            return uri;
        }
        int scheme = uri.indexOf("://");
        int slash = scheme < 0 ? -1 : uri.indexOf('/', scheme + 3);
        if (slash < 0 || !uri.startsWith("http")) {
            throw ApiException.badRequest("invalid request target");
        }
        return uri.substring(slash);
    }

    /** RFC 3986, 2.1. @param isForm a plus is a space */
    static String decode(String text, boolean isForm) throws ApiException {
        if (text.indexOf('%') < 0 && text.chars().allMatch(c -> c > 0x20 && c < 0x7f && (c != '+' || !isForm))) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw ApiException.badRequest("invalid URL escape in the request line");
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else if (c > 0xff || c < 0x20 || c == 0x7f) {
                throw ApiException.badRequest("invalid character in the request line");
            } else {
                bytes.write(isForm && c == '+' ? ' ' : c); // Netty has read the line as ISO 8859-1
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ApiException(ApiException.BAD_REQUEST, "the request line is no UTF-8 text", e);
        }
    }

    /** Go's path.Clean, with a slash at its end where there was one. */
    private static String cleaned(String path) {
        if (!path.contains("//") && !path.contains("/.")) {
            return path;
        }
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            switch (part) {
                case "", "." -> {}
                case ".." -> parts.pollLast();
                default -> parts.addLast(part);
            }
        }
        String clean = "/" + String.join("/", parts);
        return path.endsWith("/") && !clean.equals("/") ? clean + "/" : clean;
    }

    private static String encode(String path) {
        StringBuilder text = new StringBuilder();
        for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            if (PLAIN.indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return text.toString();
    }

    /** It comes from a request line, so what would end a header's line is not in it; what is not printable goes. */
    private static String encodeQuery(String query) {
        return query.chars()
                .filter(c -> c > 0x20 && c < 0x7f)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
