package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.ErrorResponse;
import dev.estiba.api.Layout;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Arrays;
import java.util.Map;

/** What is sent of answers, in HTTP's words. */
final class Responses {
    static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

    private static final int TOO_LARGE = 413, URI_TOO_LONG = 414, HEADERS_TOO_LARGE = 431, UNAVAILABLE = 503;

    private Responses() {}

    /** @param isHead whether only the head was asked for */
    static HttpResponse whole(Door door, int status, Map<String, String> headers, byte[] body, boolean isHead) {
        boolean hasNone = status == 204 || status == 304;
        boolean isBare = hasNone || isHead;
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status),
                isBare ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        door.fill(response.headers(), headers);
        if (!hasNone) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, isBare ? 0 : body.length);
        }
        return response;
    }

    /** @param isChunked or it goes on to the connection's end */
    static HttpResponse streamed(Door door, String contentType, boolean isChunked) {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        door.fill(response.headers(), Map.of("Content-Type", contentType));
        if (isChunked) {
            response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        return response;
    }

    static HttpResponse goOn() {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE);
    }

    static HttpResponse with(HttpResponse response, boolean keepsAlive) {
        if (!keepsAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return response;
    }

    /** The API's form of a refusal. */
    static byte[] refusal(ApiException why) {
        return line(Body.ERROR_RESPONSE.write(new ErrorResponse(why.message()), Layout.COMPACT));
    }

    /** A newline follows each document, as Go's encoder writes it. */
    static byte[] line(byte[] json) {
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    static ApiException malformed(Throwable cause) {
        int status = ApiException.BAD_REQUEST;
        if (cause instanceof TooLongFrameException) {
            status = String.valueOf(cause.getMessage()).contains("line") ? URI_TOO_LONG : HEADERS_TOO_LARGE;
        }
        return new ApiException(status, "malformed request");
    }

    static ApiException tooLarge() {
        return new ApiException(TOO_LARGE, "the document is larger than " + Documents.LARGEST + " bytes");
    }

    static ApiException tooMany() {
        return new ApiException(UNAVAILABLE, "too many requests are being answered at the moment; try again later");
    }
}
