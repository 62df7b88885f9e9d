package dev.estiba.cli.remote;

import dev.estiba.api.ApiException;
import dev.estiba.api.ArchiveOptions;
import dev.estiba.api.ArchiveSink;
import dev.estiba.api.Attachment;
import dev.estiba.api.Body;
import dev.estiba.api.FileChange;
import dev.estiba.api.LogSink;
import dev.estiba.api.LogsOptions;
import dev.estiba.api.PathStat;
import dev.estiba.cli.remote.DaemonClient.Request;
import dev.estiba.cli.remote.DaemonClient.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The files and the logs of a daemon's containers. */
final class RemoteFiles {
    private static final String STAT = "x-docker-container-path-stat";

    private final Requests requests;

    RemoteFiles(Requests requests) {
        this.requests = requests;
    }

    void logs(String id, LogsOptions options, LogSink to) throws ApiException {
        Query target = Query.of("/containers/{}/logs", id)
                .when(options.stdout(), "stdout")
                .when(options.stderr(), "stderr")
                .when(options.follow(), "follow")
                .when(options.timestamps(), "timestamps")
                .when(options.details(), "details")
                .with("since", options.since().map(RemoteContainers::time))
                .with("until", options.until().map(RemoteContainers::time))
                .with(
                        "tail",
                        options.tail().isPresent()
                                ? Long.toString(options.tail().getAsLong())
                                : "all");
        try (Response response = requests.send(Request.of("GET", target))) {
            StreamFrames frames = new StreamFrames(response.body(), StreamFrames.areIn(response.head()));
            for (Optional<Attachment.Output> next = frames.next(); next.isPresent(); next = frames.next()) {
                to.write(next.get().stream(), next.get().bytes());
            }
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw requests.broken("GET " + target, e);
        }
    }

    /** A daemon answers with null when there are none. */
    List<FileChange> changes(String id) throws ApiException {
        return requests.answers(Request.of("GET", Query.of("/containers/{}/changes", id)), Body.FILE_CHANGE);
    }

    void export(String id, OutputStream to) throws ApiException {
        requests.copy(Request.of("GET", Query.of("/containers/{}/export", id)), to);
    }

    private static Query archive(String id, String path) {
        return Query.of("/containers/{}/archive", id).with("path", path);
    }

    private static PathStat stat(Response response) throws ApiException {
        String text = response.head().header(STAT).orElse("");
        try {
            return Body.PATH_STAT.read(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new ApiException(ApiException.SERVER_ERROR, "the daemon says of the path: " + text, e);
        }
    }

    PathStat stat(String id, String path) throws ApiException {
        try (Response response = requests.send(Request.of("HEAD", archive(id, path)))) {
            return stat(response);
        }
    }

    void read(String id, String path, ArchiveSink to) throws ApiException {
        try (Response response = requests.send(Request.of("GET", archive(id, path)));
                OutputStream out = to.open(stat(response))) {
            response.body().transferTo(out);
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw requests.broken("GET " + path + " of container " + id, e);
        }
    }

    void write(String id, String path, InputStream from, ArchiveOptions options) throws ApiException {
        Query target = archive(id, path)
                .when(options.keepKinds(), "noOverwriteDirNonDir")
                .when(options.toUser(), "copyUIDGID");
        requests.done(Request.ofArchive("PUT", target, from));
    }
}
