package dev.estiba.registry.server;

import dev.estiba.registry.tls.ServerIdentity;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.ssl.SslHandler;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** What each connection gets. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is heard of
final class Opening extends ChannelInitializer<SocketChannel> {
    private static final int LONGEST_LINE = 8 << 10;
    private static final int LONGEST_HEADERS = 16 << 10;
    private static final int CHUNK = 256 << 10;

    /** With so many connections each has smaller buffers, since the command's JVM has few megabytes beside its heap. */
    private static final int MANY = 64;

    private static final int SMALL_CHUNK = 16 << 10;

    private final Metrics metrics;
    private final ChannelGroup connections;
    private final ExecutorService workers;
    private final Limits limits;
    private final Optional<ServerIdentity> identity;
    private volatile @Nullable Service service;

    Opening(
            Metrics metrics,
            ChannelGroup connections,
            ExecutorService workers,
            Limits limits,
            Optional<ServerIdentity> identity) {
        this.metrics = metrics;
        this.connections = connections;
        this.workers = workers;
        this.limits = limits;
        this.identity = identity;
    }

    /** From now on. */
    void serve(Service how) {
        service = how;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        int now = metrics.connected();
        channel.closeFuture().addListener(closed -> metrics.disconnected());
        Service known = service;
        if (known == null || now > limits.connections()) {
            channel.close();
            return;
        }
        connections.add(channel);
        int chunk = now <= MANY ? CHUNK : SMALL_CHUNK;
        // What one read has brought is worked off before the next one.
        channel.config()
                .setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(1024, 8192, chunk).maxMessagesPerRead(1));
        ChannelPipeline pipeline = channel.pipeline();
        if (identity.isPresent()) {
            SslHandler tls = new SslHandler(identity.get().engine());
            tls.setHandshakeTimeoutMillis(limits.head().toMillis());
            pipeline.addLast(tls);
        }
        pipeline.addLast(new Requests())
                .addLast(new HttpResponseEncoder())
                .addLast(new Conversation(known, metrics, workers, limits, identity.isPresent()));
    }

    private static final class Requests extends HttpRequestDecoder {
        Requests() {
            super(new HttpDecoderConfig()
                    .setMaxInitialLineLength(LONGEST_LINE)
                    .setMaxHeaderSize(LONGEST_HEADERS)
                    .setMaxChunkSize(CHUNK));
        }

        /** RFC 9112, 6.3: "ought to be handled as an error", for somebody before us may have read it by its length (CVE-2019-20445). */
        @Override
        protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
            throw new IllegalArgumentException("both Transfer-Encoding and Content-Length");
        }
    }
}
