package dev.estiba.cli.remote;

import dev.estiba.api.ApiException;
import dev.estiba.api.ArchiveOptions;
import dev.estiba.api.ArchiveSink;
import dev.estiba.api.Body;
import dev.estiba.api.CommitOptions;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.Diagnosis;
import dev.estiba.api.DiskUsage;
import dev.estiba.api.ExplainOptions;
import dev.estiba.api.FileChange;
import dev.estiba.api.HistoryItem;
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
import dev.estiba.api.LogSink;
import dev.estiba.api.LoginRequest;
import dev.estiba.api.LoginResult;
import dev.estiba.api.LogsOptions;
import dev.estiba.api.PathStat;
import dev.estiba.api.ProgressSink;
import dev.estiba.api.PullOptions;
import dev.estiba.api.PushOptions;
import dev.estiba.api.RegistryAccess;
import dev.estiba.api.RegistryServeOptions;
import dev.estiba.api.ServedRegistry;
import dev.estiba.api.Version;
import dev.estiba.cli.remote.DaemonClient.Request;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/**
 * A daemon that is somewhere else, and may be dockerd: all is asked over HTTP, and what no Docker API has is refused by name. Safe for
 * all threads.
 */
public final class FarEngine extends DaemonContainers {
    private final RemoteImages images;
    private final RemoteFiles files;
    private final String address;

    public FarEngine(DaemonClient client) {
        super(client, why -> {
            throw new ApiException(
                    ApiException.SERVER_ERROR,
                    "Cannot connect to the daemon at " + client.address() + ": " + DaemonClient.words(why)
                            + "; does it run there? 'estiba context ls' shows where commands go",
                    why);
        });
        images = new RemoteImages(requests());
        files = new RemoteFiles(requests());
        address = client.address().toString();
    }

    /** What is refused for being asked of a daemon that is somewhere else. */
    public ApiException onlyHere(String what) {
        return new ApiException(
                ApiException.NOT_IMPLEMENTED,
                what + " works on the directories of this machine's Estiba, and the daemon at " + address
                        + " is asked over Docker's API, which has no such thing");
    }

    @Override
    public Version version() throws ApiException {
        return requests().answer(Request.of("GET", Query.of("/version")), Body.VERSION);
    }

    @Override
    public DiskUsage diskUsage() throws ApiException {
        return requests().answer(Request.of("GET", Query.of("/system/df")), Body.DISK_USAGE);
    }

    // Files

    @Override
    public void containerLogs(String id, LogsOptions options, LogSink to) throws ApiException {
        files.logs(id, options, to);
    }

    @Override
    public List<FileChange> containerChanges(String id) throws ApiException {
        return files.changes(id);
    }

    @Override
    public void exportContainer(String id, OutputStream to) throws ApiException {
        files.export(id, to);
    }

    @Override
    public PathStat statPath(String id, String path) throws ApiException {
        return files.stat(id, path);
    }

    @Override
    public void readArchive(String id, String path, ArchiveSink to) throws ApiException {
        files.read(id, path, to);
    }

    @Override
    public void writeArchive(String id, String path, InputStream from, ArchiveOptions options) throws ApiException {
        files.write(id, path, from, options);
    }

    @Override
    public String commitContainer(String id, CommitOptions options) throws ApiException {
        return images.commit(id, options);
    }

    // Images

    @Override
    public String pullImage(String reference, PullOptions options, ProgressSink to) throws ApiException {
        if (options.referrers() || options.allPlatforms() || options.platforms().size() > 1) {
            throw onlyHere("pulling signatures or several platforms");
        }
        return images.pull(reference, options, to);
    }

    @Override
    public List<String> meantImages(String reference, RegistryAccess access) {
        return List.of(reference);
    }

    @Override
    public void pushImage(String reference, PushOptions options, ProgressSink to) throws ApiException {
        if (options.referrers() || options.platforms().size() > 1) {
            throw onlyHere("pushing signatures or several platforms");
        }
        images.push(reference, options, to);
    }

    @Override
    public List<ImageSummary> listImages(ImageListOptions options) throws ApiException {
        return images.list(options);
    }

    @Override
    public ImageInspect inspectImage(String name) throws ApiException {
        return images.inspect(name);
    }

    @Override
    public List<HistoryItem> imageHistory(String name) throws ApiException {
        return images.history(name, Optional.empty());
    }

    @Override
    public List<HistoryItem> imageHistory(String name, Optional<String> platform) throws ApiException {
        return images.history(name, platform);
    }

    @Override
    public ImageInspect inspectImage(String name, ImageInspectOptions options) throws ApiException {
        return images.inspect(name, options);
    }

    @Override
    public void tagImage(String source, String target) throws ApiException {
        images.tag(source, target);
    }

    @Override
    public List<ImageDeleted> removeImage(String name, boolean force) throws ApiException {
        return images.remove(name, force);
    }

    @Override
    public void saveImages(List<String> names, List<String> platforms, OutputStream to) throws ApiException {
        images.save(names, platforms, to);
    }

    @Override
    public void loadImages(InputStream from, List<String> platforms, ProgressSink to) throws ApiException {
        images.load(from, platforms, to);
    }

    @Override
    public void importImage(InputStream from, ImportOptions options, ProgressSink to) throws ApiException {
        images.importFrom(from, options, to);
    }

    @Override
    public ImagesPruned pruneImages(ImagePruneOptions options) throws ApiException {
        return images.prune(options);
    }

    @Override
    public LoginResult login(LoginRequest request, RegistryAccess access) throws ApiException {
        throw onlyHere("login");
    }

    @Override
    public boolean logout(String server, RegistryAccess access) throws ApiException {
        throw onlyHere("logout");
    }

    @Override
    public Optional<String> knownUser(String server, RegistryAccess access) {
        return Optional.empty();
    }

    // Not in Docker's API

    @Override
    public Diagnosis diagnoseContainer(String id, int lines) throws ApiException {
        throw onlyHere("why");
    }

    @Override
    public void explainContainer(CreateRequest body, ExplainOptions options, OutputStream to) throws ApiException {
        throw onlyHere("--explain");
    }

    @Override
    public void traceContainer(String id, ExplainOptions options, OutputStream to) throws ApiException {
        throw onlyHere("--trace");
    }

    @Override
    public ServedRegistry serveRegistry(RegistryServeOptions options) throws ApiException {
        throw onlyHere("registry serve");
    }

    @Override
    public ImagesChecked checkImages(ImageCheckOptions options, ProgressSink to) throws ApiException {
        throw onlyHere("system check");
    }

    @Override
    public void copyImage(ImageCopyOptions options, ProgressSink to) throws ApiException {
        throw onlyHere("image cp");
    }

    @Override
    public ImageTree imageTree(String name, ImageTreeOptions options) throws ApiException {
        throw onlyHere("image tree");
    }

    @Override
    public ImageDiff diffImages(String before, String after, ImageTreeOptions options) throws ApiException {
        throw onlyHere("image diff");
    }
}
