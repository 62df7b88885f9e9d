package dev.estiba.registry.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request.
 *
 * @param headers without those that the client sets itself: Host, Content-Length, User-Agent
 * @param content what is sent, if anything
 */
public record Call(String method, URI uri, Map<String, String> headers, Optional<Content> content) {
    /** What is sent with a request. */
    public sealed interface Content {
        /** Few bytes, which can be sent again. */
        record Bytes(byte[] bytes) implements Content {
            public Bytes {
                bytes = bytes.clone();
            }

            @Override
            public byte[] bytes() {
                return bytes.clone();
            }

            @Override
            public String toString() {
                return bytes.length + " bytes";
            }
        }

        /** A stream of a known length, sent once: whoever has it knows how to go on after a failure. */
        record Stream(Opening opening, long length) implements Content {}
    }

    /** Opens what is sent; the client closes it. */
    @FunctionalInterface
    public interface Opening {
        InputStream open() throws IOException;
    }

    public Call {
        headers = Map.copyOf(headers);
    }

    public static Call of(String method, URI uri) {
        return new Call(method, uri, Map.of(), Optional.empty());
    }

    public Call with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Call(method, uri, more, content);
    }

    public Call without(String header) {
        Map<String, String> fewer = new LinkedHashMap<>(headers);
        fewer.remove(header);
        return new Call(method, uri, fewer, content);
    }

    public Call to(URI other) {
        return new Call(method, other, headers, content);
    }

    public Call sending(Content bytes) {
        return new Call(method, uri, headers, Optional.of(bytes));
    }

    boolean canBeRepeated() {
        return content.filter(Content.Stream.class::isInstance).isEmpty();
    }

    /** How many bytes come from a stream; below 0 when there is none. */
    long streamed() {
        return content.filter(Content.Stream.class::isInstance)
                .map(each -> ((Content.Stream) each).length())
                .orElse(-1L);
    }

    /** Without its headers, one of which may be a secret, and without the query, which may have one. */
    @Override
    public String toString() {
        return method + " " + Failures.place(uri) + uri.getRawPath();
    }
}
