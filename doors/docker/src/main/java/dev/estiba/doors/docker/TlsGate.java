package dev.estiba.doors.docker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;

/**
 * What stands on both sides of a connection's TLS. Outside: who speaks HTTP is told so, as by Go's servers, and who is refused can read
 * why before the connection goes. Inside: the end of what a client sends is close_notify, which leaves the other direction open, while
 * the end of the connection without one is nobody's wish (RFC 8446, 6.1). Who has not shown a certificate yet has one of a few places, for
 * as long as a request's head may take.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is heard of
final class TlsGate {
    private static final Logger LOG = System.getLogger(DockerDoor.class.getName());

    /** RFC 8446, 5.1: the type of the first record. */
    private static final int HANDSHAKE = 22;

    /** net/http of Go, conn.serve. */
    private static final byte[] NOT_HTTP =
            "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
                    .getBytes(StandardCharsets.US_ASCII);

    /** In which who is refused reads the reason; what it sends meanwhile would reset the connection otherwise. */
    private static final Duration REASON = Duration.ofSeconds(2);

    private final ClientChannel channel;
    private final Semaphore places;
    private boolean hasPlace = true;
    private boolean isRefused;
    private boolean isInputOver;

    private TlsGate(ClientChannel channel, Semaphore places) {
        this.channel = channel;
        this.places = places;
    }

    /**
     * Before anything else is added.
     *
     * @param places of which one was taken for it
     * @param time in which the client has to have shown its certificate
     */
    static void add(ClientChannel channel, SSLEngine engine, Semaphore places, Duration time) {
        TlsGate gate = new TlsGate(channel, places);
        SslHandler tls = new SslHandler(engine);
        tls.setHandshakeTimeoutMillis(time.toMillis());
        ChannelPipeline handlers = channel.pipeline();
        channel.closeFuture().addListener(_ -> gate.leavePlace());
        handlers.addLast(gate.new Outside()).addLast(tls).addLast(gate.new Inside());
    }

    private void leavePlace() {
        if (hasPlace) {
            hasPlace = false;
            places.release();
        }
    }

    private final class Outside extends ChannelDuplexHandler {
        private boolean isBegun;
        private boolean isClosing;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (isRefused || isInputOver) {
                ReferenceCountUtil.release(message);
                context.read();
                return;
            }
            if (!isBegun && message instanceof ByteBuf bytes && bytes.isReadable()) {
                isBegun = true;
                byte first = bytes.getByte(bytes.readerIndex());
                if (first != HANDSHAKE) {
                    bytes.release();
                    isRefused = true;
                    if (Character.isLetter(first)) {
                        context.write(Unpooled.wrappedBuffer(NOT_HTTP));
                    }
                    context.flush();
                    close(context, context.newPromise());
                    return;
                }
            }
            context.fireChannelRead(message);
        }

        /** Who was refused has a moment to read why. */
        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            if (!isRefused || !channel.isActive()) {
                context.close(promise);
                return;
            }
            if (isClosing) {
                channel.closeFuture().addListener(_ -> promise.trySuccess());
                return;
            }
            isClosing = true;
            try {
                channel.endOutput();
            } catch (IOException e) {
                context.close(promise); // it has gone
                return;
            }
            channel.eventLoop().schedule(() -> context.close(promise), REASON.toNanos(), TimeUnit.NANOSECONDS);
            context.read();
        }

        /** Who has said before that it sends nothing more may still read; who has not said so has gone. */
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (!(event instanceof ChannelInputShutdownEvent)) {
                context.fireUserEventTriggered(event);
            } else if (!isInputOver) {
                context.close();
            }
        }
    }

    private final class Inside extends ChannelDuplexHandler {
        private boolean isEndTold;

        /** The end is told to who asks for more: what has come before it may wait still ({@link OneByOne}). */
        @Override
        public void read(ChannelHandlerContext context) {
            if (!isInputOver) {
                context.read();
            } else if (!isEndTold) {
                isEndTold = true;
                channel.eventLoop().execute(() -> context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE));
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            switch (event) {
                case SslHandshakeCompletionEvent shown when shown.isSuccess() -> leavePlace();
                case SslHandshakeCompletionEvent refused -> {
                    isRefused = true;
                    LOG.log(
                            Level.DEBUG,
                            () -> "TLS handshake error from " + channel.remoteAddress() + ": "
                                    + refused.cause().getMessage());
                }
                case SslCloseCompletionEvent end
                when end.isSuccess() -> {
                    isInputOver = true;
                    context.read(); // what comes still is passed over
                }
                default -> context.fireUserEventTriggered(event);
            }
        }
    }
}
