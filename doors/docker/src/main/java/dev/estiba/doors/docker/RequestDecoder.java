package dev.estiba.doors.docker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/** Reads requests. After one whose connection may become a container's it leaves what follows as it is. */
final class RequestDecoder extends HttpRequestDecoder {
    /** Names of images to be saved stand in the line. */
    private static final int LONGEST_LINE = 64 << 10;

    private static final int LONGEST_HEADERS = 32 << 10;
    private static final int CHUNK = 64 << 10;

    private final Runnable atBytes;
    private boolean mayBeHijacked;
    private boolean isPaused;

    /** @param atBytes called when something has come */
    RequestDecoder(Runnable atBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(LONGEST_LINE)
                .setMaxHeaderSize(LONGEST_HEADERS)
                .setMaxChunkSize(CHUNK));
        this.atBytes = atBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        atBytes.run();
        super.channelRead(context, message);
    }

    /** What has come is not thrown away with the end of what comes: it is the container's. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (isPaused) {
            context.fireUserEventTriggered(event);
        } else {
            super.userEventTriggered(context, event);
        }
    }

    /** The class above reads on when what has come was no message. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (isPaused) {
            context.fireChannelReadComplete();
        } else {
            super.channelReadComplete(context);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
        if (isPaused) {
            return;
        }
        int before = out.size();
        super.decode(context, bytes, out);
        for (Object each : out.subList(Math.min(before, out.size()), out.size())) {
            if (each instanceof HttpRequest request) {
                mayBeHijacked = mayBeHijacked(request);
            }
            if (each instanceof LastHttpContent && mayBeHijacked) {
                isPaused = true;
            }
        }
    }

    private static boolean mayBeHijacked(HttpRequest request) {
        if (request.headers().contains(HttpHeaderNames.UPGRADE)) {
            return true;
        }
        String uri = request.uri();
        int mark = uri.indexOf('?');
        String path = mark < 0 ? uri : uri.substring(0, mark);
        return request.method().equals(HttpMethod.POST) && (path.endsWith("/attach") || path.endsWith("/start"));
    }

    /** What follows is a request after all. False when something has followed already, that is not looked at any more. */
    boolean resume() {
        mayBeHijacked = false;
        if (isPaused && actualReadableBytes() > 0) {
            return false;
        }
        isPaused = false;
        return true;
    }

    /** RFC 9112, 6.3: "ought to be handled as an error", for somebody before us may have read it by its length (CVE-2019-20445). */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Transfer-Encoding and Content-Length");
    }
}
