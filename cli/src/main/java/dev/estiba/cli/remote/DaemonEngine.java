package dev.estiba.cli.remote;

import dev.estiba.api.ApiException;
import dev.estiba.api.ArchiveOptions;
import dev.estiba.api.ArchiveSink;
import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.Body;
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
import dev.estiba.api.ImageCheckOptions;
import dev.estiba.api.ImageCopyOptions;
import dev.estiba.api.ImageDeleted;
import dev.estiba.api.ImageDiff;
import dev.estiba.api.ImageInspect;
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
import dev.estiba.cli.remote.DaemonClient.Request;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An engine in two places: containers are a daemon's, and images are read and written beside it, by whoever has the caller's
 * credentials and files. Both work on the same directories, whose locks are the kernel's. Safe for all threads.
 */
public final class DaemonEngine implements EngineApi {
    private final DaemonClient client;
    private final Requests requests;
    private final RemoteContainers containers;
    private final RemoteExecs execs;
    private final RemoteNetworks networks;
    private final RemoteVolumes volumes;
    private final EngineApi here;

    /**
     * @param missing what is done when the daemon does not answer
     * @param here what works on the daemon's directories in this process
     */
    public DaemonEngine(DaemonClient client, DaemonClient.Missing missing, EngineApi here) {
        this.client = client;
        requests = new Requests(client, missing);
        containers = new RemoteContainers(requests);
        execs = new RemoteExecs(requests);
        networks = new RemoteNetworks(requests);
        volumes = new RemoteVolumes(requests);
        this.here = here;
    }

    // The daemon's

    @Override
    public CreateResponse createContainer(Optional<String> name, Optional<String> platform, CreateRequest body)
            throws ApiException {
        return containers.create(name, platform, body);
    }

    @Override
    public Change startContainer(String id, StartOptions options) throws ApiException {
        return containers.start(id, options);
    }

    @Override
    public Change stopContainer(String id, StopOptions options) throws ApiException {
        return containers.stop(id, options);
    }

    @Override
    public void restartContainer(String id, StopOptions options) throws ApiException {
        containers.restart(id, options);
    }

    @Override
    public void killContainer(String id, String signal) throws ApiException {
        containers.kill(id, signal);
    }

    @Override
    public void removeContainer(String id, RemoveOptions options) throws ApiException {
        containers.remove(id, options);
    }

    @Override
    public void pauseContainer(String id) throws ApiException {
        containers.pause(id);
    }

    @Override
    public void unpauseContainer(String id) throws ApiException {
        containers.unpause(id);
    }

    @Override
    public void renameContainer(String id, String name) throws ApiException {
        containers.rename(id, name);
    }

    @Override
    public ContainerInspect inspectContainer(String id) throws ApiException {
        return containers.inspect(id, false);
    }

    @Override
    public ContainerInspect inspectContainer(String id, boolean withSize) throws ApiException {
        return containers.inspect(id, withSize);
    }

    @Override
    public List<ContainerSummary> listContainers(ListOptions options) throws ApiException {
        return containers.list(options);
    }

    @Override
    public CompletableFuture<WaitResponse> waitContainer(String id, WaitCondition condition) throws ApiException {
        return containers.await(id, condition);
    }

    @Override
    public Attachment attachContainer(String id, AttachOptions options) throws ApiException {
        return containers.attach(id, options);
    }

    /** Of files of this machine: so who follows one goes on when the daemon is replaced. */
    @Override
    public void containerLogs(String id, LogsOptions options, LogSink to) throws ApiException {
        here.containerLogs(id, options, to);
    }

    @Override
    public void resizeContainer(String id, int rows, int columns) throws ApiException {
        containers.resize(id, rows, columns);
    }

    @Override
    public Top topContainer(String id, List<String> psArguments) throws ApiException {
        return containers.top(id, psArguments);
    }

    @Override
    public String createExec(String id, ExecCreateRequest body) throws ApiException {
        return execs.create(id, body);
    }

    @Override
    public Attachment startExec(String execId, ExecStartRequest body) throws ApiException {
        return execs.start(execId, body);
    }

    @Override
    public ExecInspect inspectExec(String execId) throws ApiException {
        return execs.inspect(execId);
    }

    @Override
    public void resizeExec(String execId, int rows, int columns) throws ApiException {
        execs.resize(execId, rows, columns);
    }

    /** Nobody starts a daemon to hear which one it would be. */
    @Override
    public Version version() throws ApiException {
        return client.isAnswering()
                ? requests.answer(Request.of("GET", Query.of("/version")), Body.VERSION)
                : here.version();
    }

    @Override
    public UpdateResponse updateContainer(String id, UpdateRequest request) throws ApiException {
        return containers.update(id, request);
    }

    @Override
    public ContainersPruned pruneContainers(Map<String, List<String>> filters) throws ApiException {
        return containers.prune(filters);
    }

    @Override
    public NetworkCreateResponse createNetwork(NetworkCreateRequest body) throws ApiException {
        return networks.createNetwork(body);
    }

    @Override
    public List<NetworkInspect> listNetworks(Map<String, List<String>> filters) throws ApiException {
        return networks.listNetworks(filters);
    }

    @Override
    public NetworkInspect inspectNetwork(String id) throws ApiException {
        return networks.inspectNetwork(id);
    }

    @Override
    public void removeNetwork(String id) throws ApiException {
        networks.removeNetwork(id);
    }

    @Override
    public void connectNetwork(String id, NetworkConnectRequest body) throws ApiException {
        networks.connectNetwork(id, body);
    }

    @Override
    public void disconnectNetwork(String id, NetworkDisconnectRequest body) throws ApiException {
        networks.disconnectNetwork(id, body);
    }

    @Override
    public NetworksPruned pruneNetworks(Map<String, List<String>> filters) throws ApiException {
        return networks.pruneNetworks(filters);
    }

    @Override
    public Volume createVolume(VolumeCreateRequest body) throws ApiException {
        return volumes.createVolume(body);
    }

    @Override
    public VolumeList listVolumes(Map<String, List<String>> filters) throws ApiException {
        return volumes.listVolumes(filters);
    }

    @Override
    public Volume inspectVolume(String name) throws ApiException {
        return volumes.inspectVolume(name);
    }

    @Override
    public void removeVolume(String name, boolean force) throws ApiException {
        volumes.removeVolume(name, force);
    }

    @Override
    public VolumesPruned pruneVolumes(Map<String, List<String>> filters) throws ApiException {
        return volumes.pruneVolumes(filters);
    }

    @Override
    public Info info() throws ApiException {
        return requests.answer(Request.of("GET", Query.of("/info")), Body.INFO);
    }

    @Override
    public void events(EventsOptions options, EventSink to) throws ApiException {
        Query target = Query.of("/events")
                .with("since", options.since().map(RemoteContainers::time))
                .with("until", options.until().map(RemoteContainers::time))
                .withText("filters", Requests.filters(options.filters()));
        requests.lines(Request.of("GET", target), line -> to.tell(Body.EVENT.read(line)));
    }

    @Override
    public void containerStats(String id, StatsOptions options, StatsSink to) throws ApiException {
        Query target = Query.of("/containers/{}/stats", id)
                .with("stream", options.stream() ? "1" : "0")
                .when(options.oneShot(), "one-shot");
        requests.lines(Request.of("GET", target), line -> to.tell(Body.STATS.read(line)));
    }

    // Here

    @Override
    public DiskUsage diskUsage() throws ApiException {
        return here.diskUsage();
    }

    @Override
    public void explainContainer(CreateRequest body, ExplainOptions options, OutputStream to) throws ApiException {
        here.explainContainer(body, options, to);
    }

    /** What a start has returned is kept on this machine. */
    @Override
    public void traceContainer(String id, ExplainOptions options, OutputStream to) throws ApiException {
        here.traceContainer(id, options, to);
    }

    /** All of it is in files of this machine. */
    @Override
    public Diagnosis diagnoseContainer(String id, int lines) throws ApiException {
        return here.diagnoseContainer(id, lines);
    }

    /** An archive of a container's files would only be carried from one process to another. */
    @Override
    public List<FileChange> containerChanges(String id) throws ApiException {
        return here.containerChanges(id);
    }

    @Override
    public void exportContainer(String id, OutputStream to) throws ApiException {
        here.exportContainer(id, to);
    }

    @Override
    public PathStat statPath(String id, String path) throws ApiException {
        return here.statPath(id, path);
    }

    @Override
    public void readArchive(String id, String path, ArchiveSink to) throws ApiException {
        here.readArchive(id, path, to);
    }

    @Override
    public void writeArchive(String id, String path, InputStream from, ArchiveOptions options) throws ApiException {
        here.writeArchive(id, path, from, options);
    }

    @Override
    public String commitContainer(String id, CommitOptions options) throws ApiException {
        return here.commitContainer(id, options);
    }

    @Override
    public String pullImage(String reference, PullOptions options, ProgressSink to) throws ApiException {
        return here.pullImage(reference, options, to);
    }

    @Override
    public List<String> meantImages(String reference, RegistryAccess access) throws ApiException {
        return here.meantImages(reference, access);
    }

    @Override
    public void pushImage(String reference, PushOptions options, ProgressSink to) throws ApiException {
        here.pushImage(reference, options, to);
    }

    @Override
    public List<ImageSummary> listImages(ImageListOptions options) throws ApiException {
        return here.listImages(options);
    }

    @Override
    public ImageInspect inspectImage(String name) throws ApiException {
        return here.inspectImage(name);
    }

    @Override
    public List<HistoryItem> imageHistory(String name) throws ApiException {
        return here.imageHistory(name);
    }

    @Override
    public void tagImage(String source, String target) throws ApiException {
        here.tagImage(source, target);
    }

    @Override
    public List<ImageDeleted> removeImage(String name, boolean force) throws ApiException {
        return here.removeImage(name, force);
    }

    @Override
    public void saveImages(List<String> names, List<String> platforms, OutputStream to) throws ApiException {
        here.saveImages(names, platforms, to);
    }

    @Override
    public void loadImages(InputStream from, List<String> platforms, ProgressSink to) throws ApiException {
        here.loadImages(from, platforms, to);
    }

    @Override
    public void importImage(InputStream from, ImportOptions options, ProgressSink to) throws ApiException {
        here.importImage(from, options, to);
    }

    @Override
    public ImagesPruned pruneImages(ImagePruneOptions options) throws ApiException {
        return here.pruneImages(options);
    }

    @Override
    public LoginResult login(LoginRequest request, RegistryAccess access) throws ApiException {
        return here.login(request, access);
    }

    @Override
    public boolean logout(String server, RegistryAccess access) throws ApiException {
        return here.logout(server, access);
    }

    @Override
    public Optional<String> knownUser(String server, RegistryAccess access) throws ApiException {
        return here.knownUser(server, access);
    }

    @Override
    public ServedRegistry serveRegistry(RegistryServeOptions options) throws ApiException {
        return here.serveRegistry(options);
    }

    @Override
    public ImagesChecked checkImages(ImageCheckOptions options, ProgressSink to) throws ApiException {
        return here.checkImages(options, to);
    }

    @Override
    public void copyImage(ImageCopyOptions options, ProgressSink to) throws ApiException {
        here.copyImage(options, to);
    }

    @Override
    public ImageTree imageTree(String name, ImageTreeOptions options) throws ApiException {
        return here.imageTree(name, options);
    }

    @Override
    public ImageDiff diffImages(String before, String after, ImageTreeOptions options) throws ApiException {
        return here.diffImages(before, after, options);
    }
}
