package dev.estiba.daemon.serve;

import dev.estiba.api.ApiException;
import dev.estiba.api.RegistryAccess;
import dev.estiba.api.ServedRegistry;
import dev.estiba.daemon.settings.DaemonFile;
import dev.estiba.doors.docker.DockerDoor;
import dev.estiba.doors.docker.DoorSettings;
import dev.estiba.engine.Engine;
import dev.estiba.engine.settings.EngineSettings;
import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** An engine with its doors open. */
public final class Daemon implements AutoCloseable {
    private final DaemonLock lock;
    private final Engine engine;
    private final DockerDoor door;
    private final Optional<PidFile> pidFile;
    private final Optional<ServedRegistry> registry;
    private EngineSettings current;

    private Daemon(
            DaemonLock lock,
            Engine engine,
            DockerDoor door,
            Optional<PidFile> pidFile,
            Optional<ServedRegistry> registry,
            EngineSettings current) {
        this.lock = lock;
        this.engine = engine;
        this.door = door;
        this.pidFile = pidFile;
        this.registry = registry;
        this.current = current;
    }

    /**
     * Finds the containers that an earlier one has left, and serves from then on.
     *
     * @param log takes a line for whoever runs this
     * @throws ApiException in words for a person, with nothing left behind
     */
    public static Daemon open(DaemonSettings settings, Consumer<String> log) throws IOException {
        Thread unused = Thread.ofPlatform().daemon(true).name("docker-door").start(DockerDoor::prepare);
        List<AutoCloseable> opened = new ArrayList<>();
        boolean serves = false;
        try {
            DaemonLock lock = DaemonLock.take(settings.paths());
            opened.add(lock);
            Optional<PidFile> pidFile = pidFile(settings.file());
            pidFile.ifPresent(opened::add);
            // Whoever calls while containers are looked for waits for that instead of being refused.
            List<ServerSocketChannel> sockets = new ArrayList<>();
            for (String host : hosts(settings)) {
                ServerSocketChannel socket = ApiSocket.open(host, settings.group());
                opened.add(() -> ApiSocket.remove(host, socket));
                sockets.add(socket);
                log.accept("listening on " + host);
            }
            Engine engine = open(settings);
            EngineSettings told = settings.file().engine().withProxies(settings.proxies());
            engine.configure(told);
            engine.restore();
            Optional<ServedRegistry> registry = registry(engine, settings, log);
            registry.ifPresent(opened::add);
            DockerDoor door = DockerDoor.open(engine, door(settings), sockets);
            Daemon daemon = new Daemon(lock, engine, door, pidFile, registry, told);
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
     * @throws ApiException when nobody can be told of it
     */
    public synchronized void reload(DaemonSettings next) throws ApiException {
        current = current.reloaded(next.file().engine());
        engine.configure(current);
        engine.tellReload(next.file().reloadable());
    }

    /** What the doors are to: for who is in this process. */
    public Engine engine() {
        return engine;
    }

    /** Its clients are let go; containers go on. */
    @Override
    public void close() {
        door.close();
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
