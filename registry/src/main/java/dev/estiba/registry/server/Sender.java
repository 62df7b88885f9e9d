package dev.estiba.registry.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.util.function.LongConsumer;

/** Sends answers: a file by sendfile(2). */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is heard of
final class Sender {
    private final Metrics metrics;

    Sender(Metrics metrics) {
        this.metrics = metrics;
    }

    ChannelFuture send(ChannelHandlerContext context, String method, Reply reply, boolean keepsAlive) {
        return send(context, method, reply, keepsAlive, any -> {});
    }

    /**
     * @param progress hears how many bytes have left, piece by piece
     * @return when all of it has left
     */
    ChannelFuture send(
            ChannelHandlerContext context, String method, Reply reply, boolean keepsAlive, LongConsumer progress) {
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
                    close(reply);
                    yield context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
                }
                context.write(response);
                yield part(context, part, progress);
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

    private static ChannelFuture part(ChannelHandlerContext context, Reply.Part part, LongConsumer progress) {
        ChannelProgressivePromise promise = context.newProgressivePromise();
        promise.addListener(new ChannelProgressiveFutureListener() {
            private long told;

            @Override
            public void operationProgressed(ChannelProgressiveFuture future, long now, long total) {
                progress.accept(now - told);
                told = now;
            }

            @Override
            public void operationComplete(ChannelProgressiveFuture future) {
                // its waiter hears of it
            }
        });
        context.write(new DefaultFileRegion(part.file(), part.offset(), part.length()), promise);
        return context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private static void close(Reply reply) {
        try {
            reply.discard();
        } catch (IOException e) {
            System.getLogger(RegistryServer.class.getName())
                    .log(System.Logger.Level.WARNING, "a file could not be closed", e);
        }
    }
}
