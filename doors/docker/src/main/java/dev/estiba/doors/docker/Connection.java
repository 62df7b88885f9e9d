package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One connection: request after request. It is read one message at a time, and only when that is wanted, so what a client may fill is
 * bounded; while a request is worked on, one read stays open that tells when the client leaves. Of the connection's thread, but for
 * the ways to answer, which are the worker's.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is heard of
final class Connection extends ChannelInboundHandlerAdapter {
    /** Of the body of a request that is refused so much is read, so that the client sees the answer. */
    private static final long MOST_PASSED_OVER = 8L << 20;

    private final Door door;
    private final ClientChannel channel;
    private final RequestDecoder decoder;
    private final Clock clock = new Clock();

    private State state = State.HEAD;
    private boolean keepsAlive = true;
    private boolean isReadOpen;
    private boolean isChunked;
    private boolean isClosing;
    private boolean isInputOver;
    private boolean isBodyRead;
    private long passedOver;
    private boolean isHead;
    private ArrivingDocument document;
    private Optional<Exchange> current = Optional.empty();
    private Optional<HttpRequest> early = Optional.empty();
    private Optional<HijackedConnection> hijacked = Optional.empty();

    private enum State {
        HEAD,
        DOCUMENT,
        /** A worker answers; what comes of an upload is its. */
        WORK,
        /** The answer has been given, and the rest of the body is passed over. */
        REST,
        HIJACKED
    }

    Connection(Door door, ClientChannel channel) {
        this.door = door;
        this.channel = channel;
        this.decoder = new RequestDecoder(this::bytesCame);
        this.document = new ArrivingDocument(door.documents());
    }

    RequestDecoder decoder() {
        return decoder;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        read();
    }

    // Reading

    /** Asks for one message. */
    void read() {
        if (!isReadOpen) {
            isReadOpen = true;
            channel.read();
        }
    }

    /** A piece of an upload has been taken. */
    private void readIfWanted() {
        if (state == State.WORK && !isBodyRead) {
            read();
        }
    }

    private void closeAfter(Duration time) {
        clock.start(channel.eventLoop(), time, channel::close);
    }

    /** The time for a head runs from its first byte; without one a connection may be idle. */
    private void bytesCame() {
        if (state == State.HEAD && !clock.isRunning()) {
            closeAfter(door.settings().head());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        isReadOpen = false;
        switch (state) {
            case HEAD -> {
                if (message instanceof HttpRequest request) {
                    head(request);
                } else {
                    ReferenceCountUtil.release(message);
                    channel.close();
                }
            }
            case DOCUMENT -> piece(message);
            case WORK -> beside(message);
            case REST -> rest(message);
            case HIJACKED -> hijacked.orElseThrow().take(message);
        }
    }

    private void head(HttpRequest head) {
        clock.stop();
        isBodyRead = false;
        passedOver = 0;
        isHead = head.method().equals(HttpMethod.HEAD);
        isChunked = head.protocolVersion().minorVersion() > 0;
        keepsAlive = HttpUtil.isKeepAlive(head) && !isClosing;
        if (head instanceof HttpContent content) {
            content.release(); // what could not be decoded comes as a whole request
        }
        if (head.decoderResult().isFailure()) {
            refuse(Responses.malformed(head.decoderResult().cause()));
            return;
        }
        try {
            Heads.check(head);
            Target target = Target.parse(head.uri());
            if (target.moved().isPresent()) {
                answerEarly(301, Map.of("Location", target.moved().get()), new byte[0]);
                return;
            }
            Routes.Found found = door.routes().find(head.method().name(), target.path());
            BodyStream upload = new BodyStream(() -> channel.eventLoop().execute(this::readIfWanted));
            Exchange exchange = new Exchange(this, head, target, found.route(), found.name(), upload);
            current = Optional.of(exchange);
            body(head, exchange);
        } catch (ApiException e) {
            refuse(e);
        }
    }

    private void body(HttpRequest head, Exchange exchange) throws ApiException {
        if (exchange.route().isUpload()) {
            state = State.WORK;
            goOn(head);
            work(exchange);
            read();
            return;
        }
        if (Heads.length(head.headers()).orElse(0) > Documents.LARGEST) {
            throw Responses.tooLarge();
        }
        document = new ArrivingDocument(door.documents());
        state = State.DOCUMENT;
        closeAfter(door.settings().stall());
        goOn(head);
        read();
    }

    private void goOn(HttpRequest head) {
        if (HttpUtil.is100ContinueExpected(head)) {
            channel.writeAndFlush(Responses.goOn());
        }
    }

    private void piece(Object message) {
        if (!(message instanceof HttpContent content)) {
            ReferenceCountUtil.release(message);
            channel.close();
            return;
        }
        boolean isLast = content instanceof LastHttpContent;
        boolean isBroken = content.decoderResult().isFailure();
        byte[] bytes = bytes(content.content());
        content.release();
        try {
            if (isBroken) {
                throw ApiException.badRequest("invalid JSON: malformed body");
            }
            document.add(bytes);
        } catch (ApiException e) {
            refuse(e);
            return;
        }
        if (!isLast) {
            closeAfter(door.settings().stall());
            read();
            return;
        }
        isBodyRead = true;
        clock.stop();
        Exchange exchange = current.orElseThrow();
        exchange.setDocument(document.bytes());
        state = State.WORK;
        work(exchange);
        if (!exchange.route().isHijack()) {
            read(); // tells when the client leaves
        }
    }

    private static byte[] bytes(ByteBuf content) {
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        return bytes;
    }

    /** What comes while a request is worked on: its body, or the next one, which has to wait. */
    private void beside(Object message) {
        BodyStream upload = current.orElseThrow().uploading();
        switch (message) {
            case HttpContent content
            when !isBodyRead && current.orElseThrow().route().isUpload() -> {
                byte[] bytes = bytes(content.content());
                boolean isBroken = content.decoderResult().isFailure();
                content.release();
                if (isBroken) {
                    keepsAlive = false;
                    upload.fail(new IOException("the request's body is malformed"));
                    return;
                }
                if (bytes.length > 0) {
                    upload.offer(bytes);
                }
                if (content instanceof LastHttpContent) {
                    isBodyRead = true;
                    upload.end();
                }
                if (isBodyRead || bytes.length == 0) {
                    read();
                }
            }
            case HttpRequest next when isBodyRead && early.isEmpty() -> early = Optional.of(next);
            default -> {
                ReferenceCountUtil.release(message);
                channel.close();
            }
        }
    }

    private void rest(Object message) {
        boolean isLast = message instanceof LastHttpContent;
        if (message instanceof HttpContent content) {
            passedOver += content.content().readableBytes();
        } else if (message instanceof ByteBuf bytes) {
            passedOver += bytes.readableBytes();
        }
        ReferenceCountUtil.release(message);
        if (isLast || passedOver > MOST_PASSED_OVER) {
            channel.close();
        } else {
            read();
        }
    }

    // Work

    private void work(Exchange exchange) {
        Runnable task = () -> Work.run(exchange, this);
        try {
            switch (exchange.route().kind()) {
                case PROMPT -> task.run();
                case CALL -> {
                    if (!Work.isAtOnce(exchange)) {
                        door.workers().call(task);
                    }
                }
                case LONG, STREAM, UPLOAD, HIJACK -> door.workers().stream(task);
            }
        } catch (RejectedExecutionException e) {
            refuse(Responses.tooMany());
        }
    }

    /** The handler has returned without an answer's end. By the worker. */
    void broken() {
        channel.eventLoop().execute(channel::close);
    }

    // Answers, by the worker

    void send(int status, Map<String, String> headers, byte[] body) {
        channel.eventLoop().execute(() -> {
            if (state == State.WORK) {
                sendNow(status, headers, body);
            }
        });
    }

    void inMoment(long milliseconds, Runnable action) {
        channel.eventLoop().schedule(action, milliseconds, TimeUnit.MILLISECONDS);
    }

    OutputPipe stream(String contentType, Map<String, String> more) {
        OutputPipe pipe = new OutputPipe(
                channel,
                DefaultHttpContent::new,
                () -> answered(channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)));
        channel.eventLoop().execute(() -> {
            keepsAlive &= isChunked;
            HttpResponse response = Responses.streamed(door, contentType, isChunked);
            more.forEach(response.headers()::set);
            channel.writeAndFlush(Responses.with(response, keepsAlive));
        });
        return pipe;
    }

    OutputPipe hijack(Hijack.Start start, Hijack.Input input) {
        HijackedConnection connection = new HijackedConnection(door, this, channel, start, input);
        channel.eventLoop().execute(() -> {
            state = State.HIJACKED;
            hijacked = Optional.of(connection);
            connection.begin(decoder);
            if (isInputOver) {
                connection.inputEnded();
                watchHangup();
            }
        });
        return connection.pipe();
    }

    // Answers, by the connection's thread

    private void refuse(ApiException why) {
        answerEarly(why.status(), Responses.JSON, Responses.refusal(why));
    }

    /** An answer that no worker gives: the body may not have been read. */
    private void answerEarly(int status, Map<String, String> headers, byte[] body) {
        clock.stop();
        state = State.WORK;
        sendNow(status, headers, body);
    }

    private void sendNow(int status, Map<String, String> headers, byte[] body) {
        boolean isResumed = !isBodyRead || decoder.resume();
        keepsAlive &= isBodyRead && isResumed && !isInputOver && !isClosing;
        HttpResponse response = Responses.whole(door, status, headers, body, isHead);
        answered(channel.writeAndFlush(Responses.with(response, keepsAlive)));
    }

    private void answered(ChannelFuture sent) {
        sent.addListener(done -> {
            current = Optional.empty();
            document.release();
            if (!sent.isSuccess() || !channel.isActive()) {
                channel.close();
            } else if (keepsAlive && isBodyRead && !isInputOver && !isClosing) {
                next();
            } else if (isInputOver || (isBodyRead && early.isEmpty())) {
                channel.close();
            } else {
                linger();
            }
        });
    }

    private void next() {
        state = State.HEAD;
        if (early.isPresent()) {
            HttpRequest request = early.get();
            early = Optional.empty();
            head(request);
        } else {
            read(); // it is open already when a worker has answered
        }
    }

    /** A client that still sends sees a reset, and no answer, when what it sends is not read (RFC 9112, 9.6). */
    private void linger() {
        state = State.REST;
        closeAfter(door.settings().grace());
        endOutput();
        read();
    }

    /** The client reads the end; what it still sends is read. */
    void endOutput() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound(); // close_notify, which ends one direction: RFC 8446, 6.1
            return;
        }
        try {
            channel.endOutput();
        } catch (IOException e) {
            channel.close(); // it has gone
        }
    }

    // The client leaves, or the door is closed

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            return;
        }
        isInputOver = true;
        isReadOpen = false;
        switch (state) {
            case HEAD, DOCUMENT, REST -> channel.close();
            case WORK -> {
                Exchange exchange = current.orElseThrow();
                exchange.uploading().fail(new ClientGone());
                if (!exchange.route().isHijack()) {
                    exchange.leave(); // whoever waits for an answer keeps his side open
                    if (exchange.pipe().isPresent()) {
                        channel.close();
                    }
                }
            }
            case HIJACKED -> {
                hijacked.orElseThrow().inputEnded();
                watchHangup();
            }
        }
    }

    private void watchHangup() {
        door.hangups().watch(channel.socket(), channel::close);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        current.flatMap(Exchange::pipe).ifPresent(OutputPipe::drain);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        clock.stop();
        document.release();
        early.ifPresent(ReferenceCountUtil::release);
        early = Optional.empty();
        current.ifPresent(exchange -> {
            exchange.uploading().fail(new ClientGone());
            exchange.leave();
        });
        hijacked.ifPresent(HijackedConnection::closed);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close(); // a reset, what could not be decoded: the client knows
    }

    /** Closes at once what has nothing to do, and the rest after its answer. */
    void end() {
        channel.eventLoop().execute(() -> {
            isClosing = true;
            if (state == State.HEAD || state == State.REST) {
                channel.close();
            }
        });
    }
}
