package dev.estiba.api;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;

/**
 * A kind of body that a request or an answer has, read and written as the Engine API writes it. A document is at most
 * 10 MiB, 100 levels and 2^18 tokens large, a string in it at most 2^20 characters. Safe for all threads.
 *
 * @param <T> what the body says
 */
public final class Body<T> {
    public static final Body<CreateRequest> CREATE_REQUEST =
            new Body<>(CreateRequestJson::read, CreateRequestJson::write);
    public static final Body<CreateResponse> CREATE_RESPONSE =
            new Body<>(CreateResponseJson::read, CreateResponseJson::write);
    public static final Body<ContainerInspect> CONTAINER_INSPECT =
            new Body<>(ContainerInspectJson::read, ContainerInspectJson::write);
    public static final Body<ContainerSummary> CONTAINER_SUMMARY =
            new Body<>(ContainerSummaryJson::read, ContainerSummaryJson::write);
    public static final Body<ContainerConfig> CONTAINER_CONFIG =
            new Body<>(ContainerConfigJson::read, ContainerConfigJson::write);
    public static final Body<HostConfig> HOST_CONFIG = new Body<>(HostConfigJson::read, HostConfigJson::write);
    public static final Body<Resources> RESOURCES = new Body<>(ResourcesJson::read, ResourcesJson::write);
    public static final Body<WaitResponse> WAIT_RESPONSE = new Body<>(WaitResponseJson::read, WaitResponseJson::write);
    public static final Body<ExecCreateRequest> EXEC_CREATE_REQUEST =
            new Body<>(ExecCreateRequestJson::read, ExecCreateRequestJson::write);
    public static final Body<ExecStartRequest> EXEC_START_REQUEST =
            new Body<>(ExecStartRequestJson::read, ExecStartRequestJson::write);
    public static final Body<Health> HEALTH = new Body<>(HealthJson::read, HealthJson::write);
    public static final Body<ExecInspect> EXEC_INSPECT = new Body<>(ExecInspectJson::read, ExecInspectJson::write);
    public static final Body<Top> TOP = new Body<>(TopJson::read, TopJson::write);
    public static final Body<Version> VERSION = new Body<>(VersionJson::read, VersionJson::write);
    public static final Body<Info> INFO = new Body<>(InfoJson::read, InfoJson::write);
    public static final Body<ContainerStats> STATS = new Body<>(ContainerStatsJson::read, ContainerStatsJson::write);
    public static final Body<UpdateResponse> UPDATE_RESPONSE =
            new Body<>(UpdateResponseJson::read, UpdateResponseJson::write);
    public static final Body<ContainersPruned> CONTAINERS_PRUNED =
            new Body<>(ContainersPrunedJson::read, ContainersPrunedJson::write);
    public static final Body<Event> EVENT = new Body<>(EventJson::read, EventJson::write);
    public static final Body<IdResponse> ID_RESPONSE = new Body<>(IdResponseJson::read, IdResponseJson::write);
    public static final Body<ImageSummary> IMAGE_SUMMARY = new Body<>(ImageSummaryJson::read, ImageSummaryJson::write);
    public static final Body<ImageInspect> IMAGE_INSPECT = new Body<>(ImageInspectJson::read, ImageInspectJson::write);
    public static final Body<HistoryItem> HISTORY_ITEM = new Body<>(HistoryItemJson::read, HistoryItemJson::write);
    public static final Body<DiskUsage> DISK_USAGE = new Body<>(DiskUsageJson::read, DiskUsageJson::write);
    public static final Body<ImageDeleted> IMAGE_DELETED = new Body<>(ImageDeletedJson::read, ImageDeletedJson::write);
    public static final Body<RegistryImage> REGISTRY_IMAGE =
            new Body<>(RegistryImageJson::read, RegistryImageJson::write);
    public static final Body<ImagesPruned> IMAGES_PRUNED = new Body<>(ImagesPrunedJson::read, ImagesPrunedJson::write);
    public static final Body<ProgressLine> PROGRESS_LINE = new Body<>(ProgressLineJson::read, ProgressLineJson::write);
    public static final Body<LoginResult> LOGIN_RESULT = new Body<>(LoginResultJson::read, LoginResultJson::write);

    public static final Body<ImagePlatform> IMAGE_PLATFORM =
            new Body<>(ImagePlatformJson::read, ImagePlatformJson::write);

    /** Of {@code POST /auth} and {@code X-Registry-Auth}. */
    public static final Body<RegistryCredential> REGISTRY_CREDENTIAL =
            new Body<>(RegistryCredentialJson::read, RegistryCredentialJson::write);

    /** The parameter {@code filters}, in both forms; written as lists. */
    public static final Body<Map<String, List<String>>> FILTERS = new Body<>(FiltersJson::read, FiltersJson::write);

    public static final Body<FileChange> FILE_CHANGE = new Body<>(FileChangeJson::read, FileChangeJson::write);
    public static final Body<PathStat> PATH_STAT = new Body<>(PathStatJson::read, PathStatJson::write);
    public static final Body<NetworkCreateRequest> NETWORK_CREATE_REQUEST =
            new Body<>(NetworkCreateRequestJson::read, NetworkCreateRequestJson::write);
    public static final Body<NetworkCreateResponse> NETWORK_CREATE_RESPONSE =
            new Body<>(NetworkCreateResponseJson::read, NetworkCreateResponseJson::write);
    public static final Body<NetworkInspect> NETWORK_INSPECT =
            new Body<>(NetworkInspectJson::read, NetworkInspectJson::write);
    public static final Body<NetworkConnectRequest> NETWORK_CONNECT_REQUEST =
            new Body<>(NetworkConnectRequestJson::read, NetworkConnectRequestJson::write);
    public static final Body<NetworkDisconnectRequest> NETWORK_DISCONNECT_REQUEST =
            new Body<>(NetworkDisconnectRequestJson::read, NetworkDisconnectRequestJson::write);
    public static final Body<NetworksPruned> NETWORKS_PRUNED =
            new Body<>(NetworksPrunedJson::read, NetworksPrunedJson::write);
    public static final Body<NetworkSettings> NETWORK_SETTINGS =
            new Body<>(NetworkSettingsJson::read, NetworkSettingsJson::write);
    public static final Body<Volume> VOLUME = new Body<>(VolumeJson::read, VolumeJson::write);
    public static final Body<VolumeCreateRequest> VOLUME_CREATE_REQUEST =
            new Body<>(VolumeCreateRequestJson::read, VolumeCreateRequestJson::write);
    public static final Body<VolumeList> VOLUME_LIST = new Body<>(VolumeListJson::read, VolumeListJson::write);
    public static final Body<VolumesPruned> VOLUMES_PRUNED =
            new Body<>(VolumesPrunedJson::read, VolumesPrunedJson::write);
    public static final Body<Mount> MOUNT = new Body<>(MountJson::read, MountJson::write);
    public static final Body<ErrorResponse> ERROR_RESPONSE =
            new Body<>(ErrorResponseJson::read, ErrorResponseJson::write);

    private final Cursor.Reader<T> reader;
    private final BiConsumer<JsonGenerator, T> writer;

    private Body(Cursor.Reader<T> reader, BiConsumer<JsonGenerator, T> writer) {
        this.reader = reader;
        this.writer = writer;
    }

    /**
     * What a document says.
     *
     * @throws ApiException with status 400 when it is no JSON, too large, or says it with other types
     */
    public T read(byte[] document) throws ApiException {
        return read(document, reader);
    }

    /** What an array of them says; as {@link #read}. */
    public List<T> readList(byte[] document) throws ApiException {
        return read(document, in -> in.list(reader));
    }

    private static <R> R read(byte[] document, Cursor.Reader<R> reader) throws ApiException {
        try (Cursor in = Cursor.open(document)) {
            R value = reader.read(in);
            in.end();
            return value;
        } catch (JacksonException e) {
            throw new ApiException(ApiException.BAD_REQUEST, "invalid JSON", e);
        }
    }

    public byte[] write(T value, Layout layout) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
        try (JsonGenerator out = Output.open(bytes, layout)) {
            writer.accept(out, value);
        }
        return bytes.toByteArray();
    }

    public byte[] writeList(List<T> values, Layout layout) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
        try (JsonGenerator out = Output.open(bytes, layout)) {
            Output.list(out, values, writer);
        }
        return bytes.toByteArray();
    }
}
