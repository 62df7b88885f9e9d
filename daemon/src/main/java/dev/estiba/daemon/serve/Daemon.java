package dev.estiba.daemon.serve;

import dev.estiba.api.ApiException;
import dev.estiba.api.EngineApi;
import dev.estiba.api.RegistryAccess;
import dev.estiba.api.ServedRegistry;
import dev.estiba.daemon.metrics.Measures;
import dev.estiba.daemon.settings.DaemonFile;
import dev.estiba.daemon.settings.TlsFiles;
import dev.estiba.daemon.tracing.Collector;
import dev.estiba.daemon.tracing.TracedEngine;
import dev.estiba.doors.docker.DockerDoor;
import dev.estiba.doors.docker.DoorSettings;
import dev.estiba.doors.docker.TlsListener;
import dev.estiba.doors.metrics.MetricsDoor;
import dev.estiba.engine.Engine;
import dev.estiba.engine.settings.EngineSettings;
import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.registry.metrics.MetricsText;
import dev.estiba.registry.tls.ServerIdentity;
import dev.estiba.registry.tls.TlsRules;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** An engine with its doors open. */
public final class Daemon implements AutoCloseable {
    private final DaemonLock lock;
    private final Engine engine;
    private final EngineApi shown;
    private final DockerDoor door;
    private final Optional<MetricsDoor> metrics;
    private final DiskCollection collection;
    private final Optional<PidFile> pidFile;
    private final Optional<ServedRegistry> registry;
    private final Optional<ServerIdentity> identity;
    private EngineSettings current;

    private Daemon(
            DaemonLock lock,
            Engine engine,
            EngineApi shown,
            DockerDoor door,
            Optional<MetricsDoor> metrics,
            DiskCollection collection,
            Optional<PidFile> pidFile,
            Optional<ServedRegistry> registry,
            Optional<ServerIdentity> identity,
            EngineSettings current) {
        this.lock = lock;
        this.engine = engine;
        this.shown = shown;
        this.door = door;
        this.metrics = metrics;
        this.collection = collection;
        this.pidFile = pidFile;
        this.registry = registry;
        this.identity = identity;
        this.current = current;
    }

    /**
     * Finds the containers that an earlier one has left, and serves from then on.
     *
     * @param log takes a line for whoever runs this
     * @throws ApiException in words for a person, with nothing left behind
     */
    public static Daemon open(DaemonSettings settings, Consumer<String> log) throws IOException {
        return open(settings, Optional.empty(), log);
    }

    /** The same, and a collector is told of calls. */
    public static Daemon open(DaemonSettings settings, Optional<Collector> traces, Consumer<String> log)
            throws IOException {
        Thread unused = Thread.ofPlatform().daemon(true).name("docker-door").start(DockerDoor::prepare);
        List<AutoCloseable> opened = new ArrayList<>();
        boolean serves = false;
        try {
            DaemonLock lock = DaemonLock.take(settings.paths());
            opened.add(lock);
            Optional<PidFile> pidFile = pidFile(settings.file());
            pidFile.ifPresent(opened::add);
            Optional<ServerIdentity> identity = identity(settings);
            // Whoever calls while containers are looked for waits for that instead of being refused.
            List<ServerSocketChannel> sockets = new ArrayList<>();
            for (String host : hosts(settings)) {
                ServerSocketChannel socket = ApiSocket.open(host, settings.group(), identity.isPresent());
                opened.add(() -> ApiSocket.remove(host, socket));
                sockets.add(socket);
                log.accept("listening on " + ApiSocket.name(host, socket));
            }
            Engine engine = open(settings);
            EngineSettings told = settings.file().engine().withProxies(settings.proxies());
            engine.configure(told);
            engine.restore();
            Optional<ServedRegistry> registry = registry(engine, settings, log);
            registry.ifPresent(opened::add);
            Optional<Measures> measures = settings.metrics().isPresent()
                    ? Optional.of(Measures.of(engine, settings.paths()))
                    : Optional.empty();
            Optional<MetricsDoor> metrics = metrics(settings, measures, log);
            metrics.ifPresent(opened::add);
            EngineApi counted = measures.map(Measures::measured).orElse(engine);
            EngineApi shown = traces.isPresent() ? TracedEngine.of(counted, traces.get()) : counted;
            DockerDoor door = door(shown, settings, sockets, identity);
            DiskCollection collection = DiskCollection.begin(engine, log);
            Daemon daemon =
                    new Daemon(lock, engine, shown, door, metrics, collection, pidFile, registry, identity, told);
            IdleCollection.begin();
            serves = true;
            return daemon;
        } finally {
            if (!serves) {
                close(opened.reversed());
            }
        }
    }

    private static Optional<PidFile> pidFile(DaemonFile file) throws IOException {
        return file.pidFile().isPresent()
                ? Optional.of(PidFile.write(
                        file.pidFile().get(), ProcessHandle.current().pid()))
                : Optional.empty();
    }

    private static Optional<ServedRegistry> registry(Engine engine, DaemonSettings settings, Consumer<String> log)
            throws IOException {
        if (settings.registry().isEmpty()) {
            return Optional.empty();
        }
        ServedRegistry served = engine.serveRegistry(settings.registry().get());
        log.accept("a registry at " + served.url());
        return Optional.of(served);
    }

    private static Optional<ServerIdentity> identity(DaemonSettings settings) throws IOException {
        if (settings.tls().isEmpty()) {
            return Optional.empty();
        }
        TlsFiles files = settings.tls().get();
        TlsRules.Identity own = new TlsRules.Identity(files.certificate(), files.key());
        return Optional.of(ServerIdentity.open(own, files.authorities()));
    }

    private static Optional<MetricsDoor> metrics(
            DaemonSettings settings, Optional<Measures> measures, Consumer<String> log) throws IOException {
        if (measures.isEmpty()) {
            return Optional.empty();
        }
        MetricsDoor door =
                MetricsDoor.open(settings.metrics().orElseThrow(), MetricsText.CONTENT_TYPE, measures.get()::text);
        log.accept("metrics at " + TcpAddress.text(door.address()).replace("tcp://", "http://") + "/metrics");
        return Optional.of(door);
    }

    private static DockerDoor door(
            EngineApi engine,
            DaemonSettings settings,
            List<ServerSocketChannel> sockets,
            Optional<ServerIdentity> identity)
            throws IOException {
        List<ServerSocketChannel> unix = new ArrayList<>();
        List<TlsListener> tcp = new ArrayList<>();
        for (ServerSocketChannel socket : sockets) {
            if (socket.getLocalAddress() instanceof UnixDomainSocketAddress) {
                unix.add(socket);
            } else {
                tcp.add(new TlsListener(socket, identity.orElseThrow()::engine));
            }
        }
        return DockerDoor.open(engine, door(settings), unix, tcp);
    }

    private static DoorSettings door(DaemonSettings settings) {
        return settings.proxies().isEmpty()
                ? DoorSettings.USUAL
                : DoorSettings.USUAL.withRegistries(
                        new RegistryAccess(Optional.empty(), settings.proxies(), Optional.empty()));
    }

    /** Its bridges are in the network that it is in itself; nothing is made there before a container needs it. */
    private static Engine open(DaemonSettings settings) throws IOException {
        try (Fd own = NetworkNamespace.own()) {
            return Engine.open(settings.paths(), own);
        }
    }

    /** A socket that was passed has callers already. */
    private static List<String> hosts(DaemonSettings settings) throws IOException {
        List<String> hosts = new ArrayList<>(settings.hosts());
        if (ApiSocket.passed().isPresent()) {
            hosts.removeIf(ApiSocket::isPassed);
            hosts.addFirst(ApiSocket.PASSED);
        } else if (hosts.isEmpty()) {
            hosts.add("unix://" + DaemonSettings.socket(settings.paths()));
        }
        return hosts;
    }

    private static void close(List<AutoCloseable> opened) {
        for (AutoCloseable each : opened) {
            try {
                each.close();
            } catch (Exception e) {
                continue; // of a daemon that does not come to be
            }
        }
    }

    /**
     * Goes on with other settings, as far as they can change while containers run: dockerd's own list. No connection ends.
     *
     * @throws ApiException when its certificates are not right any more, or nobody can be told of it
     */
    public synchronized void reload(DaemonSettings next) throws ApiException {
        if (identity.isPresent()) {
            reread(identity.get());
        }
        current = current.reloaded(next.file().engine());
        engine.configure(current);
        engine.tellReload(next.file().reloadable());
    }

    /** Connections that are there go on; the next one is shown the new one. */
    private static void reread(ServerIdentity identity) throws ApiException {
        try {
            identity.reread();
        } catch (IOException e) {
            throw new ApiException(ApiException.BAD_REQUEST, String.valueOf(e.getMessage()), e);
        }
    }

    /** What the doors are to: for who is in this process. */
    public EngineApi engine() {
        return shown;
    }

    /** Its clients are let go; containers go on. */
    @Override
    public void close() {
        door.close();
        collection.close();
        metrics.ifPresent(MetricsDoor::close);
        registry.ifPresent(ServedRegistry::close);
        try {
            engine.awaitSettled();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pidFile.ifPresent(PidFile::remove);
        lock.close();
    }
}
