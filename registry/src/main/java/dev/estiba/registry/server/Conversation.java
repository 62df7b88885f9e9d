package dev.estiba.registry.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One connection: request after request, each piece of a body after the one before has been worked off, so that no client fills the
 * memory. What touches files is done by workers, one at a time for a connection; everything else in the connection's own thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is heard of
final class Conversation extends ChannelInboundHandlerAdapter {
    /** Of the body of a request that is refused so much is read, so that the client sees the answer. */
    private static final long MOST_PASSED_OVER = 8L << 20;

    private static final long FEWEST_BYTES = 256;
    private static final long SHORT = 64 << 10;

    private final Service service;
    private final Metrics metrics;
    private final Executor workers;
    private final Limits limits;
    private final Sender sender;

    private State state = State.HEAD;
    private boolean isWorking;
    private boolean isClosed;
    private boolean isEnding;
    private String method = "";
    private boolean keepsAlive;
    private boolean isRead;
    private long moved;
    private long passedOver;
    private Optional<Receiver> receiver = Optional.empty();
    private Optional<ScheduledFuture<?>> clock = Optional.empty();

    private enum State {
        /** Of the next request. */
        HEAD,
        BODY,
        /** The answer has been given, and the rest of the body is passed over. */
        REST,
        ANSWER
    }

    Conversation(Service service, Metrics metrics, Executor workers, Limits limits) {
        this.service = service;
        this.metrics = metrics;
        this.workers = workers;
        this.limits = limits;
        this.sender = new Sender(metrics);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        next(context);
    }

    /** The next request may come. */
    private void next(ChannelHandlerContext context) {
        state = State.HEAD;
        receiver = Optional.empty();
        if (isEnding) {
            context.close();
            return;
        }
        schedule(context, limits.head().toNanos(), context::close);
        context.read();
    }

    private void schedule(ChannelHandlerContext context, long nanos, Runnable then) {
        stopClock();
        clock = Optional.of(context.executor().schedule(then, nanos, TimeUnit.NANOSECONDS));
    }

    private void stopClock() {
        clock.ifPresent(each -> each.cancel(false));
        clock = Optional.empty();
    }

    /** Something has to move in each while; for as long as it is the workers' turn, that is no matter of the client's. */
    private void watch(ChannelHandlerContext context) {
        long before = moved;
        schedule(context, limits.stall().toNanos(), () -> {
            if (isWorking || moved - before >= FEWEST_BYTES) {
                watch(context);
            } else {
                context.close();
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        switch (message) {
            case HttpRequest head when state == State.HEAD -> head(context, head);
            case HttpContent content when state == State.BODY -> body(context, content);
            case HttpContent content when state == State.REST -> rest(context, content);
            default -> {
                ReferenceCountUtil.release(message); // after what could not be decoded
                context.close();
            }
        }
    }

    private void head(ChannelHandlerContext context, HttpRequest head) {
        method = head.method().name();
        keepsAlive = HttpUtil.isKeepAlive(head);
        if (head.decoderResult().isFailure()) {
            refuseUndecoded(context, head.decoderResult().cause());
            return;
        }
        state = State.BODY;
        isRead = false;
        moved = 0;
        watch(context);
        boolean expects = HttpUtil.is100ContinueExpected(head);
        boolean isShort =
                !expects && !HttpUtil.isTransferEncodingChunked(head) && HttpUtil.getContentLength(head, 0L) <= SHORT;
        work(context, () -> {
            Receiver begun = begin(head, isShort);
            return () -> {
                receiver = Optional.of(begun);
                if (expects) {
                    context.writeAndFlush(
                            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
                }
                context.read();
            };
        });
    }

    /** A short body is read before the answer is no, so that the connection can be gone on with. */
    private Receiver begin(HttpRequest head, boolean isShort) throws IOException {
        try {
            return service.begin(request(head));
        } catch (Refused e) {
            if (isShort) {
                return Receiver.of(e::reply);
            }
            throw e;
        }
    }

    private static Request request(HttpRequest head) throws Refused {
        try {
            return Request.of(head);
        } catch (IllegalArgumentException e) {
            Refused refused = new Refused(ErrorCode.NAME_INVALID, "the request's address cannot be understood");
            refused.initCause(e);
            throw refused;
        }
    }

    private void refuseUndecoded(ChannelHandlerContext context, Throwable cause) {
        int status = 400;
        if (cause instanceof TooLongFrameException) {
            status = String.valueOf(cause.getMessage()).contains("line") ? 414 : 431;
        }
        keepsAlive = false;
        answer(context, Reply.of(status));
    }

    private void body(ChannelHandlerContext context, HttpContent content) {
        if (content.decoderResult().isFailure() || receiver.isEmpty()) {
            content.release();
            context.close();
            return;
        }
        int length = content.content().readableBytes();
        moved += length;
        metrics.received(length);
        Receiver to = receiver.get();
        boolean isLast = content instanceof LastHttpContent;
        isRead = isLast;
        work(context, () -> {
            try {
                if (length > 0) {
                    to.write(content.content().nioBuffer());
                }
            } finally {
                content.release();
            }
            if (!isLast) {
                return context::read;
            }
            Reply reply = end(to);
            return () -> answer(context, reply);
        });
    }

    /** It has ended then, whatever it says. */
    private static Reply end(Receiver receiver) throws Ended {
        try {
            return receiver.end();
        } catch (Refused e) {
            return e.reply();
        } catch (IOException | RuntimeException e) {
            throw new Ended(e);
        }
    }

    /** A receiver's end has failed: it is not to be aborted. */
    private static final class Ended extends IOException {
        private static final long serialVersionUID = 1;

        Ended(Exception cause) {
            super(cause);
        }
    }

    @FunctionalInterface
    private interface Work {
        /** Done by a worker; what it returns is done in the connection's thread. */
        Runnable run() throws IOException;
    }

    private void work(ChannelHandlerContext context, Work work) {
        isWorking = true;
        try {
            workers.execute(() -> {
                Runnable then;
                try {
                    then = work.run();
                } catch (Refused e) {
                    then = () -> refuse(context, e.reply());
                } catch (Ended e) {
                    Reply failed = failed(String.valueOf(e.getCause()));
                    then = () -> {
                        receiver = Optional.empty();
                        answer(context, failed);
                    };
                } catch (IOException | RuntimeException e) {
                    Reply failed = failed(e.toString());
                    then = () -> refuse(context, failed);
                }
                Runnable next = then;
                context.executor().execute(() -> proceed(next));
            });
        } catch (RejectedExecutionException e) {
            isWorking = false;
            context.close(); // the server has ended
        }
    }

    private static Reply failed(String why) {
        System.getLogger(RegistryServer.class.getName()).log(System.Logger.Level.WARNING, "a request failed: {0}", why);
        return Reply.of(500)
                .with("Content-Type", "application/json")
                .body(Refused.json(
                        ErrorCode.UNKNOWN, "the request could not be carried out; the server's log says why"));
    }

    private void proceed(Runnable then) {
        isWorking = false;
        then.run(); // also of a closed connection: an answer's file has to be closed
        if (isClosed) {
            stopClock();
            abort();
        }
    }

    /** Of a body that is not wanted some is passed over; a client that still sends could not read the answer otherwise. */
    private void refuse(ChannelHandlerContext context, Reply reply) {
        abort();
        state = State.REST;
        keepsAlive = false;
        sender.send(context, method, reply, false).addListener(sent -> {
            if (sent.isSuccess() && !isRead && !isEnding) {
                schedule(context, limits.grace().toNanos(), context::close);
                context.read();
            } else {
                context.close();
            }
        });
    }

    private void rest(ChannelHandlerContext context, HttpContent content) {
        passedOver += content.content().readableBytes();
        boolean isEnd = content instanceof LastHttpContent || passedOver > MOST_PASSED_OVER;
        content.release();
        if (isEnd) {
            context.close();
        } else {
            context.read();
        }
    }

    private void abort() {
        Optional<Receiver> left = receiver;
        receiver = Optional.empty();
        if (left.isPresent()) {
            try {
                workers.execute(() -> abort(left.get()));
            } catch (RejectedExecutionException e) {
                abort(left.get()); // the server ends, and this thread with it
            }
        }
    }

    private static void abort(Receiver receiver) {
        try {
            receiver.abort();
        } catch (IOException e) {
            System.getLogger(RegistryServer.class.getName())
                    .log(System.Logger.Level.WARNING, "an upload could not be put aside", e);
        }
    }

    private void answer(ChannelHandlerContext context, Reply reply) {
        state = State.ANSWER;
        receiver = Optional.empty();
        if (isEnding) {
            keepsAlive = false;
        }
        moved = 0;
        watch(context);
        sender.send(context, method, reply, keepsAlive, sent -> moved += sent).addListener(sent -> {
            if (sent.isSuccess() && keepsAlive) {
                next(context);
            } else {
                context.close();
            }
        });
    }

    /** Closes at once what has nothing to do, and the rest after its answer. Called by the server's thread. */
    static void end(Channel channel) {
        Conversation conversation = channel.pipeline().get(Conversation.class);
        if (conversation == null) {
            channel.close();
            return;
        }
        channel.eventLoop().execute(() -> {
            conversation.isEnding = true;
            if (conversation.state == State.HEAD || conversation.state == State.REST) {
                channel.close();
            }
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        isClosed = true;
        stopClock();
        if (!isWorking) {
            abort();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // a reset, a failed handshake: the client knows
    }
}
