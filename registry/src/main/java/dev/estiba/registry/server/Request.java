package dev.estiba.registry.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request's head.
 *
 * @param path decoded
 * @param length of the body, when it is said
 */
record Request(String method, String path, Map<String, List<String>> query, HttpHeaders headers, OptionalLong length) {
    private static final int MOST_PARAMETERS = 64;

    /** @throws Refused when it cannot be understood in one way alone (RFC 9112, sections 3.2 and 6.3) */
    static Request of(HttpRequest head) throws Refused {
        boolean is11 = head.protocolVersion().equals(HttpVersion.HTTP_1_1);
        int hosts = head.headers().getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || is11 && hosts == 0) {
            throw new Refused(400, ErrorCode.UNSUPPORTED, "a request says once for which host it is");
        }
        if (is11 && head.headers().contains(HttpHeaderNames.EXPECT) && !HttpUtil.is100ContinueExpected(head)) {
            throw new Refused(417, ErrorCode.UNSUPPORTED, "100-continue can be expected, and nothing else");
        }
        try {
            QueryStringDecoder address =
                    QueryStringDecoder.builder().maxParams(MOST_PARAMETERS).build(head.uri());
            long length = HttpUtil.getContentLength(head, -1L);
            return new Request(
                    head.method().name(),
                    address.path(),
                    address.parameters(),
                    head.headers(),
                    length < 0 ? OptionalLong.empty() : OptionalLong.of(length));
        } catch (IllegalArgumentException e) {
            Refused refused = new Refused(ErrorCode.NAME_INVALID, "the request's address cannot be understood");
            refused.initCause(e);
            throw refused;
        }
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name)).map(List::getFirst);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    boolean is(String... methods) {
        return List.of(methods).contains(method);
    }

    boolean isRead() {
        return is("GET", "HEAD");
    }
}
