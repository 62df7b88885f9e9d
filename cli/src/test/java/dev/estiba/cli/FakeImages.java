package dev.estiba.cli;

import dev.estiba.api.ApiException;
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
import dev.estiba.api.ImagesApi;
import dev.estiba.api.ImagesChecked;
import dev.estiba.api.ImagesPruned;
import dev.estiba.api.ImportOptions;
import dev.estiba.api.LoginRequest;
import dev.estiba.api.LoginResult;
import dev.estiba.api.Progress;
import dev.estiba.api.ProgressSink;
import dev.estiba.api.PullOptions;
import dev.estiba.api.PushOptions;
import dev.estiba.api.RegistryAccess;
import dev.estiba.api.RegistryServeOptions;
import dev.estiba.api.ServedRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/** The half of {@link FakeEngine} that is about images. */
public abstract class FakeImages implements ImagesApi {
    public final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    public final List<Progress> progress = new ArrayList<>();
    public final Map<String, ImageInspect> images = new TreeMap<>();
    public final Map<String, List<ImageDeleted>> removable = new TreeMap<>();
    public final List<RegistryAccess> accesses = new ArrayList<>();
    public final List<LoginRequest> logins = new ArrayList<>();
    public Set<String> refused = Set.of();
    public List<ImageSummary> imageSummaries = List.of();
    public List<HistoryItem> history = List.of();
    public ImagesChecked checked = new ImagesChecked(List.of(), 0, 0, 0);
    public Optional<ImageTree> tree = Optional.empty();
    public Optional<ImageDiff> diff = Optional.empty();
    public ImagesPruned pruned = new ImagesPruned(List.of(), 0);
    public Optional<ApiException> imagesFail = Optional.empty();
    public Optional<String> warning = Optional.empty();
    public Optional<String> user = Optional.empty();
    public Optional<CountDownLatch> waits = Optional.empty();

    /** Writes the words down, tells the progress, waits to be interrupted if it is to, and fails if it is to. */
    private void transfer(ProgressSink to, String... words) throws ApiException {
        calls.add(String.join(" ", words));
        progress.forEach(to::tell);
        if (waits.isPresent()) {
            waits.get().countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new ApiException(ApiException.SERVER_ERROR, "interrupted", e);
            }
        }
        if (imagesFail.isPresent()) {
            throw imagesFail.get();
        }
    }

    @Override
    public String pullImage(String reference, PullOptions options, ProgressSink to) throws ApiException {
        accesses.add(options.access());
        String all = (options.allPlatforms() ? " all platforms" : "")
                + (options.allTags() ? " all tags" : "")
                + (options.referrers() ? " referrers" : "");
        transfer(to, "pull", reference, options.platforms() + all);
        return dev.estiba.oci.image.Reference.parse(reference).toString();
    }

    @Override
    public List<String> meantImages(String reference, RegistryAccess access) {
        return List.of(reference);
    }

    @Override
    public void pushImage(String reference, PushOptions options, ProgressSink to) throws ApiException {
        accesses.add(options.access());
        transfer(
                to,
                "push",
                reference,
                options.platforms()
                        + (options.allTags() ? " all tags" : "")
                        + (options.referrers() ? " referrers" : ""));
    }

    @Override
    public List<ImageSummary> listImages(ImageListOptions options) throws ApiException {
        transfer(ProgressSink.NONE, "images", options.filters().toString());
        return imageSummaries;
    }

    @Override
    public ImageInspect inspectImage(String name) throws ApiException {
        if (imagesFail.isPresent()) {
            throw imagesFail.get();
        }
        ImageInspect image = images.get(name);
        if (image == null) {
            throw ApiException.notFound("No such image: " + name);
        }
        return image;
    }

    @Override
    public List<HistoryItem> imageHistory(String name) throws ApiException {
        transfer(ProgressSink.NONE, "history", name);
        return history;
    }

    @Override
    public void tagImage(String source, String target) throws ApiException {
        transfer(ProgressSink.NONE, "tag", source, target);
    }

    @Override
    public List<ImageDeleted> removeImage(String name, boolean force) throws ApiException {
        transfer(ProgressSink.NONE, "remove image", name, force ? "by force" : "");
        List<ImageDeleted> deleted = removable.get(name);
        if (deleted == null) {
            throw ApiException.notFound("No such image: " + name);
        }
        return deleted;
    }

    @Override
    public void saveImages(List<String> names, List<String> platforms, OutputStream to) throws ApiException {
        try {
            to.write("half".getBytes(StandardCharsets.UTF_8));
            transfer(ProgressSink.NONE, "save", names.toString(), platforms.toString());
            to.write(" and whole".getBytes(StandardCharsets.UTF_8));
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw new ApiException(ApiException.SERVER_ERROR, "cannot write", e);
        }
    }

    @Override
    public void loadImages(InputStream from, List<String> platforms, ProgressSink to) throws ApiException {
        transfer(to, "load", platforms.toString(), text(from));
    }

    @Override
    public void importImage(InputStream from, ImportOptions options, ProgressSink to) throws ApiException {
        transfer(to, "import", options.toString(), text(from));
    }

    private static String text(InputStream from) throws ApiException {
        try {
            return new String(from.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ApiException(ApiException.SERVER_ERROR, "cannot read", e);
        }
    }

    @Override
    public ImagesChecked checkImages(ImageCheckOptions options, ProgressSink to) throws ApiException {
        transfer(to, "check", options.repair() ? "repair" : "look");
        return checked;
    }

    @Override
    public ServedRegistry serveRegistry(RegistryServeOptions options) throws ApiException {
        transfer(ProgressSink.NONE, "serve", options.toString());
        return new ServedRegistry() {
            @Override
            public String url() {
                return "http://" + options.host() + ":" + options.port();
            }

            @Override
            public void close() {
                calls.add("served");
            }
        };
    }

    @Override
    public ImagesPruned pruneImages(ImagePruneOptions options) throws ApiException {
        transfer(ProgressSink.NONE, "prune", options.filters().toString());
        return pruned;
    }

    @Override
    public LoginResult login(LoginRequest request, RegistryAccess access) throws ApiException {
        accesses.add(access);
        logins.add(request);
        transfer(ProgressSink.NONE, "login", request.server());
        if (refused.contains(request.password())) {
            throw new ApiException(401, "unauthorized");
        }
        return new LoginResult("Login Succeeded", warning);
    }

    @Override
    public boolean logout(String server, RegistryAccess access) throws ApiException {
        accesses.add(access);
        transfer(ProgressSink.NONE, "logout", server);
        return user.isPresent();
    }

    @Override
    public Optional<String> knownUser(String server, RegistryAccess access) {
        return user;
    }

    @Override
    public void copyImage(ImageCopyOptions options, ProgressSink to) throws ApiException {
        transfer(
                to,
                "copy",
                options.source(),
                options.target(),
                options.directory() + " " + options.platforms() + (options.referrers() ? " referrers" : ""));
    }

    @Override
    public ImageTree imageTree(String name, ImageTreeOptions options) throws ApiException {
        transfer(ProgressSink.NONE, "tree", name, options.platform().orElse("-"), Integer.toString(options.files()));
        return tree.orElseThrow();
    }

    @Override
    public ImageDiff diffImages(String before, String after, ImageTreeOptions options) throws ApiException {
        transfer(ProgressSink.NONE, "diff", before, after, Integer.toString(options.files()));
        return diff.orElseThrow();
    }
}
