package dev.estiba.registry.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;

/** Sends answers. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is heard of
final class Sender {
    private final Metrics metrics;
    private final boolean isEncrypted;

    /** Who wants to know how an answer goes. */
    interface Progress {
        /** So many bytes more have been given to the connection. */
        void moved(long bytes);

        /** Whether it is the server that has nothing to send yet. */
        void waiting(boolean isWaiting);
    }

    Sender(Metrics metrics, boolean isEncrypted) {
        this.metrics = metrics;
        this.isEncrypted = isEncrypted;
    }

    /** @return when all of it has left */
    ChannelFuture send(
            ChannelHandlerContext context, String method, Reply reply, boolean keepsAlive, Progress progress) {
        boolean isBare = method.equals("HEAD") || reply.status() == 304 || reply.status() == 204;
        metrics.answered(method, reply.status(), isBare ? 0 : reply.body().length());
        return switch (reply.body()) {
            case Reply.Bytes(byte[] bytes) -> {
                HttpResponse response = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(reply.status()),
                        isBare ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes));
                fill(response.headers(), reply, keepsAlive);
                yield context.writeAndFlush(response);
            }
            case Reply.Part part -> {
                HttpResponse response =
                        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()));
                fill(response.headers(), reply, keepsAlive);
                if (isBare || part.length() == 0 || !context.channel().isActive()) {
                    context.write(response);
                    release(part);
                    yield context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
                }
                context.write(response);
                yield new PartSender(context, part, isEncrypted, progress).start();
            }
        };
    }

    private static void fill(HttpHeaders headers, Reply reply, boolean keepsAlive) {
        reply.headers().forEach(headers::set);
        if (reply.status() != 204 && reply.status() != 304) {
            headers.set(
                    HttpHeaderNames.CONTENT_LENGTH, Long.toString(reply.body().length()));
        }
        headers.set("Docker-Distribution-Api-Version", "registry/2.0");
        headers.set("X-Content-Type-Options", "nosniff");
        if (!keepsAlive) {
            headers.set(HttpHeaderNames.CONNECTION, "close");
        }
    }

    static void release(Reply.Part part) {
        try {
            part.arrival().release(part.file());
        } catch (IOException e) {
            System.getLogger(RegistryServer.class.getName())
                    .log(System.Logger.Level.WARNING, "a file could not be closed", e);
        }
    }
}
