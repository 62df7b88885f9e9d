package dev.estiba.doors.docker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.FileRegion;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.nio.AbstractNioByteChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * An accepted socket. Netty's own for Unix domain sockets, {@code NioDomainSocketChannel}, closes a connection whose client sends
 * nothing more, whatever it is told (4.2.18 looks for the setting at TCP's sockets alone), and a client that is attached does just
 * that at its beginning. Here the end of what a client sends is an event, {@link ChannelInputShutdownEvent}, and nothing is read after
 * it.
 */
final class ClientChannel extends AbstractNioByteChannel {
    private static final int MOST_BUFFERS = 64;
    private static final long MOST_BYTES = 1 << 20;

    private final ChannelConfig config;
    private boolean isInputOver;

    /** @param socket connected; this channel's own from now on */
    ClientChannel(SocketChannel socket) {
        super(null, socket);
        config = new DefaultChannelConfig(this);
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    /** For who asks it something of its own. */
    SocketChannel socket() {
        return javaChannel();
    }

    @Override
    protected SocketChannel javaChannel() {
        return (SocketChannel) super.javaChannel();
    }

    @Override
    public boolean isActive() {
        return javaChannel().isOpen() && javaChannel().isConnected();
    }

    @Override
    @SuppressWarnings("deprecation") // the handle is what the class above has
    protected int doReadBytes(ByteBuf to) throws IOException {
        RecvByteBufAllocator.Handle handle = unsafe().recvBufAllocHandle();
        handle.attemptedBytesRead(to.writableBytes());
        int count = to.writeBytes(javaChannel(), handle.attemptedBytesRead());
        if (count >= 0) {
            return count;
        }
        // The end can be read for ever, and would be: it is no message that would end the wait for one.
        clearReadPending();
        if (!isInputOver) {
            isInputOver = true;
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
        return 0;
    }

    @Override
    protected int doWriteBytes(ByteBuf bytes) throws IOException {
        return bytes.readBytes(javaChannel(), bytes.readableBytes());
    }

    /**
     * All that waits in one system call, where it is bytes alone: an answer is a head and a body, a piece of a stream three buffers,
     * and the client is woken up by each write.
     */
    @Override
    protected void doWrite(ChannelOutboundBuffer waiting) throws Exception {
        int left = config.getWriteSpinCount();
        do {
            if (waiting.isEmpty()) {
                clearOpWrite();
                return;
            }
            ByteBuffer[] buffers = waiting.nioBuffers(MOST_BUFFERS, MOST_BYTES);
            int count = waiting.nioBufferCount();
            if (count == 0) {
                left -= doWrite0(waiting); // nothing but an end without bytes
                continue;
            }
            long written = javaChannel().write(buffers, 0, count);
            if (written <= 0) {
                incompleteWrite(true);
                return;
            }
            waiting.removeBytes(written);
            left--;
        } while (left > 0);
        incompleteWrite(left < 0);
    }

    /** The client reads the end next. Of the connection's thread. */
    void endOutput() throws IOException {
        javaChannel().shutdownOutput();
    }

    @Override
    protected ChannelFuture shutdownInput() {
        return newSucceededFuture();
    }

    @Override
    protected void doClose() throws Exception {
        super.doClose();
        javaChannel().close();
    }

    @Override
    protected SocketAddress localAddress0() {
        try {
            return javaChannel().getLocalAddress();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    protected SocketAddress remoteAddress0() {
        try {
            return javaChannel().getRemoteAddress();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    // What an accepted socket does not do

    @Override
    protected long doWriteFileRegion(FileRegion region) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected boolean doConnect(SocketAddress to, SocketAddress from) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void doFinishConnect() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void doDisconnect() throws Exception {
        doClose();
    }
}
