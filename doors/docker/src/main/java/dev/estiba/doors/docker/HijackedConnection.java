package dev.estiba.doors.docker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A connection that is a container's. What the client sends is given to the container piece by piece, and read on when the piece has
 * been taken, so that a container that does not read makes the client wait. When the client sends nothing more it may go on reading;
 * when the container's output ends, the connection does. Of the connection's thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is heard of
final class HijackedConnection {
    private static final Logger LOG = System.getLogger(DockerDoor.class.getName());
    private static final int LARGEST_FRAME = 1 << 20;

    private final Door door;
    private final Connection connection;
    private final Channel channel;
    private final Hijack.Start start;
    private final Hijack.Input input;
    private final OutputPipe pipe;
    private boolean isBusy;
    private boolean isInputOver;
    private boolean isDone;
    private boolean isOutputOver;

    HijackedConnection(Door door, Connection connection, Channel channel, Hijack.Start start, Hijack.Input input) {
        this.door = door;
        this.connection = connection;
        this.channel = channel;
        this.start = start;
        this.input = input;
        this.pipe = switch (start) {
            case Hijack.Start.Bytes _ -> new OutputPipe(channel, bytes -> bytes, this::outputEnded);
            case Hijack.Start.WebSocket _ -> new OutputPipe(channel, BinaryWebSocketFrame::new, this::outputEnded);
        };
    }

    OutputPipe pipe() {
        return pipe;
    }

    /** No more HTTP. What the client has sent already comes as bytes. */
    void begin(RequestDecoder decoder) {
        ChannelPipeline handlers = channel.pipeline();
        handlers.remove(HttpResponseEncoder.class);
        switch (start) {
            case Hijack.Start.Bytes(byte[] head) -> channel.writeAndFlush(Unpooled.wrappedBuffer(head));
            case Hijack.Start.WebSocket(byte[] head) -> {
                channel.writeAndFlush(Unpooled.wrappedBuffer(head));
                WebSocketDecoderConfig frames = WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(LARGEST_FRAME)
                        .allowExtensions(false)
                        .build();
                String name = handlers.context(decoder).name();
                handlers.addAfter(name, "frames read", new WebSocket13FrameDecoder(frames));
                handlers.addAfter(name, "frames written", new WebSocket13FrameEncoder(false));
            }
        }
        handlers.remove(decoder);
        connection.read();
    }

    /** The connection has brought something. */
    void take(Object message) {
        switch (message) {
            case ByteBuf bytes -> give(bytes);
            case PingWebSocketFrame ping -> {
                channel.writeAndFlush(new PongWebSocketFrame(ping.content()));
                connection.read();
            }
            case CloseWebSocketFrame close -> {
                close.release();
                channel.close();
            }
            case PongWebSocketFrame pong -> {
                pong.release();
                connection.read();
            }
            case WebSocketFrame frame -> give(frame.content());
            default -> {
                ReferenceCountUtil.release(message);
                channel.close();
            }
        }
    }

    private void give(ByteBuf content) {
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        content.release();
        if (isDone || bytes.length == 0) {
            connection.read(); // nobody wants it any more
            return;
        }
        isBusy = true;
        submit(() -> input.bytes(bytes));
    }

    private interface Giving {
        boolean give() throws IOException;
    }

    private void submit(Giving giving) {
        try {
            door.workers().input(() -> {
                boolean isMoreWanted = false;
                try {
                    isMoreWanted = giving.give();
                } catch (IOException | RuntimeException e) {
                    // It has no reader any more: its output tells how it has ended.
                    LOG.log(Level.DEBUG, "input of a container was not taken", e);
                }
                boolean goesOn = isMoreWanted;
                channel.eventLoop().execute(() -> taken(goesOn));
            });
        } catch (RejectedExecutionException e) {
            channel.close(); // the door is closed
        }
    }

    private void taken(boolean isMoreWanted) {
        isBusy = false;
        isDone |= !isMoreWanted;
        if (isInputOver) {
            endInput();
        } else {
            connection.read();
        }
    }

    /** The client sends nothing more. */
    void inputEnded() {
        if (!isInputOver) {
            isInputOver = true;
            if (isOutputOver) {
                channel.close();
            } else if (!isBusy) {
                endInput();
            }
        }
    }

    private void endInput() {
        if (!isDone) {
            isDone = true;
            submit(() -> {
                input.end();
                return false;
            });
        }
    }

    /** A client that is still sending would see a reset in place of the last output: it is read until it has seen the end. */
    private void outputEnded() {
        isDone = true;
        if (start instanceof Hijack.Start.WebSocket) {
            channel.writeAndFlush(new CloseWebSocketFrame(1000, "")).addListener(_ -> channel.close());
            return;
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            isOutputOver = true;
            if (isInputOver) {
                channel.close();
            } else {
                connection.endOutput();
                channel.eventLoop()
                        .schedule(() -> channel.close(), door.settings().grace().toNanos(), TimeUnit.NANOSECONDS);
                connection.read();
            }
        });
    }

    /** The client has gone. */
    void closed() {
        isDone = true;
        pipe.cut();
    }
}
