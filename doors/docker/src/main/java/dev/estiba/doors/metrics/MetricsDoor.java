package dev.estiba.doors.metrics;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code GET /metrics}, and nothing else, of one thread: a request a connection, few connections, and little time. */
public final class MetricsDoor implements AutoCloseable {
    private static final Logger LOG = System.getLogger(MetricsDoor.class.getName());
    private static final int CONNECTIONS = 16;
    private static final int SECONDS = 10;
    private static final int LARGEST_BODY = 1024;

    private final EventLoopGroup thread;
    private final Channel listener;

    private MetricsDoor(EventLoopGroup thread, Channel listener) {
        this.thread = thread;
        this.listener = listener;
    }

    /** What is answered. */
    public interface Source {
        byte[] text() throws IOException;
    }

    /**
     * Answers from now on.
     *
     * @param contentType of the source's texts
     * @throws IOException when it cannot listen there
     */
    public static MetricsDoor open(InetSocketAddress address, String contentType, Source source) throws IOException {
        EventLoopGroup thread = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("estiba-metrics", true), NioIoHandler.newFactory());
        AtomicInteger connections = new AtomicInteger();
        // 0.0.0.0 does not mean IPv6 too.
        SocketProtocolFamily family =
                address.getAddress() instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
        ChannelFuture bound = new ServerBootstrap()
                .group(thread)
                .channelFactory(() -> new NioServerSocketChannel(SelectorProvider.provider(), family))
                .option(ChannelOption.SO_BACKLOG, CONNECTIONS)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        int now = connections.incrementAndGet();
                        channel.closeFuture().addListener(_ -> connections.decrementAndGet());
                        if (now > CONNECTIONS) {
                            var unused = channel.close();
                            return;
                        }
                        channel.pipeline()
                                .addLast(new ReadTimeoutHandler(SECONDS))
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(LARGEST_BODY))
                                .addLast(new Answering(contentType, source));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            end(thread);
            throw new IOException("cannot listen on " + address.getHostString() + ":" + address.getPort()
                    + " for metrics: " + bound.cause().getMessage());
        }
        return new MetricsDoor(thread, bound.channel());
    }

    /** With the port that it was given. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    private static void end(EventLoopGroup thread) {
        thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        end(thread);
    }

    private static final class Answering extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final String contentType;
        private final Source source;

        Answering(String contentType, Source source) {
            this.contentType = contentType;
            this.source = source;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            String path = request.uri().split("\\?", 2)[0];
            if (!request.decoderResult().isSuccess()) {
                answer(context, HttpResponseStatus.BAD_REQUEST, "text/plain", "malformed request\n");
            } else if (!path.equals("/metrics")) {
                answer(context, HttpResponseStatus.NOT_FOUND, "text/plain", "404 page not found\n");
            } else if (!request.method().equals(HttpMethod.GET)) {
                answer(context, HttpResponseStatus.METHOD_NOT_ALLOWED, "text/plain", "only GET\n");
            } else {
                measure(context);
            }
        }

        private void measure(ChannelHandlerContext context) {
            try {
                answer(context, HttpResponseStatus.OK, contentType, source.text());
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "metrics could not be read", e);
                answer(
                        context,
                        HttpResponseStatus.INTERNAL_SERVER_ERROR,
                        "text/plain",
                        "metrics could not be read: " + e.getMessage() + "\n");
            }
        }

        private static void answer(ChannelHandlerContext context, HttpResponseStatus status, String type, String text) {
            answer(context, status, type, text.getBytes(StandardCharsets.UTF_8));
        }

        private static void answer(ChannelHandlerContext context, HttpResponseStatus status, String type, byte[] body) {
            DefaultFullHttpResponse response =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, type)
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                    .set(HttpHeaderNames.CONNECTION, "close");
            context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var unused = context.close(); // it was too slow, or has gone
        }
    }
}
