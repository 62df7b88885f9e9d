package dev.estiba.cli.remote;

import dev.estiba.api.ApiException;
import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.Body;
import dev.estiba.api.Change;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.ContainersPruned;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.CreateResponse;
import dev.estiba.api.EngineApi;
import dev.estiba.api.EventSink;
import dev.estiba.api.EventsOptions;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecInspect;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.api.Info;
import dev.estiba.api.ListOptions;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkCreateResponse;
import dev.estiba.api.NetworkDisconnectRequest;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworksPruned;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StatsOptions;
import dev.estiba.api.StatsSink;
import dev.estiba.api.StopOptions;
import dev.estiba.api.Top;
import dev.estiba.api.UpdateRequest;
import dev.estiba.api.UpdateResponse;
import dev.estiba.api.Volume;
import dev.estiba.api.VolumeCreateRequest;
import dev.estiba.api.VolumeList;
import dev.estiba.api.VolumesPruned;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.cli.remote.DaemonClient.Request;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a daemon does with containers, networks and volumes when it is asked over HTTP; what is done about images and files, other
 * classes decide. Safe for all threads.
 */
abstract class DaemonContainers implements EngineApi, Dialing {
    private final DaemonClient client;
    private final DaemonClient.Missing missing;
    private final Requests requests;
    private final RemoteContainers containers;
    private final RemoteExecs execs;
    private final RemoteNetworks networks;
    private final RemoteVolumes volumes;

    /** @param missing what is done when the daemon does not answer */
    DaemonContainers(DaemonClient client, DaemonClient.Missing missing) {
        this.client = client;
        this.missing = missing;
        requests = new Requests(client, missing);
        containers = new RemoteContainers(requests);
        execs = new RemoteExecs(requests);
        networks = new RemoteNetworks(requests);
        volumes = new RemoteVolumes(requests);
    }

    @Override
    public final Wire dial() throws IOException {
        return client.dial(missing);
    }

    final Requests requests() {
        return requests;
    }

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
}
