package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.DiskUsage;
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
import dev.estiba.api.LoginRequest;
import dev.estiba.api.LoginResult;
import dev.estiba.api.ProgressSink;
import dev.estiba.api.PullOptions;
import dev.estiba.api.PushOptions;
import dev.estiba.api.RegistryAccess;
import dev.estiba.api.RegistryImage;
import dev.estiba.api.RegistryServeOptions;
import dev.estiba.api.ServedRegistry;
import dev.estiba.content.store.Catalogue;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The operations on images, each with the class that does it. */
public final class ImageOperations {
    private final Images images;
    private final ImageUsers users;
    private final Pulling pulling;
    private final Pushing pushing;
    private final ImageRemoval removal;
    private final Archives archives;
    private final Copying copying;
    private final Serving serving;
    private final Pruning pruning;
    private final Insides insides;
    private final Usage usage;
    private final Collecting collecting;

    public ImageOperations(Images images, ImageUsers users) {
        this.images = images;
        this.users = users;
        pulling = new Pulling(images);
        pushing = new Pushing(images);
        removal = new ImageRemoval(images, users);
        archives = new Archives(images);
        copying = new Copying(images);
        serving = new Serving(images);
        pruning = new Pruning(images, users);
        insides = new Insides(images);
        usage = new Usage(images, users);
        collecting = new Collecting(images, users, Collecting::lacks);
    }

    /** The name that the image has then. */
    public String pull(String reference, PullOptions options, ProgressSink to) throws IOException {
        String name = pulling.pull(reference, options, to);
        collecting.run(to);
        return name;
    }

    /** Takes away what nobody needs where the disk is nearly full, as after a pull. What was done is told in one line, nothing by none. */
    public void collect(ProgressSink to) {
        collecting.run(to);
    }

    /** What a reference may stand for. */
    public List<String> meant(String reference, RegistryAccess access) throws IOException {
        return ShortName.of(reference, access).meant().stream()
                .map(each -> each.tagged().familiar())
                .toList();
    }

    public void push(String reference, PushOptions options, ProgressSink to) throws IOException {
        pushing.push(reference, options, to);
    }

    public List<ImageSummary> list(ImageListOptions options) throws IOException {
        ImageFilters filters = new ImageFilters(options.filters(), images.store());
        Optional<Store> store = images.store().existing();
        if (store.isEmpty()) {
            return List.of();
        }
        Catalogue catalogue = images.store().catalogue();
        Described described = new Described(store.get(), catalogue);
        Usage.Sharing sharing =
                options.sharedSize() ? Usage.Sharing.of(catalogue.images()) : new Usage.Sharing(Map.of());
        List<ImageUsers.User> made = options.containers() || options.manifests() ? users.all() : List.of();
        ImageManifests manifests = new ImageManifests(store.get(), described, made);
        List<ImageSummary> found = new ArrayList<>();
        for (Catalogue.Listed listed : catalogue.images()) {
            StoredImage image = listed.image();
            List<Reference> names = described.namesOf(image);
            if (!image.dropped() && filters.match(image, names)) {
                ImageSummary summary = shown(described.summary(listed, count(options, made, image)), filters);
                if (options.sharedSize()) {
                    summary = summary.counted(sharing.bytes(described, image), summary.containers());
                }
                found.add(options.manifests() ? summary.withManifests(manifests.of(image)) : summary);
            }
        }
        found.sort(Comparator.comparingLong(ImageSummary::created).reversed());
        return found;
    }

    private static long count(ImageListOptions options, List<ImageUsers.User> made, StoredImage image) {
        return options.containers()
                ? made.stream().filter(each -> Usage.isOf(each, image)).count()
                : -1;
    }

    private static ImageSummary shown(ImageSummary image, ImageFilters filters) {
        if (filters.showsAll()) {
            return image;
        }
        List<String> tags = image.repoTags().stream()
                .filter(each -> filters.isShown(Reference.parse(each)))
                .toList();
        List<String> digests = image.repoDigests().stream()
                .filter(each -> filters.isShown(Reference.parse(each)))
                .toList();
        return image.withNames(tags, digests);
    }

    public ImageInspect inspect(String name, ImageInspectOptions options) throws IOException {
        if (options.manifests() && options.platform().isPresent()) {
            throw ApiException.badRequest("conflicting options: manifests and platform options cannot both be set");
        }
        StoredImage image = images.store().find(name).image();
        Described described =
                new Described(images.store().open(), images.store().catalogue());
        ImageInspect inspect = described.inspect(image, variant(name, image, options.platform()));
        return options.manifests()
                ? inspect.withManifests(new ImageManifests(images.store().open(), described, users.all()).of(image))
                : inspect;
    }

    public List<HistoryItem> history(String name, Optional<String> platform) throws IOException {
        StoredImage image = images.store().find(name).image();
        return new Described(images.store().open(), images.store().catalogue())
                .history(image, variant(name, image, platform));
    }

    /** What it is on this machine, or what it is for a platform. */
    private Variant variant(String name, StoredImage image, Optional<String> platform) throws ApiException {
        return platform.isEmpty()
                ? image.variants().getFirst()
                : Pushing.variant(name, image, HostPlatform.parse(platform.get(), images.host()));
    }

    public RegistryImage registryImage(String reference, RegistryAccess access) throws IOException {
        return new RegistryImages(images).inspect(reference, access);
    }

    public void tag(String source, String target) throws IOException {
        Reference name = ImageStore.parse(target);
        if (name.digest().isPresent()) {
            throw ApiException.badRequest("cannot import digest reference");
        }
        StoredImage image = images.store().find(source).image();
        images.store().open().images().change(records -> {
            if (records.images().find(image.root().digest()).isEmpty()) {
                throw ImageStore.absent(source);
            }
            return records.name(name.tagged(), image.root().digest());
        });
        images.events().tagged(image, name.tagged());
    }

    public List<ImageDeleted> remove(String name, boolean force, List<String> platforms) throws IOException {
        return platforms.isEmpty()
                ? removal.remove(name, force)
                : removal.remove(name, force, Pulling.platforms(platforms, images.host()));
    }

    public void save(List<String> names, List<String> platforms, OutputStream to) throws IOException {
        archives.save(names, platforms, to);
    }

    public void load(InputStream from, List<String> platforms, ProgressSink to) throws IOException {
        archives.load(from, platforms, to);
        collecting.run(to);
    }

    public void importArchive(InputStream from, ImportOptions options, ProgressSink to) throws IOException {
        archives.importArchive(from, options, to);
    }

    public ImagesChecked check(ImageCheckOptions options, ProgressSink to) throws IOException {
        return new Checking(images).check(options, to);
    }

    public ImagesPruned prune(ImagePruneOptions options) throws IOException {
        return pruning.prune(options);
    }

    public ImageTree tree(String name, ImageTreeOptions options) throws IOException {
        return insides.tree(name, options);
    }

    public ImageDiff diff(String before, String after, ImageTreeOptions options) throws IOException {
        return insides.diff(before, after, options);
    }

    /** How much of the disk images have, beside these containers. */
    public DiskUsage usage(List<ContainerSummary> containers) throws IOException {
        return usage.of(containers);
    }

    public LoginResult login(LoginRequest request, RegistryAccess access) throws IOException {
        return LoggingIn.login(request, access);
    }

    public boolean logout(String server, RegistryAccess access) throws IOException {
        return LoggingIn.logout(server, access);
    }

    public Optional<String> knownUser(String server, RegistryAccess access) throws IOException {
        return LoggingIn.knownUser(server, access);
    }

    public ServedRegistry serve(RegistryServeOptions options) throws IOException {
        return serving.serve(options);
    }

    public void copy(ImageCopyOptions options, ProgressSink to) throws IOException {
        copying.copy(options, to);
    }
}
