package dev.estiba.doors.docker;

import dev.estiba.api.EngineApi;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The Docker Engine API over HTTP, until it is closed. It translates, and keeps nothing of what it is told. */
public final class DockerDoor implements AutoCloseable {
    private static final int LOOPS = 2;

    private final EventLoopGroup loops;
    private final ChannelGroup connections;
    private final List<ServerSocketChannel> listeners;
    private final Door door;

    private DockerDoor(EventLoopGroup loops, ChannelGroup connections, List<ServerSocketChannel> listeners, Door door) {
        this.loops = loops;
        this.connections = connections;
        this.listeners = listeners;
        this.door = door;
    }

    /**
     * Answers on these sockets from now on.
     *
     * @param listeners Unix domain sockets, bound and blocking; the door's own from now on, which closes them and leaves their files
     * @throws IOException when the engine does not say what it is, or a socket is of another kind; the sockets are open then
     */
    public static DockerDoor open(EngineApi engine, DoorSettings settings, List<ServerSocketChannel> listeners)
            throws IOException {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE); // whatever else is on the class path
        for (ServerSocketChannel listener : listeners) {
            if (!(listener.getLocalAddress() instanceof UnixDomainSocketAddress)) {
                throw new IOException("the Docker door cannot listen on " + listener.getLocalAddress()
                        + ": it is no bound Unix domain socket, and TCP, which needs TLS, is not built yet");
            }
        }
        String server = "Estiba/" + engine.version().version() + " (linux)";
        Routes routes = Routes.of(engine, settings);
        Door door = new Door(settings, routes, new Workers(settings), new Documents(), new Hangups(), server);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                LOOPS, new DefaultThreadFactory("estiba-docker", true), NioIoHandler.newFactory());
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        var unused = loops.scheduleWithFixedDelay(door.hangups()::look, 1, 1, TimeUnit.SECONDS);
        DockerDoor opened = new DockerDoor(loops, connections, List.copyOf(listeners), door);
        for (ServerSocketChannel listener : listeners) {
            Thread.ofPlatform()
                    .daemon(true)
                    .name("estiba-docker-accept")
                    .start(new Acceptor(listener, loops, connections, door));
        }
        return opened;
    }

    /** Loads what takes long, for who has something else to do meanwhile. */
    public static void prepare() {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        boolean unused = ByteBufAllocator.DEFAULT.ioBuffer(1).release();
    }

    /** Takes no more connections; requests that are under way have a moment to end. Containers go on. */
    @Override
    public void close() {
        for (ServerSocketChannel listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                System.getLogger(DockerDoor.class.getName()).log(Level.WARNING, "a socket could not be closed", e);
            }
        }
        connections.forEach(DockerDoor::end);
        long grace = door.settings().grace().toMillis();
        if (!connections.newCloseFuture().awaitUninterruptibly(grace)) {
            connections.close().awaitUninterruptibly();
        }
        door.workers().close(door.settings().grace());
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        door.hangups().close();
    }

    private static void end(Channel channel) {
        Connection connection = channel.pipeline().get(Connection.class);
        if (connection != null) {
            connection.end();
        }
    }
}
