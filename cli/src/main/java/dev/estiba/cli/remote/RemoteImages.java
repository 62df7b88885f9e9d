package dev.estiba.cli.remote;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.CommitOptions;
import dev.estiba.api.HistoryItem;
import dev.estiba.api.ImageDeleted;
import dev.estiba.api.ImageInspect;
import dev.estiba.api.ImageInspectOptions;
import dev.estiba.api.ImageListOptions;
import dev.estiba.api.ImagePruneOptions;
import dev.estiba.api.ImageSummary;
import dev.estiba.api.ImagesPruned;
import dev.estiba.api.ImportOptions;
import dev.estiba.api.Layout;
import dev.estiba.api.Progress;
import dev.estiba.api.ProgressLine;
import dev.estiba.api.ProgressSink;
import dev.estiba.api.PullOptions;
import dev.estiba.api.PushOptions;
import dev.estiba.cli.remote.DaemonClient.Request;
import dev.estiba.cli.template.Tree;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A daemon's images. */
final class RemoteImages {
    private final Requests requests;

    RemoteImages(Requests requests) {
        this.requests = requests;
    }

    private static Reference parsed(String reference) throws ApiException {
        try {
            return Reference.parse(reference);
        } catch (IllegalArgumentException e) {
            throw new ApiException(ApiException.BAD_REQUEST, String.valueOf(e.getMessage()), e);
        }
    }

    private static String repository(Reference name) {
        return new Reference(name.domain(), name.path(), Optional.empty(), Optional.empty()).familiar();
    }

    String pull(String reference, PullOptions options, ProgressSink to) throws ApiException {
        Reference name = parsed(reference);
        Optional<String> chosen = name.digest().map(Digest::toString).or(name::tag);
        String tag = options.allTags() ? "" : chosen.orElse("latest");
        Query target = Query.of("/images/create")
                .with("fromImage", repository(name))
                .withText("tag", tag)
                .with("platform", options.platforms());
        Request request = Request.of("POST", target)
                .with("X-Registry-Auth", ConfiguredCredentials.header(options.access(), name.domain()));
        progress(request, to);
        return options.allTags() ? repository(name) : name.tagged().toString();
    }

    void push(String reference, PushOptions options, ProgressSink to) throws ApiException {
        Reference name = parsed(reference);
        Query target = Query.of("/images/{}/push", repository(name))
                .withText("tag", options.allTags() ? "" : name.tag().orElse("latest"));
        Request request = Request.of("POST", target)
                .with("X-Registry-Auth", ConfiguredCredentials.header(options.access(), name.domain()));
        progress(request, to);
    }

    /** Tells what a stream of it says; a failure in it is one. */
    private void progress(Request request, ProgressSink to) throws ApiException {
        requests.lines(request, line -> {
            switch (Body.PROGRESS_LINE.read(line)) {
                case ProgressLine.Told(Progress progress) -> to.tell(progress);
                case ProgressLine.Said(String text) -> to.tell(Progress.of(text.strip()));
                case ProgressLine.Failed(String message) -> throw new ApiException(ApiException.SERVER_ERROR, message);
            }
        });
    }

    List<ImageSummary> list(ImageListOptions options) throws ApiException {
        Query target = Query.of("/images/json")
                .when(options.all(), "all")
                .when(options.sharedSize(), "shared-size")
                .when(options.manifests(), "manifests")
                .withText("filters", Requests.filters(options.filters()));
        return requests.answers(Request.of("GET", target), Body.IMAGE_SUMMARY);
    }

    ImageInspect inspect(String name) throws ApiException {
        return requests.answer(Request.of("GET", Query.of("/images/{}/json", name)), Body.IMAGE_INSPECT);
    }

    ImageInspect inspect(String name, ImageInspectOptions options) throws ApiException {
        Query target = Query.of("/images/{}/json", name)
                .when(options.manifests(), "manifests")
                .with("platform", options.platform().map(RemoteImages::platform));
        return requests.answer(Request.of("GET", target), Body.IMAGE_INSPECT);
    }

    /** As the API has it: {"os":"linux","architecture":"arm64","variant":"v8"}. */
    private static String platform(String text) {
        String[] parts = text.split("/", 3);
        Map<String, Object> platform = new LinkedHashMap<>();
        platform.put("os", parts[0]);
        if (parts.length > 1) {
            platform.put("architecture", parts[1]);
        }
        if (parts.length > 2) {
            platform.put("variant", parts[2]);
        }
        return Tree.write(platform);
    }

    List<HistoryItem> history(String name, Optional<String> platform) throws ApiException {
        Query target = Query.of("/images/{}/history", name).with("platform", platform.map(RemoteImages::platform));
        return requests.answers(Request.of("GET", target), Body.HISTORY_ITEM);
    }

    void tag(String source, String target) throws ApiException {
        Reference name = parsed(target);
        requests.done(Request.of(
                "POST",
                Query.of("/images/{}/tag", source)
                        .with("repo", repository(name))
                        .withText("tag", name.tag().orElse("latest"))));
    }

    List<ImageDeleted> remove(String name, boolean force) throws ApiException {
        Query target = Query.of("/images/{}", name).when(force, "force");
        return requests.answers(Request.of("DELETE", target), Body.IMAGE_DELETED);
    }

    void save(List<String> names, List<String> platforms, OutputStream to) throws ApiException {
        Query target = Query.of("/images/get")
                .with("names", names)
                .with("platform", platforms.stream().map(RemoteImages::platform).toList());
        requests.copy(Request.of("GET", target), to);
    }

    void load(InputStream from, List<String> platforms, ProgressSink to) throws ApiException {
        Query target = Query.of("/images/load")
                .with("platform", platforms.stream().map(RemoteImages::platform).toList());
        progress(Request.ofArchive("POST", target, from), to);
    }

    void importFrom(InputStream from, ImportOptions options, ProgressSink to) throws ApiException {
        Query target = Query.of("/images/create")
                .with("fromSrc", "-")
                .with("message", options.message())
                .with("platform", options.platform())
                .with("changes", options.changes());
        if (options.reference().isPresent()) {
            Reference name = parsed(options.reference().get());
            target.with("repo", repository(name)).with("tag", name.tag());
        }
        progress(Request.ofArchive("POST", target, from), to);
    }

    ImagesPruned prune(ImagePruneOptions options) throws ApiException {
        Query target = Query.of("/images/prune").withText("filters", Requests.filters(options.filters()));
        return requests.answer(Request.of("POST", target), Body.IMAGES_PRUNED);
    }

    String commit(String id, CommitOptions options) throws ApiException {
        Query target = Query.of("/commit")
                .with("container", id)
                .withText("author", options.author())
                .withText("comment", options.comment())
                .with("pause", options.pause() ? "1" : "0")
                .with("changes", options.changes());
        if (options.reference().isPresent()) {
            Reference name = parsed(options.reference().get());
            target.with("repo", repository(name)).with("tag", name.tag());
        }
        Request request = options.config().isPresent()
                ? Request.of(
                        "POST",
                        target,
                        Body.CONTAINER_CONFIG.write(options.config().get(), Layout.COMPACT))
                : Request.of("POST", target);
        return requests.answer(request, Body.ID_RESPONSE).id();
    }
}
