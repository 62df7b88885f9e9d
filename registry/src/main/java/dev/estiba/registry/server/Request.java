package dev.estiba.registry.server;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
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

    /** @throws IllegalArgumentException when its address cannot be understood */
    static Request of(HttpRequest head) {
        QueryStringDecoder address =
                QueryStringDecoder.builder().maxParams(MOST_PARAMETERS).build(head.uri());
        long length = HttpUtil.getContentLength(head, -1L);
        return new Request(
                head.method().name(),
                address.path(),
                address.parameters(),
                head.headers(),
                length < 0 ? OptionalLong.empty() : OptionalLong.of(length));
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
