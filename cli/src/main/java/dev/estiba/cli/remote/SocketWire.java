package dev.estiba.cli.remote;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A socket as it is. */
final class SocketWire implements Wire {
    private final SocketChannel channel;

    private SocketWire(SocketChannel channel) {
        this.channel = channel;
    }

    static Wire open(SocketAddress address) throws IOException {
        return new SocketWire(SocketChannel.open(address));
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        return channel.read(to);
    }

    @Override
    public void write(ByteBuffer... parts) throws IOException {
        long left = 0;
        for (ByteBuffer part : parts) {
            left += part.remaining();
        }
        while (left > 0) {
            left -= channel.write(parts);
        }
    }

    @Override
    public void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public boolean isStale() {
        if (!channel.isOpen()) {
            return true;
        }
        try {
            channel.configureBlocking(false);
            int read = channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(true);
            return read != 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            return; // closed as far as it can be
        }
    }
}
