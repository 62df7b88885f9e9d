package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.Change;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.HostConfig;
import dev.estiba.api.StartOptions;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.log.LogDriver;
import dev.estiba.engine.spec.ContainerIds;
import dev.estiba.engine.spec.HostParts;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Home;
import dev.estiba.engine.store.Life;
import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Memfd;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.ConfigWriter;
import dev.estiba.runtime.Bundle;
import dev.estiba.runtime.MonitorRequest;
import dev.estiba.runtime.Monitored;
import dev.estiba.runtime.compile.Isolation;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.LogTarget;
import dev.estiba.runtime.monitor.MonitorSettings;
import dev.estiba.runtime.record.Timestamps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** {@code POST /containers/ID/start}. */
final class Starter {
    private static final int TRACE = 1 << 20;

    private final Context context;
    private final Runs runs;
    private final Removal removal;
    private final Traces traces;
    private final Connections connections;
    private final ContainerVolumes volumes;
    private final NamespaceSharing sharing;

    Starter(
            Context context,
            Runs runs,
            Removal removal,
            Traces traces,
            Connections connections,
            ContainerVolumes volumes) {
        this.context = context;
        this.runs = runs;
        this.removal = removal;
        this.traces = traces;
        this.connections = connections;
        this.volumes = volumes;
        this.sharing = new NamespaceSharing(context);
    }

    Change start(String reference, StartOptions options) throws IOException {
        try (Locked container = context.lock(reference)) {
            if (context.shown(container) instanceof Status.Restarting) {
                return Change.NOT_MODIFIED;
            }
            Status status = context.status(container);
            if (status instanceof Status.Running(int pid, boolean paused)) {
                if (paused) {
                    throw ApiException.conflict("cannot start a paused container, try unpause instead");
                }
                return Change.NOT_MODIFIED;
            }
            if (status instanceof Status.Lost lost) {
                removal.recover(container, lost);
            }
            if (status instanceof Status.Ended ended) {
                Runs.conclude(context, volumes, container, ended);
            }
            removal.end(container);
            run(container, options, 0);
            return Change.DONE;
        }
    }

    /** As its policy wants, unless somebody had other plans with it meanwhile. */
    void startAgain(String id) throws IOException {
        Optional<Home> home = context.store().lock(id);
        if (home.isEmpty()) {
            context.restarts().forget(id);
            return;
        }
        try (Home locked = home.get()) {
            Optional<ContainerRecord> record = locked.record();
            if (record.isEmpty() || !context.restarts().isPending(id)) {
                return;
            }
            Locked container = new Locked(locked, record.get());
            if (!context.status(container).isOver()) {
                return;
            }
            removal.end(container);
            try {
                run(container, StartOptions.DEFAULT, locked.life().restarts() + 1);
            } catch (IOException e) {
                context.restarts().ended(container);
                throw e;
            }
        }
    }

    /** @param restarts how often its policy has started it, this time included */
    private void run(Locked container, StartOptions options, int restarts) throws IOException {
        String id = container.record().id();
        context.forwarding().check(container.record());
        markUsed(container.record());
        Run run = runs.coming(id);
        Optional<AttachClient> watch = run.attach(EnumSet.of(AttachClient.Wants.END));
        Monitored monitored;
        try {
            monitored = monitored(container, run.begin(), options);
        } catch (IOException | RuntimeException e) {
            watch.ifPresent(AttachClient::close);
            ApiException why = HostLimits.explained(
                    new ForeignPrograms(context.images()).explained(container.record(), Failure.of(e)));
            failed(container, run, why);
            throw why;
        }
        container.home().writeLife(Life.begun(Timestamps.now(), restarts));
        volumes.began(container.record());
        AttachClient client =
                watch.isPresent() ? watch.get() : Runs.connect(container.home(), EnumSet.of(AttachClient.Wants.END));
        Happened.to(context, container.record(), "start");
        context.health().started(container);
        context.forwarding().follow(container, true);
        runs.started(container, run, client, monitored);
    }

    /** Who has just made a container has said so for its image: a {@code run} says it once. */
    private void markUsed(ContainerRecord record) throws IOException {
        if (Timestamps.parse(record.created()).isBefore(Instant.now().minusSeconds(60))) {
            context.images().use(record.id(), record.lowers());
        }
    }

    /** Nothing of the attempt stays but the reason; of an ephemeral container nothing at all. */
    private void failed(Locked container, Run run, ApiException why) throws IOException {
        try {
            container.home().removeRunFile(Observer.MONITOR);
            removal.end(container);
            volumes.looked(container.record());
            if (container.record().ephemeral()) {
                volumes.remove(container.record());
                context.spares().drop(container.record().id());
                context.store().remove(container.home(), container.record());
                StorageQuotas.giveBack(container.record(), context);
            } else {
                Life life = container.home().life();
                container.home().writeLife(life.ended(life.finished(), Failure.code(why), why.message(), false));
            }
        } finally {
            // Who waits for its end hears of it even where something of it stays.
            runs.failed(container.record().id(), run, why);
        }
    }

    /** In its networks, whose namespace is held by its first process from then on. */
    private Monitored monitored(Locked container, List<Fd> clients, StartOptions options) throws IOException {
        try (Connection connection = connections.make(container)) {
            return monitored(container, connection, clients, options);
        }
    }

    private Monitored monitored(Locked container, Connection connection, List<Fd> clients, StartOptions options)
            throws IOException {
        SpecBuilder spec = context.spec(connections.linked(container.record()));
        HostParts parts = spec.onHost();
        for (String name : List.of(Observer.EXIT, Observer.OUT_OF_MEMORY, Observer.MONITOR, Runs.SOCKET)) {
            container.home().removeRunFile(name);
        }
        makeDirectories(parts);
        Path data = container.home().dataPath();
        boolean rootless = context.facts().lent().isPresent();
        Optional<ContainerIds> ids = rootless ? Optional.empty() : spec.ids();
        connections.writeFiles(container, connection, spec.hostname(), ids);
        try (Debugging.View debugged = Debugging.view(container, context);
                RootFileSystem root = debugged.root().isPresent()
                        ? RootFileSystem.mounted(debugged.root().get())
                        : debugged.within(
                                rootless
                                        ? RootFileSystem.ofUser(container, context)
                                        : RootFileSystem.of(
                                                container, ids.filter(each -> !each.isSame()), wish(spec), context));
                NamespaceSharing.Shared shared = rootless
                        ? NamespaceSharing.NOTHING
                        : sharing.make(container, ids.filter(each -> !each.isSame()));
                ReadyVolumes ready = root.mount().isPresent()
                        ? volumes.ready(container, spec, root.mount().get(), ids)
                        : ReadyVolumes.NONE) {
            HostParts now = parts.with(shared.with(ready.sources()));
            Config own =
                    spec.config(now, data, container.home().runPath(), init(spec), connection.path(), root.layers());
            byte[] config = ConfigWriter.write(debugged.in(shared.in(connection.in(own))), Layout.COMPACT);
            Bundle bundle = new Bundle(place(container, spec.isolation()), config);
            if (!options.trace()) {
                return monitored(container, spec.isolation(), bundle, root, clients, Optional.empty());
            }
            try (Fd trace = Memfd.writable("trace", TRACE)) {
                Monitored monitored = monitored(container, spec.isolation(), bundle, root, clients, Optional.of(trace));
                boolean terminal = container.record().request().config().tty();
                traces.keep(container.record().id(), bundle, spec.isolation(), terminal, root.overlay(), trace);
                return monitored;
            }
        }
    }

    private Monitored monitored(
            Locked container,
            Isolation isolation,
            Bundle bundle,
            RootFileSystem root,
            List<Fd> clients,
            Optional<Fd> trace)
            throws IOException {
        MonitorRequest request = new MonitorRequest(
                settings(container),
                isolation,
                container.home().run(),
                root.mount(),
                root.overlay(),
                clients,
                trace,
                monitor -> record(container, monitor));
        return context.runtime().monitor(container.record().id(), bundle, request);
    }

    /** Not its own directory, where its root would cover the files that are bound into it. One without a namespace has none. */
    private Path place(Locked container, Isolation isolation) {
        return switch (isolation) {
            case Isolation.Namespaced() -> context.store().mountPoint();
            case Isolation.Jailed() -> container.home().runPath();
        };
    }

    static Optional<String> wish(SpecBuilder spec) {
        return switch (spec.snapshotter()) {
            case OVERLAY -> Optional.empty();
            case NATIVE -> Optional.of("it was asked for (--snapshotter native)");
        };
    }

    private Path init(SpecBuilder spec) throws IOException {
        return spec.wantsInit() ? context.images().init() : Path.of("/");
    }

    /** Docker's rule for -v: what is not there becomes a directory. */
    private static void makeDirectories(HostParts parts) throws IOException {
        for (String directory : parts.missing()) {
            try {
                Files.createDirectories(Path.of(directory));
            } catch (IOException e) {
                throw ApiException.serverError("error while creating mount source path '" + directory + "': mkdir "
                        + directory + ": " + e.getMessage());
            }
        }
    }

    private static MonitorSettings settings(Locked container) {
        ContainerConfig config = container.record().request().config();
        HostConfig host = container.record().request().hostConfig();
        MonitorSettings settings = MonitorSettings.plain(Observer.EXIT)
                .withSocket(Runs.SOCKET)
                .withTitle("estiba-monitor " + container.record().id());
        if (config.tty()) {
            settings = settings.withTerminal();
        }
        if (config.openStdin()) {
            settings = settings.withInput(config.stdinOnce());
        }
        LogOptions options = LogOptions.of(host.logConfig());
        if (options.driver() == LogDriver.NONE) {
            return settings;
        }
        return settings.withLog(new LogTarget.File(
                LogTarget.Format.JSON,
                LogOptions.path(container.home().dataPath(), container.record().id())
                        .toString(),
                options.maxSize(),
                options.maxFiles()));
    }

    /** Before the monitor has begun anything: whoever is killed after this, the container can be found and ended. */
    private static void record(Locked container, Pidfd monitor) throws IOException {
        long start = ProcessFacts.startTime(monitor.pid())
                .orElseThrow(() -> ApiException.serverError("the monitor ended before it had begun"));
        byte[] text = (monitor.pid() + " " + start + "\n").getBytes(StandardCharsets.US_ASCII);
        AtomicFile.write(container.home().run(), Observer.MONITOR, text);
    }
}
