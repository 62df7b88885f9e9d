package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.ArchiveOptions;
import dev.estiba.api.ArchiveSink;
import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.Change;
import dev.estiba.api.CommitOptions;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.ContainersPruned;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.CreateResponse;
import dev.estiba.api.Diagnosis;
import dev.estiba.api.EventSink;
import dev.estiba.api.EventsOptions;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecInspect;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.api.ExplainOptions;
import dev.estiba.api.FileChange;
import dev.estiba.api.HostFinding;
import dev.estiba.api.ListOptions;
import dev.estiba.api.LogSink;
import dev.estiba.api.LogsOptions;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkCreateResponse;
import dev.estiba.api.NetworkDisconnectRequest;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworksPruned;
import dev.estiba.api.PathStat;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StatsOptions;
import dev.estiba.api.StatsSink;
import dev.estiba.api.StopOptions;
import dev.estiba.api.Top;
import dev.estiba.api.UpdateRequest;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.engine.EnginePaths;
import dev.estiba.engine.check.HostCheck;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.event.Events;
import dev.estiba.engine.health.HealthTally;
import dev.estiba.engine.image.ImageUsers;
import dev.estiba.engine.image.Images;
import dev.estiba.engine.log.LogSockets;
import dev.estiba.engine.network.Networking;
import dev.estiba.engine.settings.EngineSettings;
import dev.estiba.engine.spec.HostFacts;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.ContainerStore;
import dev.estiba.engine.volume.Volumes;
import dev.estiba.linux.Fd;
import dev.estiba.linux.OpenFiles;
import dev.estiba.runtime.Containers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The operations on containers, each with the class that does it. */
public final class ContainerOperations {
    private static final Logger LOG = System.getLogger(ContainerOperations.class.getName());

    private final Context context;
    private final Creation creation;
    private final Removal removal;
    private final Runs runs;
    private final Starter starter;
    private final Stopper stopper;
    private final Attaching attaching;
    private final Logs logs;
    private final Execs execs;
    private final Inspector inspector;
    private final Listing listing;
    private final Processes processes;
    private final Traces traces;
    private final Explainer explainer;
    private final Sweep sweep;
    private final FileOperations files;
    private final Connections connections;
    private final ContainerVolumes volumes;
    private final Watchers watchers = new Watchers();
    private final Configuration configuration = new Configuration();

    private ContainerOperations(Context context) {
        this.context = context;
        volumes = new ContainerVolumes(context);
        removal = new Removal(context, volumes);
        runs = new Runs(context, removal, watchers, volumes);
        traces = new Traces(context.runtime());
        connections = new Connections(context);
        creation = new Creation(context, connections, volumes, configuration);
        starter = new Starter(context, runs, removal, traces, connections, volumes);
        stopper = new Stopper(context, runs);
        attaching = new Attaching(context, runs);
        logs = new Logs(context);
        execs = new Execs(context, watchers);
        inspector = new Inspector(context);
        listing = new Listing(context, runs);
        processes = new Processes(context);
        explainer = new Explainer(context);
        sweep = new Sweep(context, removal, runs);
        files = new FileOperations(context, stopper, volumes);
    }

    /**
     * Makes the directories and removes what has no record.
     *
     * @param hostNetwork where bridge networks are to be, of an engine that stays; this object's
     * @param sockets where logs are forwarded to
     */
    public static ContainerOperations open(EnginePaths paths, Optional<Fd> hostNetwork, LogSockets sockets)
            throws IOException {
        Containers runtime = Containers.in(paths.execRoot().resolve("runtime"));
        HostFacts facts = HostFacts.read();
        Events events = new Events(paths.execRoot());
        Images images = new Images(
                paths.dataRoot().resolve("images"),
                paths.dataRoot().resolve("content"),
                facts.lent().isPresent(),
                events);
        ContainerStore.Remover remover = directory -> {
            if (facts.lent().isEmpty()) {
                throw new AccessDeniedException(directory.toString());
            }
            runtime.removeTree(
                    directory, facts.lent().get().uids(), facts.lent().get().gids());
        };
        ContainerStore store = new ContainerStore(paths, remover, record -> {
            images.unpin(record.id(), record.lowers());
            ContainerVolumes.unpin(images, record);
        });
        try {
            store.open();
            store.collectRubbish();
        } catch (AccessDeniedException e) {
            throw ApiException.serverError("permission denied: " + e.getFile()
                    + ": its directories must be this user's (ESTIBA_DATA_ROOT and ESTIBA_EXEC_ROOT choose others)");
        } catch (FileSystemException e) {
            String why = Optional.ofNullable(e.getReason()).orElse("it cannot be made");
            throw ApiException.serverError("the engine's directory " + e.getFile() + ": " + why
                    + " (ESTIBA_DATA_ROOT and ESTIBA_EXEC_ROOT choose others)");
        }
        VolumeUsers volumeUsers = new VolumeUsers();
        Volumes volumes = new Volumes(paths.dataRoot(), events, volumeUsers);
        ContainerOperations operations = new ContainerOperations(new Context(
                paths,
                store,
                images,
                runtime,
                facts,
                new Restarts(),
                new HealthChecks(),
                new LogForwarding(sockets, facts.hostname()),
                events,
                Networking.of(paths.dataRoot(), hostNetwork, events),
                volumes,
                volumeUsers,
                new SpareRoots(store)));
        volumeUsers.in(operations.context);
        volumes.collectRubbish();
        operations.sweep.run();
        images.sweepPins(Set.copyOf(store.ids()));
        return operations;
    }

    /** Goes on with the containers that an earlier process has left. One that cannot be gone on with is in nobody's way. */
    public void restore() throws IOException {
        OpenFiles.now().raise(); // it holds some for each container; those have what it had before (HostFacts)
        context.events().keep();
        context.spares().activate();
        context.restarts().activate(starter::startAgain);
        context.health().activate(context, execs, stopper);
        context.forwarding().activate();
        context.store().dropStrayNames();
        connections.restore();
        volumes.restore();
        context.restarts().gather();
        for (String id : context.store().ids()) {
            try {
                runs.adopt(id);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "container " + id + " cannot be followed: " + e.getMessage());
            }
        }
        StartingAll.of(context);
    }

    /** Of what is made from now on; what networks are made of counts before {@link #restore}. */
    public void configure(EngineSettings settings) {
        configuration.replace(settings);
        context.networking().configure(settings.networks());
    }

    public HealthTally healthTally() {
        return context.health().tally();
    }

    public EngineSettings settings() {
        return configuration.settings();
    }

    /** @throws ApiException for what no container and no network could have */
    public static void check(EngineSettings settings) throws IOException {
        Configuration.check(settings);
    }

    /** Tells of the engine itself. */
    public void tell(String action, String id, Map<String, String> attributes) {
        context.events().publish("daemon", action, id, attributes);
    }

    /** Lets go of what this process holds of networks and directories; containers go on. */
    public void release() {
        listing.release();
        context.networking().close();
    }

    public NetworkCreateResponse createNetwork(NetworkCreateRequest body) throws IOException {
        return context.networking().operations().create(body);
    }

    public List<NetworkInspect> networks(Map<String, List<String>> filters) throws IOException {
        return context.networking().operations().list(filters);
    }

    public NetworkInspect inspectNetwork(String id) throws IOException {
        if (!context.networking().isActive()) {
            throw ApiException.notFound("network " + id + " not found");
        }
        return context.networking().operations().inspect(id, connections.names());
    }

    public void removeNetwork(String id) throws IOException {
        context.networking().operations().remove(id, connections.names());
    }

    public void connectNetwork(String id, NetworkConnectRequest body) throws IOException {
        connections.connect(id, body);
    }

    public void disconnectNetwork(String id, NetworkDisconnectRequest body) throws IOException {
        connections.disconnect(id, body);
    }

    public NetworksPruned pruneNetworks(Map<String, List<String>> filters) throws IOException {
        return context.networking().operations().prune(filters, connections.used());
    }

    /** The volumes, and who wants them. */
    public Volumes volumes() {
        return context.volumes();
    }

    /** The images that containers are made of. */
    public Images images() {
        return context.images();
    }

    /** Which containers there are, and of what. */
    public List<ImageUsers.User> imageUsers() throws IOException {
        return sweep.imageUsers();
    }

    public CreateResponse create(Optional<String> name, Optional<String> platform, CreateRequest request)
            throws IOException {
        return creation.create(name, platform, request);
    }

    public Change start(String id, StartOptions options) throws IOException {
        return starter.start(id, options);
    }

    /** When it returns, what callers were told to have ended is written down, and removed when nobody keeps it. */
    public void awaitSettled() throws InterruptedException {
        watchers.awaitSettled();
        context.spares().close();
    }

    public Change stop(String id, StopOptions options) throws IOException {
        return stopper.stop(id, options);
    }

    public void restart(String reference, StopOptions options) throws IOException {
        stopper.stop(reference, options);
        starter.start(reference, StartOptions.DEFAULT);
        try (Locked container = context.look(reference)) {
            Happened.to(context, container.record(), "restart");
        }
    }

    public void kill(String id, String signal) throws IOException {
        stopper.kill(id, signal);
    }

    public void pause(String id) throws IOException {
        stopper.pause(id);
    }

    public void unpause(String id) throws IOException {
        stopper.unpause(id);
    }

    public void remove(String reference, RemoveOptions options) throws IOException {
        if (options.link()) {
            connections.unlink(reference);
            return;
        }
        String id;
        Status.Ended last;
        try (Locked container = context.lock(reference)) {
            id = container.record().id();
            if (!options.force() && context.shown(container) instanceof Status.Restarting) {
                throw ApiException.conflict("cannot remove container \"" + reference
                        + "\": container is restarting: stop the container before removing or force remove");
            }
            if (!options.force()) {
                Removal.refuseRunning(context.status(container), reference);
            }
            last = removal.remove(container, options.force(), options.volumes());
            context.restarts().forget(id);
            context.health().ended(id);
            Happened.to(context, container.record(), "destroy");
        }
        runs.removed(id, last);
    }

    public void rename(String reference, String name) throws IOException {
        String wanted = Names.check(name);
        try (Locked container = context.lock(reference)) {
            if (container.record().name().equals(wanted)) {
                throw ApiException.badRequest("Renaming a container with the same name as its current name");
            }
            ContainerRecord renamed = context.store().rename(container.home(), container.record(), wanted);
            context.networking().rename(renamed, container.home());
            Happened.to(
                    context,
                    renamed,
                    "rename",
                    Map.of("oldName", "/" + container.record().name()));
        }
    }

    public CompletableFuture<WaitResponse> await(String id, WaitCondition condition) throws IOException {
        return runs.await(id, condition);
    }

    public List<String> update(String id, UpdateRequest request) throws IOException {
        return new Updating(context).update(id, request);
    }

    public ContainersPruned prune(Map<String, List<String>> filters) throws IOException {
        return new ContainerPruning(context, removal, runs).prune(filters);
    }

    /** How many containers do what; one that waits to be started again is taken as running. */
    public record Counts(int running, int paused, int stopped) {}

    public Counts counts() throws IOException {
        List<String> states = list(new ListOptions(true, 0, false, Map.of())).stream()
                .map(ContainerSummary::state)
                .toList();
        int paused = Collections.frequency(states, "paused");
        int running = Collections.frequency(states, "running") + Collections.frequency(states, "restarting");
        return new Counts(running, paused, states.size() - running - paused);
    }

    /** As {@link dev.estiba.api.EngineApi#checkHost}. */
    public List<HostFinding> checkHost() throws IOException {
        HostCheck host = HostCheck.here();
        List<HostFinding> all = new ArrayList<>(host.look(context.paths()));
        all.addAll(new LeftoverCheck(context, host.groups()).look());
        return all;
    }

    /** How many listen to events. */
    public int eventListeners() {
        return context.events().listeners();
    }

    /** As {@link dev.estiba.api.EngineApi#events}. */
    public void events(EventsOptions options, EventSink to) throws IOException {
        context.events().tell(options, to);
    }

    public Attachment attach(String id, AttachOptions options) throws IOException {
        return attaching.attach(id, options);
    }

    public void resize(String id, int rows, int columns) throws IOException {
        attaching.resize(id, rows, columns);
    }

    public void logs(String id, LogsOptions options, LogSink to) throws IOException {
        logs.read(id, options, to);
    }

    public Top top(String id, List<String> psArguments) throws IOException {
        return processes.top(id, psArguments);
    }

    public void stats(String id, StatsOptions options, StatsSink to) throws IOException {
        new Statistics(context).tell(id, options, to);
    }

    public String createExec(String id, ExecCreateRequest request) throws IOException {
        return execs.create(id, request);
    }

    public Attachment startExec(String execId, ExecStartRequest body) throws IOException {
        return execs.start(execId, body);
    }

    public ExecInspect inspectExec(String execId) throws IOException {
        return execs.inspect(execId);
    }

    public void resizeExec(String execId, int rows, int columns) throws IOException {
        execs.resize(execId, rows, columns);
    }

    public ContainerInspect inspect(String id, boolean withSize) throws IOException {
        return inspector.inspect(id, withSize);
    }

    public List<ContainerSummary> list(ListOptions options) throws IOException {
        Listing.Found found = listing.list(options);
        sweep.run(found.gone());
        return found.shown();
    }

    /** What a list would be, where that takes no look at anything. */
    public Optional<List<ContainerSummary>> known(ListOptions options) throws IOException {
        return listing.known(options).filter(found -> found.gone().isEmpty()).map(Listing.Found::shown);
    }

    public void explain(CreateRequest request, ExplainOptions options, OutputStream to) throws IOException {
        explainer.explain(configuration.completed(request), options, to);
    }

    public Diagnosis diagnose(String id, int lines) throws IOException {
        return new Diagnosing(context, inspector, logs).diagnose(id, lines);
    }

    public void trace(String reference, ExplainOptions options, OutputStream to) throws IOException {
        // Also of a container that has gone with its end: then only its whole id will do.
        String id;
        try {
            id = context.store().resolve(reference);
        } catch (ApiException e) {
            id = reference;
        }
        traces.print(id, options, to);
    }

    public List<FileChange> changes(String id) throws IOException {
        return files.changes(id);
    }

    public void export(String id, OutputStream to) throws IOException {
        files.export(id, to);
    }

    public PathStat statPath(String id, String path) throws IOException {
        return files.stat(id, path);
    }

    public void readArchive(String id, String path, ArchiveSink to) throws IOException {
        files.read(id, path, to);
    }

    public void writeArchive(String id, String path, InputStream from, ArchiveOptions options) throws IOException {
        files.write(id, path, from, options);
    }

    public String commit(String id, CommitOptions options) throws IOException {
        return files.commit(id, options);
    }
}
