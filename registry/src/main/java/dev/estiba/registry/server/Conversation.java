package dev.estiba.registry.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One connection: request after request, each piece of a body after the one before has been worked off, so that no client fills the
 * memory. What looks into the store is done by workers, one at a time for a connection; the pieces of a body, and everything else, in the
 * connection's own thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is heard of
final class Conversation extends ChannelInboundHandlerAdapter implements Sender.Progress {
    /** Of the body of a request that is refused so much is read, so that the client sees the answer. */
    private static final long MOST_PASSED_OVER = 8L << 20;

    private static final long FEWEST_BYTES = 4096;
    private static final long SHORT = 64 << 10;

    private final Service service;
    private final Metrics metrics;
    private final Executor workers;
    private final Limits limits;
    private final boolean isEncrypted;
    private final Sender sender;
    private final Inbox inbox = new Inbox();

    private State state = State.HEAD;
    private boolean isWorking;
    private boolean isWaiting;
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
        HEAD,
        BODY,
        /** The answer has been given, and the rest of the body is passed over. */
        REST,
        ANSWER
    }

    Conversation(Service service, Metrics metrics, Executor workers, Limits limits, boolean isEncrypted) {
        this.service = service;
        this.metrics = metrics;
        this.workers = workers;
        this.limits = limits;
        this.isEncrypted = isEncrypted;
        this.sender = new Sender(metrics, isEncrypted);
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
        take(context);
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
        long before = progress(context);
        schedule(context, limits.stall().toNanos(), () -> {
            if (isWorking || isWaiting || progress(context) - before >= FEWEST_BYTES) {
                watch(context);
            } else {
                context.close();
            }
        });
    }

    /** What has come or has been given to the connection, without what waits there for the client. */
    private long progress(ChannelHandlerContext context) {
        return moved - context.channel().bytesBeforeWritable();
    }

    @Override
    public void moved(long bytes) {
        moved += bytes;
    }

    @Override
    public void waiting(boolean isWaitingNow) {
        isWaiting = isWaitingNow;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (isClosed) {
            ReferenceCountUtil.release(message);
        } else if (!inbox.add(context.alloc(), message)) {
            context.close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        take(context);
    }

    /** Works off what has been read. It is read on when nothing is left of that, and more is wanted. */
    private void take(ChannelHandlerContext context) {
        while (!isWorking && state != State.ANSWER && !inbox.isEmpty()) {
            if (state == State.BODY) {
                body(context);
            } else {
                Inbox.Item item = inbox.poll().orElseThrow();
                switch (item) {
                    case Inbox.Item.Head(HttpRequest head) when state == State.HEAD -> head(context, head);
                    case Inbox.Item.Piece(ByteBuf bytes) when state == State.REST -> rest(context, bytes);
                    case Inbox.Item.Piece(ByteBuf bytes) -> {
                        bytes.release(); // after what could not be decoded
                        context.close();
                    }
                    case Inbox.Item.Broken() when state == State.REST -> inbox.clear(); // it has its answer
                    default -> context.close();
                }
            }
        }
        boolean isWanted = state != State.ANSWER && !(state == State.BODY && isRead);
        context.channel().config().setAutoRead(isWanted && inbox.isEmpty());
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
        if (inbox.pollEnd()) {
            isRead = true;
            work(context, () -> {
                Reply reply = Receiver.endOf(begin(head, true));
                return () -> answer(context, reply);
            });
            return;
        }
        work(context, () -> {
            Receiver begun = begin(head, isShort);
            return () -> {
                receiver = Optional.of(begun);
                if (expects) {
                    context.writeAndFlush(
                            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
                }
            };
        });
    }

    /** A short body is read before the answer is no, so that the connection can be gone on with. */
    private Receiver begin(HttpRequest head, boolean isShort) throws IOException {
        Request request = Request.of(head);
        try {
            return service.begin(request);
        } catch (Refused e) {
            if (isShort) {
                return Receiver.of(e::reply);
            }
            throw e;
        }
    }

    private void refuseUndecoded(ChannelHandlerContext context, Throwable cause) {
        int status = 400;
        if (cause instanceof TooLongFrameException) {
            status = String.valueOf(cause.getMessage()).contains("line") ? 414 : 431;
        }
        isRead = false;
        refuse(context, Reply.of(status));
    }

    private void body(ChannelHandlerContext context) {
        Optional<ByteBuf> piece = inbox.pollPiece();
        if (receiver.isEmpty()) {
            piece.ifPresent(ByteBuf::release);
            inbox.clear();
            context.close(); // the server has ended
        } else if (piece.isPresent()) {
            write(context, receiver.get(), piece.get());
        } else if (inbox.pollEnd()) {
            Receiver to = receiver.get();
            isRead = true;
            work(context, () -> {
                Reply reply = Receiver.endOf(to);
                return () -> answer(context, reply);
            });
        } else {
            inbox.clear();
            refuse(context, Refused.malformedBody().reply());
        }
    }

    /** By this thread: to wake another one for each piece takes longer than it takes to write it. */
    private void write(ChannelHandlerContext context, Receiver to, ByteBuf piece) {
        int length = piece.readableBytes();
        try {
            to.write(piece.nioBuffer());
            moved += length;
            metrics.received(length);
        } catch (Refused e) {
            refuse(context, e.reply());
        } catch (IOException | RuntimeException e) {
            refuse(context, Reply.failed(e.toString()));
        } finally {
            piece.release();
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
                } catch (Receiver.Ended e) {
                    Reply failed = Reply.failed(String.valueOf(e.getCause()));
                    then = () -> {
                        receiver = Optional.empty();
                        answer(context, failed);
                    };
                } catch (IOException | RuntimeException e) {
                    Reply failed = Reply.failed(e.toString());
                    then = () -> refuse(context, failed);
                }
                Runnable next = then;
                context.executor().execute(() -> proceed(context, next));
            });
        } catch (RejectedExecutionException e) {
            isWorking = false;
            context.close(); // the server has ended
        }
    }

    private void proceed(ChannelHandlerContext context, Runnable then) {
        isWorking = false;
        then.run(); // also of a closed connection: an answer's file has to be closed
        if (isClosed) {
            stopClock();
            abort();
        } else {
            take(context);
        }
    }

    private void refuse(ChannelHandlerContext context, Reply reply) {
        abort();
        state = State.ANSWER;
        keepsAlive = false;
        watch(context);
        sender.send(context, method, reply, false, this).addListener(sent -> {
            if (sent.isSuccess() && !isRead && !isEnding) {
                linger(context);
            } else {
                context.close();
            }
        });
    }

    /** A client that still sends sees a reset, and no answer, when what it sends is not read (RFC 9112, 9.6). */
    private void linger(ChannelHandlerContext context) {
        state = State.REST;
        schedule(context, limits.grace().toNanos(), context::close);
        if (!isEncrypted && context.channel() instanceof SocketChannel socket) {
            socket.shutdownOutput();
        }
        take(context);
    }

    private void rest(ChannelHandlerContext context, ByteBuf bytes) {
        passedOver += bytes.readableBytes();
        bytes.release();
        if (passedOver > MOST_PASSED_OVER) {
            context.close();
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
        sender.send(context, method, reply, keepsAlive, this).addListener(sent -> {
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
        inbox.clear();
        if (!isWorking) {
            abort();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // a reset, a failed handshake: the client knows
    }
}
