package dev.estiba.cli.remote;

import dev.estiba.api.ApiException;
import dev.estiba.api.ArchiveOptions;
import dev.estiba.api.ArchiveSink;
import dev.estiba.api.Body;
import dev.estiba.api.CommitOptions;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.Diagnosis;
import dev.estiba.api.DiskUsage;
import dev.estiba.api.EngineApi;
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
 * An engine in two places: containers are a daemon's, and images are read and written beside it, by whoever has the caller's
 * credentials and files. Both work on the same directories, whose locks are the kernel's. Safe for all threads.
 */
public final class DaemonEngine extends DaemonContainers {
    private final DaemonClient client;
    private final EngineApi here;

    /**
     * @param missing what is done when the daemon does not answer
     * @param here what works on the daemon's directories in this process
     */
    public DaemonEngine(DaemonClient client, DaemonClient.Missing missing, EngineApi here) {
        super(client, missing);
        this.client = client;
        this.here = here;
    }

    /** Of files of this machine: so who follows one goes on when the daemon is replaced. */
    @Override
    public void containerLogs(String id, LogsOptions options, LogSink to) throws ApiException {
        here.containerLogs(id, options, to);
    }

    /** Nobody starts a daemon to hear which one it would be. */
    @Override
    public Version version() throws ApiException {
        return client.isAnswering()
                ? requests().answer(Request.of("GET", Query.of("/version")), Body.VERSION)
                : here.version();
    }

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
    public ImageInspect inspectImage(String name, ImageInspectOptions options) throws ApiException {
        return here.inspectImage(name, options);
    }

    @Override
    public List<HistoryItem> imageHistory(String name, Optional<String> platform) throws ApiException {
        return here.imageHistory(name, platform);
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
    public List<HostFinding> checkHost() throws ApiException {
        return here.checkHost();
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
