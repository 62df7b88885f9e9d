package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** What is asked of a request's head before anybody looks at what it wants. */
final class Heads {
    private static final int EXPECTATION_FAILED = 417;
    private static final int UNSUPPORTED_VERSION = 505;
    private static final String HOST = "[A-Za-z0-9._~%!$&'()*+,;=:@\\[\\]-]*";

    private Heads() {}

    /** RFC 9112, 3.2 and 6: what two readers may understand in two ways is refused (request smuggling). */
    static void check(HttpRequest head) throws ApiException {
        HttpHeaders headers = head.headers();
        HttpVersion version = head.protocolVersion();
        if (version.majorVersion() != 1) {
            throw new ApiException(UNSUPPORTED_VERSION, "unsupported protocol version");
        }
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        boolean needsHost = version.minorVersion() > 0;
        if (hosts.isEmpty() && needsHost) {
            throw ApiException.badRequest("missing required Host header");
        }
        if (hosts.size() > 1 || (hosts.size() == 1 && !hosts.getFirst().matches(HOST))) {
            throw ApiException.badRequest("malformed Host header");
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (codings.size() > 1
                || (codings.size() == 1 && !codings.getFirst().strip().equalsIgnoreCase("chunked"))) {
            throw ApiException.notImplemented("Unsupported transfer encoding");
        }
        if (!codings.isEmpty() && !needsHost) {
            throw ApiException.badRequest("Transfer-Encoding is none of HTTP/1.0's");
        }
        for (String expectation : headers.getAll(HttpHeaderNames.EXPECT)) {
            if (!expectation.equalsIgnoreCase("100-continue")) {
                throw new ApiException(EXPECTATION_FAILED, "unknown expectation");
            }
        }
        length(headers);
    }

    /** Empty when none is told. */
    static OptionalLong length(HttpHeaders headers) throws ApiException {
        List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (lengths.isEmpty()) {
            return OptionalLong.empty();
        }
        if (lengths.size() > 1 || !lengths.getFirst().matches("[0-9]{1,18}")) {
            throw ApiException.badRequest("malformed Content-Length header");
        }
        return OptionalLong.of(Long.parseLong(lengths.getFirst()));
    }

    static boolean hasBody(HttpRequest head) throws ApiException {
        return HttpUtil.isTransferEncodingChunked(head)
                || length(head.headers()).orElse(0) > 0;
    }

    /**
     * Whether a body may be read as JSON (httputils.CheckForJSON). A page in somebody's browser can send any other type to any
     * server without asking, and this one not.
     */
    static void checkJson(HttpRequest head) throws ApiException {
        Optional<String> type = Optional.ofNullable(head.headers().get(HttpHeaderNames.CONTENT_TYPE));
        if (type.isEmpty() || type.get().isBlank()) {
            if (hasBody(head)) {
                throw ApiException.badRequest("malformed Content-Type header (): mime: no media type");
            }
            return;
        }
        String media = type.get().split(";", 2)[0].strip();
        if (!media.toLowerCase(Locale.ROOT).equals("application/json")) {
            String shown = media.length() <= 100 ? media : media.substring(0, 100);
            throw ApiException.badRequest(
                    "unsupported Content-Type header (" + shown + "): must be 'application/json'");
        }
    }
}
