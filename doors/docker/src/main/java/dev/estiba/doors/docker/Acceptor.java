package dev.estiba.doors.docker;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes the connections of one listening socket, by a thread of its own: Netty's acceptor would make channels of its own kind of
 * them ({@link UnixChannel}).
 */
final class Acceptor implements Runnable {
    private static final Logger LOG = System.getLogger(DockerDoor.class.getName());

    /** After a failure, which is mostly that there are too many open files. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final int LARGEST_READ = 64 << 10;

    private final ServerSocketChannel listener;
    private final EventLoopGroup loops;
    private final ChannelGroup connections;
    private final Door door;

    Acceptor(ServerSocketChannel listener, EventLoopGroup loops, ChannelGroup connections, Door door) {
        this.listener = listener;
        this.loops = loops;
        this.connections = connections;
        this.door = door;
    }

    @Override
    public void run() {
        while (listener.isOpen()) {
            try {
                take(listener.accept());
            } catch (IOException | RejectedExecutionException e) {
                if (listener.isOpen()) {
                    LOG.log(Level.WARNING, "a connection could not be taken", e);
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
        }
    }

    private void take(SocketChannel socket) throws IOException {
        if (connections.size() >= door.settings().connections()) {
            socket.close();
            return;
        }
        UnixChannel channel = new UnixChannel(socket);
        ChannelConfig config = channel.config();
        config.setAutoRead(false);
        config.setRecvByteBufAllocator(
                new AdaptiveRecvByteBufAllocator(1024, 4096, LARGEST_READ).maxMessagesPerRead(1));
        Connection connection = new Connection(door, channel);
        channel.pipeline()
                .addLast(connection.decoder())
                .addLast(new HttpResponseEncoder())
                .addLast(new OneByOne())
                .addLast(connection);
        connections.add(channel);
        loops.register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                close(channel);
            }
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // there is nothing to do after it
    private static void close(Channel channel) {
        channel.close();
    }
}
