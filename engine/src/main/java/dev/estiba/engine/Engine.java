package dev.estiba.engine;

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
import dev.estiba.api.DiskUsage;
import dev.estiba.api.EngineApi;
import dev.estiba.api.EventSink;
import dev.estiba.api.EventsOptions;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecInspect;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.api.ExplainOptions;
import dev.estiba.api.FileChange;
import dev.estiba.api.HistoryItem;
import dev.estiba.api.HostFinding;
import dev.estiba.api.ImageCheckOptions;
import dev.estiba.api.ImageCopyOptions;
import dev.estiba.api.ImageDeleted;
import dev.estiba.api.ImageDiff;
import dev.estiba.api.ImageInspect;
import dev.estiba.api.ImageInspectOptions;
import dev.estiba.api.ImageListOptions;
import dev.estiba.api.ImagePruneOptions;
import dev.estiba.api.ImageSummary;
import dev.estiba.api.ImageTree;
import dev.estiba.api.ImageTreeOptions;
import dev.estiba.api.ImagesChecked;
import dev.estiba.api.ImagesPruned;
import dev.estiba.api.ImportOptions;
import dev.estiba.api.Info;
import dev.estiba.api.ListOptions;
import dev.estiba.api.LogSink;
import dev.estiba.api.LoginRequest;
import dev.estiba.api.LoginResult;
import dev.estiba.api.LogsOptions;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkCreateResponse;
import dev.estiba.api.NetworkDisconnectRequest;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworksPruned;
import dev.estiba.api.PathStat;
import dev.estiba.api.ProgressSink;
import dev.estiba.api.PullOptions;
import dev.estiba.api.PushOptions;
import dev.estiba.api.RegistryAccess;
import dev.estiba.api.RegistryImage;
import dev.estiba.api.RegistryServeOptions;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.ServedRegistry;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StatsOptions;
import dev.estiba.api.StatsSink;
import dev.estiba.api.StopOptions;
import dev.estiba.api.Top;
import dev.estiba.api.UpdateRequest;
import dev.estiba.api.UpdateResponse;
import dev.estiba.api.Version;
import dev.estiba.api.Volume;
import dev.estiba.api.VolumeCreateRequest;
import dev.estiba.api.VolumeList;
import dev.estiba.api.VolumesPruned;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.engine.container.ContainerOperations;
import dev.estiba.engine.health.HealthTally;
import dev.estiba.engine.image.ImageOperations;
import dev.estiba.engine.log.LogSockets;
import dev.estiba.engine.settings.EngineSettings;
import dev.estiba.linux.Fd;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The engine's first core: containers on this machine. It keeps nothing in memory that cannot be asked again, so any number
 * of engines may share their directories, and what one has started another one stops. Safe for all threads.
 */
public final class Engine implements EngineApi {
    private final EnginePaths paths;
    private final ContainerOperations containers;
    private final ImageOperations images;

    private Engine(EnginePaths paths, ContainerOperations containers) {
        this.paths = paths;
        this.containers = containers;
        this.images = new ImageOperations(containers.images(), containers::imageUsers);
    }

    /**
     * @param paths made when they are missing
     * @throws ApiException in words for a person, when this user or this host cannot have an engine
     */
    public static Engine open(EnginePaths paths) throws ApiException {
        return open(paths, Optional.empty(), LogSockets.STANDARD);
    }

    /**
     * The same, and once it stays ({@link #restore}) containers have bridge networks.
     *
     * @param hostNetwork the network namespace that bridges are made in; duplicated
     */
    public static Engine open(EnginePaths paths, Fd hostNetwork) throws ApiException {
        return open(paths, Optional.of(hostNetwork), LogSockets.STANDARD);
    }

    /**
     * The same where this host's own logs are somewhere else.
     *
     * @param sockets where logs are forwarded to
     */
    public static Engine open(EnginePaths paths, Optional<Fd> hostNetwork, LogSockets sockets) throws ApiException {
        return translated(() -> {
            Optional<Fd> own =
                    hostNetwork.isPresent() ? Optional.of(hostNetwork.get().duplicate()) : Optional.empty();
            return new Engine(paths, ContainerOperations.open(paths, own, sockets));
        });
    }

    /** Of what is made from now on; what networks are made of counts before {@link #restore}. */
    public void configure(EngineSettings settings) {
        containers.configure(settings);
    }

    /**
     * Looks at settings that an engine is to be configured by.
     *
     * @throws ApiException for what no container and no network could have
     */
    public static void check(EngineSettings settings) throws ApiException {
        done(() -> ContainerOperations.check(settings));
    }

    /** Tells who listens to events that it was configured anew. */
    public void tellReload(Map<String, String> attributes) throws ApiException {
        done(() -> {
            Map<String, String> all = new TreeMap<>(attributes);
            Info info = EngineInfo.read(paths, containers, images);
            all.put("name", info.name());
            all.putIfAbsent("default-cgroupns-mode", info.cgroupVersion().equals("2") ? "private" : "host");
            containers.tell("reload", info.id(), all);
        });
    }

    /** As after a pull: where the disk is nearly full, images go that nobody needs ({@code images.conf}). What was done is told in one line. */
    public void collectImages(ProgressSink to) {
        images.collect(to);
    }

    /** What was asked of containers' health by this process. */
    public HealthTally healthTally() {
        return containers.healthTally();
    }

    /**
     * For who is about to end this process: when it returns, nothing of what callers were told to be over is still being
     * carried out. Containers that run go on.
     */
    public void awaitSettled() throws InterruptedException {
        containers.awaitSettled();
    }

    /** For who stays: goes on with the containers that an earlier process has left, and sees how they end. */
    public void restore() throws ApiException {
        done(containers::restore);
    }

    /** Lets go of networks and of what is watched in this process, as its end would: containers go on, and the next engine has them. */
    public void release() {
        containers.release();
    }

    private interface Operation<T> {
        T run() throws IOException;
    }

    private interface Action {
        void run() throws IOException;
    }

    /** What is not the API's own exception becomes one: clients of it know no other. */
    private static <T> T translated(Operation<T> operation) throws ApiException {
        try {
            return operation.run();
        } catch (ApiException e) {
            throw e;
        } catch (IOException | java.io.UncheckedIOException e) {
            // Some have nothing to say but their kind: ClosedByInterruptException.
            String why = Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
            throw new ApiException(ApiException.SERVER_ERROR, why, e);
        }
    }

    private static void done(Action action) throws ApiException {
        translated(() -> {
            action.run();
            return Change.DONE;
        });
    }

    @Override
    public CreateResponse createContainer(Optional<String> name, Optional<String> platform, CreateRequest body)
            throws ApiException {
        return translated(() -> containers.create(name, platform, body));
    }

    @Override
    public Change startContainer(String id, StartOptions options) throws ApiException {
        return translated(() -> containers.start(id, options));
    }

    @Override
    public Change stopContainer(String id, StopOptions options) throws ApiException {
        return translated(() -> containers.stop(id, options));
    }

    @Override
    public void restartContainer(String id, StopOptions options) throws ApiException {
        done(() -> {
            containers.restart(id, options);
        });
    }

    @Override
    public void killContainer(String id, String signal) throws ApiException {
        done(() -> containers.kill(id, signal));
    }

    @Override
    public void removeContainer(String id, RemoveOptions options) throws ApiException {
        done(() -> containers.remove(id, options));
    }

    @Override
    public void pauseContainer(String id) throws ApiException {
        done(() -> containers.pause(id));
    }

    @Override
    public void unpauseContainer(String id) throws ApiException {
        done(() -> containers.unpause(id));
    }

    @Override
    public void renameContainer(String id, String name) throws ApiException {
        done(() -> containers.rename(id, name));
    }

    @Override
    public ContainerInspect inspectContainer(String id) throws ApiException {
        return inspectContainer(id, false);
    }

    @Override
    public ContainerInspect inspectContainer(String id, boolean withSize) throws ApiException {
        return translated(() -> containers.inspect(id, withSize));
    }

    @Override
    public List<ContainerSummary> listContainers(ListOptions options) throws ApiException {
        return translated(() -> containers.list(options));
    }

    @Override
    public Optional<List<ContainerSummary>> knownContainers(ListOptions options) throws ApiException {
        return translated(() -> containers.known(options));
    }

    @Override
    public CompletableFuture<WaitResponse> waitContainer(String id, WaitCondition condition) throws ApiException {
        return translated(() -> containers.await(id, condition));
    }

    @Override
    public Attachment attachContainer(String id, AttachOptions options) throws ApiException {
        return translated(() -> containers.attach(id, options));
    }

    @Override
    public void containerLogs(String id, LogsOptions options, LogSink to) throws ApiException {
        done(() -> containers.logs(id, options, to));
    }

    @Override
    public void resizeContainer(String id, int rows, int columns) throws ApiException {
        done(() -> containers.resize(id, rows, columns));
    }

    @Override
    public Top topContainer(String id, List<String> psArguments) throws ApiException {
        return translated(() -> containers.top(id, psArguments));
    }

    @Override
    public void containerStats(String id, StatsOptions options, StatsSink to) throws ApiException {
        done(() -> containers.stats(id, options, to));
    }

    @Override
    public String createExec(String id, ExecCreateRequest body) throws ApiException {
        return translated(() -> containers.createExec(id, body));
    }

    @Override
    public Attachment startExec(String execId, ExecStartRequest body) throws ApiException {
        return translated(() -> containers.startExec(execId, body));
    }

    @Override
    public ExecInspect inspectExec(String execId) throws ApiException {
        return translated(() -> containers.inspectExec(execId));
    }

    @Override
    public void resizeExec(String execId, int rows, int columns) throws ApiException {
        done(() -> containers.resizeExec(execId, rows, columns));
    }

    @Override
    public Version version() throws ApiException {
        return translated(EngineVersion::read);
    }

    @Override
    public UpdateResponse updateContainer(String id, UpdateRequest request) throws ApiException {
        return translated(() -> new UpdateResponse(containers.update(id, request)));
    }

    @Override
    public ContainersPruned pruneContainers(Map<String, List<String>> filters) throws ApiException {
        return translated(() -> containers.prune(filters));
    }

    @Override
    public Info info() throws ApiException {
        return translated(() -> EngineInfo.read(paths, containers, images));
    }

    @Override
    public void events(EventsOptions options, EventSink to) throws ApiException {
        done(() -> containers.events(options, to));
    }

    @Override
    public NetworkCreateResponse createNetwork(NetworkCreateRequest body) throws ApiException {
        return translated(() -> containers.createNetwork(body));
    }

    @Override
    public List<NetworkInspect> listNetworks(Map<String, List<String>> filters) throws ApiException {
        return translated(() -> containers.networks(filters));
    }

    @Override
    public NetworkInspect inspectNetwork(String id) throws ApiException {
        return translated(() -> containers.inspectNetwork(id));
    }

    @Override
    public void removeNetwork(String id) throws ApiException {
        done(() -> containers.removeNetwork(id));
    }

    @Override
    public void connectNetwork(String id, NetworkConnectRequest body) throws ApiException {
        done(() -> containers.connectNetwork(id, body));
    }

    @Override
    public void disconnectNetwork(String id, NetworkDisconnectRequest body) throws ApiException {
        done(() -> containers.disconnectNetwork(id, body));
    }

    @Override
    public NetworksPruned pruneNetworks(Map<String, List<String>> filters) throws ApiException {
        return translated(() -> containers.pruneNetworks(filters));
    }

    @Override
    public Volume createVolume(VolumeCreateRequest body) throws ApiException {
        return translated(() -> containers.volumes().create(body));
    }

    @Override
    public VolumeList listVolumes(Map<String, List<String>> filters) throws ApiException {
        return translated(() -> containers.volumes().list(filters));
    }

    @Override
    public Volume inspectVolume(String name) throws ApiException {
        return translated(() -> containers.volumes().inspect(name));
    }

    @Override
    public void removeVolume(String name, boolean force) throws ApiException {
        done(() -> containers.volumes().remove(name, force));
    }

    @Override
    public VolumesPruned pruneVolumes(Map<String, List<String>> filters) throws ApiException {
        return translated(() -> containers.volumes().prune(filters));
    }

    @Override
    public void explainContainer(CreateRequest body, ExplainOptions options, OutputStream to) throws ApiException {
        done(() -> containers.explain(body, options, to));
    }

    @Override
    public Diagnosis diagnoseContainer(String id, int lines) throws ApiException {
        return translated(() -> containers.diagnose(id, lines));
    }

    @Override
    public void traceContainer(String id, ExplainOptions options, OutputStream to) throws ApiException {
        done(() -> containers.trace(id, options, to));
    }

    @Override
    public String pullImage(String reference, PullOptions options, ProgressSink to) throws ApiException {
        return translated(() -> images.pull(reference, options, to));
    }

    @Override
    public List<String> meantImages(String reference, RegistryAccess access) throws ApiException {
        return translated(() -> images.meant(reference, access));
    }

    @Override
    public void pushImage(String reference, PushOptions options, ProgressSink to) throws ApiException {
        done(() -> images.push(reference, options, to));
    }

    @Override
    public List<ImageSummary> listImages(ImageListOptions options) throws ApiException {
        return translated(() -> images.list(options));
    }

    @Override
    public ImageInspect inspectImage(String name) throws ApiException {
        return inspectImage(name, new ImageInspectOptions(false, Optional.empty()));
    }

    @Override
    public ImageInspect inspectImage(String name, ImageInspectOptions options) throws ApiException {
        return translated(() -> images.inspect(name, options));
    }

    @Override
    public List<HistoryItem> imageHistory(String name) throws ApiException {
        return imageHistory(name, Optional.empty());
    }

    @Override
    public List<HistoryItem> imageHistory(String name, Optional<String> platform) throws ApiException {
        return translated(() -> images.history(name, platform));
    }

    @Override
    public RegistryImage registryImage(String reference, RegistryAccess access) throws ApiException {
        return translated(() -> images.registryImage(reference, access));
    }

    @Override
    public void tagImage(String source, String target) throws ApiException {
        done(() -> images.tag(source, target));
    }

    @Override
    public List<ImageDeleted> removeImage(String name, boolean force) throws ApiException {
        return removeImage(name, force, List.of());
    }

    @Override
    public List<ImageDeleted> removeImage(String name, boolean force, List<String> platforms) throws ApiException {
        return translated(() -> images.remove(name, force, platforms));
    }

    @Override
    public void saveImages(List<String> names, List<String> platforms, OutputStream to) throws ApiException {
        done(() -> images.save(names, platforms, to));
    }

    @Override
    public void loadImages(InputStream from, List<String> platforms, ProgressSink to) throws ApiException {
        done(() -> images.load(from, platforms, to));
    }

    @Override
    public void importImage(InputStream from, ImportOptions options, ProgressSink to) throws ApiException {
        done(() -> images.importArchive(from, options, to));
    }

    @Override
    public ImagesChecked checkImages(ImageCheckOptions options, ProgressSink to) throws ApiException {
        return translated(() -> images.check(options, to));
    }

    @Override
    public List<HostFinding> checkHost() throws ApiException {
        return translated(containers::checkHost);
    }

    @Override
    public ImagesPruned pruneImages(ImagePruneOptions options) throws ApiException {
        return translated(() -> images.prune(options));
    }

    @Override
    public LoginResult login(LoginRequest request, RegistryAccess access) throws ApiException {
        return translated(() -> images.login(request, access));
    }

    @Override
    public boolean logout(String server, RegistryAccess access) throws ApiException {
        return translated(() -> images.logout(server, access));
    }

    @Override
    public Optional<String> knownUser(String server, RegistryAccess access) throws ApiException {
        return translated(() -> images.knownUser(server, access));
    }

    @Override
    public ServedRegistry serveRegistry(RegistryServeOptions options) throws ApiException {
        return translated(() -> images.serve(options));
    }

    @Override
    public void copyImage(ImageCopyOptions options, ProgressSink to) throws ApiException {
        done(() -> images.copy(options, to));
    }

    @Override
    public DiskUsage diskUsage() throws ApiException {
        ListOptions all = new ListOptions(true, 0, true, Map.of());
        return translated(() ->
                images.usage(containers.list(all)).with(containers.volumes().counted()));
    }

    @Override
    public ImageTree imageTree(String name, ImageTreeOptions options) throws ApiException {
        return translated(() -> images.tree(name, options));
    }

    @Override
    public ImageDiff diffImages(String before, String after, ImageTreeOptions options) throws ApiException {
        return translated(() -> images.diff(before, after, options));
    }

    @Override
    public List<FileChange> containerChanges(String id) throws ApiException {
        return translated(() -> containers.changes(id));
    }

    @Override
    public void exportContainer(String id, OutputStream to) throws ApiException {
        done(() -> containers.export(id, to));
    }

    @Override
    public PathStat statPath(String id, String path) throws ApiException {
        return translated(() -> containers.statPath(id, path));
    }

    @Override
    public void readArchive(String id, String path, ArchiveSink to) throws ApiException {
        done(() -> containers.readArchive(id, path, to));
    }

    @Override
    public void writeArchive(String id, String path, InputStream from, ArchiveOptions options) throws ApiException {
        done(() -> containers.writeArchive(id, path, from, options));
    }

    @Override
    public String commitContainer(String id, CommitOptions options) throws ApiException {
        return translated(() -> containers.commit(id, options));
    }
}
