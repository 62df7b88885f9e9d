package dev.estiba.registry.server;

import dev.estiba.content.store.Store;
import dev.estiba.registry.client.RegistrySettings;
import dev.estiba.registry.tls.ServerIdentity;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A registry that serves a store, until it is closed. */
public final class RegistryServer implements AutoCloseable {
    private static final int IO_THREADS = 6;
    private static final int WORKERS = 24;

    /** Of a cache, where they wait for the upstream. */
    private static final int MORE_WORKERS = 96;

    /** Small arenas: the command's JVM has few megabytes beside its heap. */
    private static final PooledByteBufAllocator BUFFERS = new PooledByteBufAllocator(true, 1, 2, 8192, 6, 0, 0, false);

    private final EventLoopGroup threads;
    private final ExecutorService workers;
    private final ChannelGroup connections;
    private final Channel door;
    private final Limits limits;
    private final String scheme;
    private final Optional<Upstream> upstream;

    private RegistryServer(
            EventLoopGroup threads,
            ExecutorService workers,
            ChannelGroup connections,
            Channel door,
            ServerSettings settings,
            Optional<Upstream> upstream) {
        this.threads = threads;
        this.workers = workers;
        this.connections = connections;
        this.door = door;
        this.limits = settings.limits();
        this.scheme = scheme(settings);
        this.upstream = upstream;
    }

    /**
     * Listens from now on.
     *
     * @param client how the upstream is asked, where there is one
     * @throws IOException when it cannot listen there, or a file that the settings name is not right
     */
    public static RegistryServer open(Store store, ServerSettings settings, RegistrySettings client)
            throws IOException {
        return open(store, settings, client, TagListener.NONE);
    }

    /** The same, and somebody is told what becomes of the engine's names. */
    public static RegistryServer open(
            Store store, ServerSettings settings, RegistrySettings client, TagListener listener) throws IOException {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE); // whatever else is on the class path
        Optional<Htpasswd> users = settings.htpasswd().isPresent()
                ? Optional.of(Htpasswd.open(settings.htpasswd().get()))
                : Optional.empty();
        EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
                IO_THREADS, new DefaultThreadFactory("estiba-registry", true), NioIoHandler.newFactory());
        int most = settings.upstream().isPresent() ? MORE_WORKERS : WORKERS;
        ThreadPoolExecutor workers = new ThreadPoolExecutor(
                most,
                most,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("estiba-registry-work", true));
        workers.allowCoreThreadTimeOut(true);
        boolean open = false;
        try {
            RegistryServer server = open(
                    store, settings, client, new Tagging(store, settings.host(), listener), users, threads, workers);
            open = true;
            return server;
        } finally {
            if (!open) {
                workers.shutdownNow();
                threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
            }
        }
    }

    private static RegistryServer open(
            Store store,
            ServerSettings settings,
            RegistrySettings client,
            Tagging tagging,
            Optional<Htpasswd> users,
            EventLoopGroup threads,
            ExecutorService workers)
            throws IOException {
        Metrics metrics = new Metrics(store);
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        Optional<ServerIdentity> identity = settings.tls().isPresent()
                ? Optional.of(ServerIdentity.open(settings.tls().get()))
                : Optional.empty();
        Opening opening = new Opening(metrics, connections, workers, settings.limits(), identity);
        ChannelFuture bound = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 512)
                .option(ChannelOption.AUTO_READ, false) // until all is known: the name may be the address
                .childOption(ChannelOption.ALLOCATOR, BUFFERS)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(opening)
                .bind(settings.address())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + text(settings.address()) + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        boolean open = false;
        try {
            InetSocketAddress address = (InetSocketAddress) bound.channel().localAddress();
            String name = settings.name().orElse(text(address));
            Shelf shelf = new Shelf(store, name, settings.all());
            Optional<Upstream> upstream = settings.upstream().isPresent()
                    ? Optional.of(Upstream.open(settings.upstream().get(), shelf, client, settings))
                    : Optional.empty();
            Service service =
                    new Service(shelf, access(settings, name, users), tagging, metrics, upstream, settings.limits());
            var unused = threads.scheduleWithFixedDelay(() -> sweep(service, workers), 0, 1, TimeUnit.HOURS);
            opening.serve(service);
            bound.channel().config().setAutoRead(true);
            open = true;
            return new RegistryServer(threads, workers, connections, bound.channel(), settings, upstream);
        } finally {
            if (!open) {
                bound.channel().close().awaitUninterruptibly();
            }
        }
    }

    private static void sweep(Service service, ExecutorService workers) {
        try {
            workers.execute(() -> {
                try {
                    service.sweep();
                } catch (IOException | RuntimeException e) {
                    System.getLogger(RegistryServer.class.getName())
                            .log(System.Logger.Level.WARNING, "old uploads could not be removed", e);
                }
            });
        } catch (RejectedExecutionException e) {
            return; // the server has ended
        }
    }

    private static Access access(ServerSettings settings, String name, Optional<Htpasswd> users) {
        if (users.isEmpty()) {
            return new Access.Everybody();
        }
        return settings.tokens()
                ? new Access.Bearer(users.get(), new Tokens(name, InstantSource.system()), scheme(settings))
                : new Access.Basic(users.get());
    }

    private static String scheme(ServerSettings settings) {
        return settings.tls().isPresent() ? "https" : "http";
    }

    /** Where it listens: with the port that it was given. */
    public InetSocketAddress address() {
        return (InetSocketAddress) door.localAddress();
    }

    /** {@code http://127.0.0.1:5000}, or https. */
    public String url() {
        return scheme + "://" + text(address());
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    /** Takes no more connections; requests that are under way have a moment to end. */
    @Override
    public void close() {
        door.close().awaitUninterruptibly();
        connections.forEach(Conversation::end);
        boolean ended =
                connections.newCloseFuture().awaitUninterruptibly(limits.grace().toMillis());
        if (!ended) {
            connections.close().awaitUninterruptibly();
        }
        upstream.ifPresent(Upstream::close);
        workers.shutdown();
        try {
            if (!workers.awaitTermination(limits.grace().toMillis(), TimeUnit.MILLISECONDS)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
        threads.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
