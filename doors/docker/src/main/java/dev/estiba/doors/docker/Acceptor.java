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
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLEngine;
import jdk.net.ExtendedSocketOptions;

/**
 * Takes the connections of one listening socket, by a thread of its own: Netty's acceptor would make channels of its own kind of
 * them ({@link ClientChannel}).
 */
final class Acceptor implements Runnable {
    private static final Logger LOG = System.getLogger(DockerDoor.class.getName());

    /** After a failure, which is mostly that there are too many open files. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final int LARGEST_READ = 64 << 10;

    /** Seconds, as Go's servers have it: a machine that has gone says nothing of it. */
    private static final int KEEPALIVE = 15;

    private final ServerSocketChannel listener;
    private final Optional<TlsListener> tls;
    private final EventLoopGroup loops;
    private final ChannelGroup connections;
    private final Door door;

    /** @param tls of a listener on TCP, and of no other */
    Acceptor(
            ServerSocketChannel listener,
            Optional<TlsListener> tls,
            EventLoopGroup loops,
            ChannelGroup connections,
            Door door) {
        this.listener = listener;
        this.tls = tls;
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
        } else if (tls.isEmpty()) {
            take(new ClientChannel(socket));
        } else if (door.places().tryAcquire()) {
            takeStranger(socket, tls.get());
        } else {
            socket.close();
        }
    }

    private void takeStranger(SocketChannel socket, TlsListener listener) throws IOException {
        boolean isPlaced = false;
        try {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE);
            SSLEngine engine = listener.engine();
            ClientChannel channel = new ClientChannel(socket);
            TlsGate.add(channel, engine, door.places(), door.settings().head());
            isPlaced = true;
            take(channel);
        } finally {
            if (!isPlaced) {
                door.places().release();
                socket.close();
            }
        }
    }

    private void take(ClientChannel channel) {
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
