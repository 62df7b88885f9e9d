package dev.estiba.api;

import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The operations of the Engine API on containers, as the command and the HTTP door ask for them. A container is named by
 * its ID, the beginning of it, or its name. Every operation throws {@link ApiException} with the status and the words
 * that dockerd would answer with. Safe for all threads.
 */
public interface EngineApi extends ImagesApi, FilesApi, NetworksApi, VolumesApi {
    default CreateResponse createContainer(Optional<String> name, CreateRequest body) throws ApiException {
        return createContainer(name, Optional.empty(), body);
    }

    /**
     * @param platform what the image must be for: {@code linux/arm64}; without, what it is here
     * @throws ApiException 404 also when the image is not here, or not for that platform: it can be pulled then
     */
    CreateResponse createContainer(Optional<String> name, Optional<String> platform, CreateRequest body)
            throws ApiException;

    /** {@link Change#NOT_MODIFIED} when it runs already. */
    Change startContainer(String id, StartOptions options) throws ApiException;

    /** {@link Change#NOT_MODIFIED} when it does not run. */
    Change stopContainer(String id, StopOptions options) throws ApiException;

    void restartContainer(String id, StopOptions options) throws ApiException;

    /** @param signal a name with or without SIG, or a number; empty: KILL */
    void killContainer(String id, String signal) throws ApiException;

    void removeContainer(String id, RemoveOptions options) throws ApiException;

    void pauseContainer(String id) throws ApiException;

    void unpauseContainer(String id) throws ApiException;

    void renameContainer(String id, String name) throws ApiException;

    ContainerInspect inspectContainer(String id) throws ApiException;

    /** With the sizes of its file systems, which take time to count. */
    default ContainerInspect inspectContainer(String id, boolean withSize) throws ApiException {
        return inspectContainer(id);
    }

    List<ContainerSummary> listContainers(ListOptions options) throws ApiException;

    /** The same list where it is known without a look at a file and without waiting for anybody; empty elsewhere. */
    default Optional<List<ContainerSummary>> knownContainers(ListOptions options) throws ApiException {
        return Optional.empty();
    }

    /** The wait has begun when this returns, so an end that comes after it is not missed. */
    CompletableFuture<WaitResponse> waitContainer(String id, WaitCondition condition) throws ApiException;

    /** Also before the start: then nothing of the output is missed. */
    Attachment attachContainer(String id, AttachOptions options) throws ApiException;

    /** Returns at the log's end, or with {@code follow} at the container's. */
    void containerLogs(String id, LogsOptions options, LogSink to) throws ApiException;

    void resizeContainer(String id, int rows, int columns) throws ApiException;

    /** @param psArguments of ps(1); empty: {@code -ef} */
    Top topContainer(String id, List<String> psArguments) throws ApiException;

    /** Sets other limits and another restart policy, of a container that runs at once. */
    default UpdateResponse updateContainer(String id, UpdateRequest request) throws ApiException {
        throw ApiException.notImplemented("update is not built yet");
    }

    /** Removes the containers that do not run. */
    default ContainersPruned pruneContainers(Map<String, List<String>> filters) throws ApiException {
        throw ApiException.notImplemented("prune is not built yet");
    }

    /** What a container uses; of one that does not run, that it uses nothing. */
    default void containerStats(String id, StatsOptions options, StatsSink to) throws ApiException {
        throw ApiException.notImplemented("stats are not built yet");
    }

    /** The ID of the new exec. */
    String createExec(String id, ExecCreateRequest body) throws ApiException;

    /** The exec's output; of a detached one an attachment that has nothing. */
    Attachment startExec(String execId, ExecStartRequest body) throws ApiException;

    ExecInspect inspectExec(String execId) throws ApiException;

    void resizeExec(String execId, int rows, int columns) throws ApiException;

    /** How much of the disk images and containers have. */
    DiskUsage diskUsage() throws ApiException;

    Version version() throws ApiException;

    /** The engine and its host, in numbers. */
    default Info info() throws ApiException {
        throw ApiException.notImplemented("info is not built yet");
    }

    /**
     * Tells events until the options' end, until its thread is interrupted, or the sink throws.
     *
     * @throws ApiException also when there is nobody here who knows of all that happens
     */
    default void events(EventsOptions options, EventSink to) throws ApiException {
        throw ApiException.notImplemented("events need the daemon");
    }

    // Not in Docker's API

    /** What of this host, and of what runs on it, keeps containers from working; nothing is changed. */
    default List<HostFinding> checkHost() throws ApiException {
        return List.of();
    }

    /** How the start of such a container would go, step by step; nothing is made. */
    void explainContainer(CreateRequest body, ExplainOptions options, OutputStream to) throws ApiException;

    /** How the start went that was asked for with {@link StartOptions#trace()}. */
    void traceContainer(String id, ExplainOptions options, OutputStream to) throws ApiException;

    /**
     * Why a container is as it is.
     *
     * @param lines how many of its log's last ones are told
     */
    default Diagnosis diagnoseContainer(String id, int lines) throws ApiException {
        throw ApiException.notImplemented("why is not built for this engine");
    }
}
