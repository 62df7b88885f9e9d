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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The Docker Engine API over HTTP, until it is closed. It translates, and keeps nothing of what it is told. */
public final class DockerDoor implements AutoCloseable {
    private static final int LOOPS = 2;

    /** So many clients on TCP at a time have not shown their certificate yet. */
    private static final int STRANGERS = 128;

    private final EventLoopGroup loops;
    private final ChannelGroup connections;
    private final List<ServerSocketChannel> listeners;
    private final Door door;

    /** Of TCP: what strangers make them do takes no time of the others'. */
    private final Optional<EventLoopGroup> tlsLoops;

    private DockerDoor(
            EventLoopGroup loops,
            Optional<EventLoopGroup> tlsLoops,
            ChannelGroup connections,
            List<ServerSocketChannel> listeners,
            Door door) {
        this.loops = loops;
        this.tlsLoops = tlsLoops;
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
        return open(engine, settings, listeners, List.of());
    }

    /** The same, and on TCP for clients with certificates. */
    public static DockerDoor open(
            EngineApi engine, DoorSettings settings, List<ServerSocketChannel> listeners, List<TlsListener> tls)
            throws IOException {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE); // whatever else is on the class path
        for (ServerSocketChannel listener : listeners) {
            if (!(listener.getLocalAddress() instanceof UnixDomainSocketAddress)) {
                throw new IOException("the Docker door cannot listen on " + listener.getLocalAddress()
                        + ": it is no bound Unix domain socket, and TCP needs TLS with clients' certificates");
            }
        }
        String server = "Estiba/" + engine.version().version() + " (linux)";
        Routes routes = Routes.of(engine, settings);
        Door door = new Door(
                settings,
                routes,
                new Workers(settings),
                new Documents(),
                new Hangups(),
                new Semaphore(STRANGERS),
                server);
        EventLoopGroup loops = loops("estiba-docker");
        Optional<EventLoopGroup> tlsLoops = tls.isEmpty() ? Optional.empty() : Optional.of(loops("estiba-docker-tls"));
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        var unused = loops.scheduleWithFixedDelay(door.hangups()::look, 1, 1, TimeUnit.SECONDS);
        List<ServerSocketChannel> all = new ArrayList<>(listeners);
        for (ServerSocketChannel listener : listeners) {
            accept(new Acceptor(listener, Optional.empty(), loops, connections, door));
        }
        for (TlsListener each : tls) {
            all.add(each.socket());
            accept(new Acceptor(each.socket(), Optional.of(each), tlsLoops.orElseThrow(), connections, door));
        }
        return new DockerDoor(loops, tlsLoops, connections, all, door);
    }

    private static EventLoopGroup loops(String name) {
        return new MultiThreadIoEventLoopGroup(LOOPS, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }

    private static void accept(Acceptor acceptor) {
        Thread.ofPlatform().daemon(true).name("estiba-docker-accept").start(acceptor);
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
        connections.forEach(channel -> end(channel));
        long grace = door.settings().grace().toMillis();
        if (!connections.newCloseFuture().awaitUninterruptibly(grace)) {
            connections.close().awaitUninterruptibly();
        }
        door.workers().close(door.settings().grace());
        tlsLoops.ifPresent(group -> end(group));
        end(loops);
        door.hangups().close();
    }

    private static void end(EventLoopGroup group) {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static void end(Channel channel) {
        Connection connection = channel.pipeline().get(Connection.class);
        if (connection != null) {
            connection.end();
        }
    }
}
