package dev.estiba.cli;

import dev.estiba.api.ApiException;
import dev.estiba.api.ArchiveOptions;
import dev.estiba.api.ArchiveSink;
import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.Change;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.CreateResponse;
import dev.estiba.api.Diagnosis;
import dev.estiba.api.DiskUsage;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecInspect;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.api.ExplainOptions;
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
import dev.estiba.api.OutputStreamName;
import dev.estiba.api.PathStat;
import dev.estiba.api.ProgressSink;
import dev.estiba.api.PullOptions;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import dev.estiba.api.Top;
import dev.estiba.api.Version;
import dev.estiba.api.Volume;
import dev.estiba.api.VolumeCreateRequest;
import dev.estiba.api.VolumeList;
import dev.estiba.api.VolumesPruned;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** An engine that starts nothing: it writes down what it is asked, and answers as it was told. */
public final class FakeEngine extends FakeImages implements EngineApi {
    Optional<Diagnosis> diagnosis = Optional.empty();
    public final List<CreateRequest> bodies = new ArrayList<>();
    public final List<ExecCreateRequest> execs = new ArrayList<>();
    public final Map<String, ContainerInspect> containers = new TreeMap<>();
    public List<ContainerSummary> summaries = List.of();
    public final Streams streams = new Streams();
    public final Map<String, PathStat> stats = new TreeMap<>();
    public int status;
    public Optional<ApiException> startFails = Optional.empty();
    public Optional<ApiException> createFails = Optional.empty();
    public DiskUsage usage = new DiskUsage(0, 0, List.of(), List.of());
    public boolean neverEnds;
    public Optional<ApiException> waitFails = Optional.empty();
    public List<String> warnings = List.of();

    public final List<NetworkInspect> networks = new ArrayList<>();
    public final List<NetworkCreateRequest> networkBodies = new ArrayList<>();
    public final List<NetworkConnectRequest> connections = new ArrayList<>();

    public final List<Volume> volumes = new ArrayList<>();
    public final List<VolumeCreateRequest> volumeBodies = new ArrayList<>();

    public List<HostFinding> host = List.of();

    @Override
    public List<HostFinding> checkHost() {
        return host;
    }

    @Override
    public Volume createVolume(VolumeCreateRequest body) {
        volumeBodies.add(body);
        return new Volume("", "local", body.labels(), "", body.name(), body.driverOpts(), "local", Optional.empty());
    }

    @Override
    public VolumeList listVolumes(Map<String, List<String>> filters) {
        return new VolumeList(volumes, List.of());
    }

    @Override
    public Volume inspectVolume(String name) throws ApiException {
        return volumes.stream()
                .filter(volume -> volume.name().equals(name))
                .findFirst()
                .orElseThrow(() -> ApiException.notFound("get " + name + ": no such volume"));
    }

    @Override
    public void removeVolume(String name, boolean force) throws ApiException {
        if (!force) {
            volumes.remove(inspectVolume(name));
        }
    }

    @Override
    public VolumesPruned pruneVolumes(Map<String, List<String>> filters) {
        calls.add("prune volumes " + filters);
        List<String> names = volumes.stream().map(Volume::name).toList();
        volumes.clear();
        return new VolumesPruned(names, 1234);
    }

    @Override
    public NetworkCreateResponse createNetwork(NetworkCreateRequest body) {
        networkBodies.add(body);
        return new NetworkCreateResponse("id of " + body.name(), "");
    }

    @Override
    public List<NetworkInspect> listNetworks(Map<String, List<String>> filters) {
        return networks;
    }

    @Override
    public NetworkInspect inspectNetwork(String id) throws ApiException {
        return networks.stream()
                .filter(network -> network.name().equals(id))
                .findFirst()
                .orElseThrow(() -> ApiException.notFound("network " + id + " not found"));
    }

    @Override
    public void removeNetwork(String id) throws ApiException {
        networks.remove(inspectNetwork(id));
    }

    @Override
    public void connectNetwork(String id, NetworkConnectRequest body) {
        calls.add("connect " + body.container() + " to " + id);
        connections.add(body);
    }

    @Override
    public void disconnectNetwork(String id, NetworkDisconnectRequest body) {
        calls.add("disconnect " + body.container() + " from " + id + (body.force() ? " by force" : ""));
    }

    @Override
    public NetworksPruned pruneNetworks(Map<String, List<String>> filters) {
        List<String> names = networks.stream().map(NetworkInspect::name).toList();
        networks.clear();
        return new NetworksPruned(names);
    }

    /** The streams of the one process that there is; what it writes is put in before. */
    public final class Streams implements Attachment {
        public final LinkedBlockingQueue<Optional<Output>> output = new LinkedBlockingQueue<>();
        public volatile boolean isClosed;
        public final StringBuffer input = new StringBuffer();

        public void writes(OutputStreamName stream, String text) {
            output.add(Optional.of(new Output(stream, text.getBytes(StandardCharsets.UTF_8))));
        }

        public void ends() {
            output.add(Optional.empty());
        }

        @Override
        public Optional<Output> next() {
            try {
                return output.take();
            } catch (InterruptedException e) {
                return Optional.empty();
            }
        }

        @Override
        public void write(byte[] bytes) {
            input.append(new String(bytes, StandardCharsets.UTF_8));
        }

        @Override
        public void closeInput() {
            calls.add("close input");
        }

        @Override
        public void close() {
            isClosed = true;
            ends();
        }
    }

    private void call(String... words) {
        calls.add(String.join(" ", words));
    }

    private ContainerInspect known(String id) throws ApiException {
        ContainerInspect container = containers.get(id);
        if (container == null) {
            throw ApiException.notFound("No such container: " + id);
        }
        return container;
    }

    @Override
    public CreateResponse createContainer(Optional<String> name, Optional<String> platform, CreateRequest body)
            throws ApiException {
        call("create", name.orElse("-") + platform.map(each -> " for " + each).orElse(""));
        bodies.add(body);
        if (createFails.isPresent()) {
            throw createFails.get();
        }
        return new CreateResponse("0123456789abcdef", warnings);
    }

    @Override
    public Change startContainer(String id, StartOptions options) throws ApiException {
        call("start", id, options.trace() ? "traced" : "");
        if (startFails.isPresent()) {
            throw startFails.get();
        }
        return Change.DONE;
    }

    @Override
    public Change stopContainer(String id, StopOptions options) throws ApiException {
        known(id);
        call("stop", id, options.signal(), options.timeout().toString());
        return Change.DONE;
    }

    @Override
    public void restartContainer(String id, StopOptions options) throws ApiException {
        known(id);
        call("restart", id);
    }

    @Override
    public void killContainer(String id, String signal) {
        call("kill", id, signal);
    }

    @Override
    public void removeContainer(String id, RemoveOptions options) throws ApiException {
        known(id);
        call("remove", id, options.force() ? "by force" : "");
    }

    @Override
    public void pauseContainer(String id) throws ApiException {
        known(id);
        call("pause", id);
    }

    @Override
    public void unpauseContainer(String id) throws ApiException {
        known(id);
        call("unpause", id);
    }

    @Override
    public void renameContainer(String id, String name) {
        call("rename", id, name);
    }

    @Override
    public ContainerInspect inspectContainer(String id) throws ApiException {
        return known(id);
    }

    @Override
    public List<ContainerSummary> listContainers(ListOptions options) {
        call("list", options.toString());
        return summaries;
    }

    @Override
    public CompletableFuture<WaitResponse> waitContainer(String id, WaitCondition condition) {
        call("wait", id, condition.apiName());
        if (neverEnds) {
            return new CompletableFuture<>();
        }
        if (waitFails.isPresent()) {
            return CompletableFuture.failedFuture(waitFails.get());
        }
        return CompletableFuture.completedFuture(new WaitResponse(status, Optional.empty()));
    }

    @Override
    public Attachment attachContainer(String id, AttachOptions options) {
        call("attach", id, options.stdin() ? "with input" : "");
        return streams;
    }

    @Override
    public void containerLogs(String id, LogsOptions options, LogSink to) throws ApiException {
        call("logs", options.toString());
        try {
            to.write(OutputStreamName.STDOUT, "out\n".getBytes(StandardCharsets.UTF_8));
            to.write(OutputStreamName.STDERR, "err\n".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ApiException(500, "nobody reads", e);
        }
    }

    @Override
    public void resizeContainer(String id, int rows, int columns) {
        call("resize", id, rows + "x" + columns);
    }

    @Override
    public Top topContainer(String id, List<String> psArguments) {
        call("top", id, psArguments.toString());
        return new Top(List.of("PID", "CMD"), List.of(List.of("1", "sleep 5")));
    }

    @Override
    public String createExec(String id, ExecCreateRequest body) throws ApiException {
        execs.add(body);
        if (createFails.isPresent()) {
            throw createFails.get();
        }
        return "e1";
    }

    @Override
    public Attachment startExec(String execId, ExecStartRequest body) throws ApiException {
        call("start exec", body.detach() ? "detached" : "");
        if (startFails.isPresent()) {
            throw startFails.get();
        }
        return streams;
    }

    @Override
    public ExecInspect inspectExec(String execId) {
        return ExecInspect.builder().exitCode(status).build();
    }

    @Override
    public void resizeExec(String execId, int rows, int columns) {
        call("resize exec", rows + "x" + columns);
    }

    @Override
    public DiskUsage diskUsage() {
        return usage;
    }

    @Override
    public Version version() {
        return Version.builder().version("0.1.0").apiVersion("1.51").os("linux").build();
    }

    @Override
    public void explainContainer(CreateRequest body, ExplainOptions options, OutputStream to) throws ApiException {
        bodies.add(body);
        call("explain", options.toString());
        print(to, "explained\n");
    }

    @Override
    public Diagnosis diagnoseContainer(String id, int lines) throws ApiException {
        call("why", id + " " + lines);
        return diagnosis.orElseThrow();
    }

    @Override
    public void traceContainer(String id, ExplainOptions options, OutputStream to) throws ApiException {
        call("trace", id);
        print(to, "traced\n");
    }

    private static void print(OutputStream to, String text) throws ApiException {
        try {
            to.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ApiException(500, "cannot print", e);
        }
    }

    /** The image is here then. */
    @Override
    public String pullImage(String reference, PullOptions options, ProgressSink to) throws ApiException {
        String name = super.pullImage(reference, options, to);
        createFails = Optional.empty();
        return name;
    }

    @Override
    public PathStat statPath(String id, String path) throws ApiException {
        PathStat stat = stats.get(path);
        if (stat == null) {
            throw ApiException.notFound("Could not find the file " + path + " in container " + id);
        }
        return stat;
    }

    @Override
    public void readArchive(String id, String path, ArchiveSink to) throws ApiException {
        calls.add("get " + id + " " + path);
        String plain = path.endsWith("/.") ? path.substring(0, path.length() - 2) : path;
        try {
            to.open(statPath(id, plain)).write(("archive of " + path).getBytes(StandardCharsets.UTF_8));
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw new ApiException(ApiException.SERVER_ERROR, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void writeArchive(String id, String path, InputStream from, ArchiveOptions options) throws ApiException {
        String how = (options.keepKinds() ? " keep" : "") + (options.toUser() ? " user" : "");
        try {
            String sent = new String(from.readAllBytes(), StandardCharsets.UTF_8);
            calls.add("put " + id + " " + path + how + " " + sent);
        } catch (IOException e) {
            throw new ApiException(ApiException.SERVER_ERROR, String.valueOf(e.getMessage()), e);
        }
    }
}
