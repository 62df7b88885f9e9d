package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.content.fetch.Inventory;
import dev.estiba.content.inspect.ImpliedDirectories;
import dev.estiba.content.store.Layers;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.engine.event.Events;
import dev.estiba.linux.FileStamp;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Platform;
import dev.estiba.registry.client.Connections;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What containers can be made of. Safe for all threads and processes. */
public final class Images {
    private static final Path EMULATORS = Path.of("/proc/sys/fs/binfmt_misc");
    private static final Duration YOUNG = Duration.ofMinutes(10);
    private static final int REMEMBERED = 256;

    /** Who asks when an image was used last asks for days. */
    private static final long USED_LATELY = TimeUnit.SECONDS.toNanos(10);

    private final BuiltinImages builtin;
    private final ImageStore store;
    private final LayerUnpacking unpacking;
    private final Path empty;
    private final Platform host;
    private final Connections connections = new Connections();
    private final ImageEvents events;
    private final Map<Wanted, Found> found = new ConcurrentHashMap<>();
    private final Map<Digest, Long> lastUsed = new ConcurrentHashMap<>();

    private record Wanted(String reference, Optional<String> platform) {}

    private record Found(FileStamp names, List<FileStamp> layers, Image image) {}

    /**
     * @param directory where the trees of what this program carries go; made when it is needed
     * @param content the store of all other images; made when the first one comes
     * @param rootless whether this is an ordinary user's engine
     * @param events where it is told what happens to them
     */
    public Images(Path directory, Path content, boolean rootless, Events events) {
        this.events = new ImageEvents(events);
        builtin = new BuiltinImages(directory);
        store = new ImageStore(content);
        host = HostPlatform.read();
        unpacking = new LayerUnpacking(rootless);
        empty = directory.resolve("empty");
    }

    /** Which the next pull finds open. */
    Connections connections() {
        return connections;
    }

    ImageEvents events() {
        return events;
    }

    ImageStore store() {
        return store;
    }

    LayerUnpacking unpacking() {
        return unpacking;
    }

    /** Whether programs for it run here: by this machine, or by an emulator that the kernel was told of. */
    public boolean runs(Platform platform) throws IOException {
        boolean isOwn = host.runs().stream()
                .anyMatch(each ->
                        each.os().equals(platform.os()) && each.architecture().equals(platform.architecture()));
        return isOwn || Emulation.isThere(EMULATORS, platform);
    }

    /**
     * Which platform a container's image is for; empty when it is none of the store's.
     *
     * @param imageId of the image that it was made of
     */
    public Optional<Platform> platform(String container, String imageId) throws IOException {
        Optional<Store> content = store.existing();
        Optional<Digest> root = content.isPresent() ? content.get().pins().find(container) : Optional.empty();
        if (root.isEmpty()) {
            return Optional.empty();
        }
        return content.orElseThrow().images().find(root.get()).stream()
                .flatMap(image -> image.variants().stream())
                .filter(variant -> variant.config().digest().toString().equals(imageId))
                .map(Variant::platform)
                .findFirst();
    }

    /** What runs here. */
    public Platform host() {
        return host;
    }

    /**
     * @param platform what it must be for: {@code linux/arm64}
     * @throws ApiException 404 when it is not here, or not for that platform
     */
    public Image find(String reference, Optional<String> platform) throws IOException {
        Optional<Image> carried = builtin.find(reference);
        if (carried.isPresent()) {
            return carried.get();
        }
        Optional<Image> known = known(reference, platform);
        return known.isPresent() ? known.get() : read(reference, platform);
    }

    /** What an image's name has stood for before, while no name has changed and its layers are the same. */
    private Optional<Image> known(String reference, Optional<String> platform) throws IOException {
        Found before = found.get(new Wanted(reference, platform));
        if (before == null || !store.names().equals(Optional.of(before.names()))) {
            return Optional.empty();
        }
        for (int i = 0; i < before.layers().size(); i++) {
            if (FileStamp.of(before.image().lowers().get(i))
                    .filter(before.layers().get(i)::equals)
                    .isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(before.image());
    }

    private void remember(Wanted wanted, FileStamp names, Image image) throws IOException {
        List<FileStamp> layers = new ArrayList<>();
        for (String lower : image.lowers()) {
            FileStamp.of(lower).ifPresent(layers::add);
        }
        if (layers.size() == image.lowers().size() && found.size() < REMEMBERED) {
            found.put(wanted, new Found(names, layers, image));
        }
    }

    private Image read(String reference, Optional<String> platform) throws IOException {
        Optional<FileStamp> names = store.names();
        ImageStore.Named named = store.find(reference);
        Image image = read(reference, named.image(), platform);
        found.remove(new Wanted(reference, platform));
        if (names.isPresent()
                && named.reference().filter(each -> each.digest().isEmpty()).isPresent()) {
            remember(new Wanted(reference, platform), names.get(), image);
        }
        return image;
    }

    private Image read(String reference, StoredImage image, Optional<String> platform) throws IOException {
        Variant variant = variant(reference, image, platform);
        Store content = store.open();
        unpacking.ensure(content, variant);
        dev.estiba.oci.image.ImageConfig config =
                Inventory.config(content.blobs().document(variant.config()));
        return new Image(
                variant.config().digest().toString(),
                reference,
                lowers(content, variant),
                ImageConfig.of(config),
                Optional.of(new Image.Stored(image.root().digest(), variant.platform())));
    }

    /** The one for a platform, of which containers can be made. */
    Variant variant(String reference, StoredImage image, Optional<String> platform) throws ApiException {
        if (platform.isEmpty() || platform.get().isEmpty()) {
            return checked(reference, image.variants().getFirst());
        }
        Platform wanted = HostPlatform.parse(platform.get(), host);
        for (Platform each : wanted.runs()) {
            for (Variant variant : image.variants()) {
                if (each.isSame(variant.platform())) {
                    return checked(reference, variant);
                }
            }
        }
        throw otherPlatform(reference, image, wanted);
    }

    /** It is here, but for others. */
    static ApiException otherPlatform(String reference, StoredImage image, Platform wanted) {
        return ApiException.notFound("image with reference " + reference
                + " was found but does not provide the specified platform (" + wanted + "): it is here for "
                + String.join(
                        ", ",
                        image.variants().stream()
                                .map(each -> each.platform().toString())
                                .toList()));
    }

    private static Variant checked(String reference, Variant variant) throws ApiException {
        if (!Inventory.isImage(variant)) {
            throw ApiException.badRequest(reference + " is an artifact ("
                    + variant.config().mediaType() + "), of which no container can be made");
        }
        return variant;
    }

    /** A layer that comes twice is needed once, where it is uppermost: what the lower one would add is in the upper one. */
    private List<String> lowers(Store content, Variant variant) throws IOException {
        List<String> lowers = new ArrayList<>();
        Set<Digest> seen = new HashSet<>();
        List<StoredImage.Layer> downwards = new ArrayList<>(variant.layers());
        Collections.reverse(downwards);
        for (StoredImage.Layer layer : downwards) {
            if (seen.add(layer.diffId())) {
                lowers.add(content.layers().tree(layer.diffId()).toString());
            }
        }
        if (lowers.isEmpty()) { // made of scratch, with a volume or a bind in it
            Files.createDirectories(empty);
            lowers.add(empty.toString());
        }
        return lowers;
    }

    /**
     * What is known of directories that no entry of a layer describes (those of images that are no layers of the store have
     * none).
     *
     * @param lowers what a container is made of
     */
    public List<ImpliedDirectories.Layer> layers(List<String> lowers) throws IOException {
        Optional<Store> content = store.existing();
        List<ImpliedDirectories.Layer> layers = new ArrayList<>();
        for (String lower : lowers) {
            Path tree = Path.of(lower);
            Set<TarBytes> implied = new HashSet<>();
            if (content.isPresent() && tree.startsWith(store.directory()) && tree.getNameCount() > 1) {
                String name = tree.getName(tree.getNameCount() - 2).toString();
                Optional<Digest> diffId = Digest.parse((name.length() == 64 ? "sha256:" : "sha512:") + name);
                if (diffId.isPresent()) {
                    content.get().layers().size(diffId.get()).map(Layers.Size::implied).orElse(List.of()).stream()
                            .map(path -> TarBytes.of(path.getBytes(StandardCharsets.ISO_8859_1)))
                            .forEach(implied::add);
                }
            }
            layers.add(new ImpliedDirectories.Layer(tree, implied));
        }
        return layers;
    }

    /**
     * Keeps what a container is made of, whatever becomes of the image's names.
     *
     * @throws ApiException 404 when it has gone meanwhile
     */
    public void pin(String container, Image image) throws IOException {
        if (image.stored().isPresent()) {
            Store content = store.open();
            Digest root = image.stored().get().root();
            if (!content.pins().pin(container, root)) {
                throw ImageStore.absent(image.reference());
            }
            Long last = lastUsed.get(root);
            long now = System.nanoTime();
            if (last == null || now - last > USED_LATELY) {
                content.images().use(root);
                if (lastUsed.size() >= REMEMBERED) {
                    lastUsed.clear();
                }
                lastUsed.put(root, now);
            }
        }
    }

    /** What a container is kept by, for another one that is made of the same; empty when that is nothing of the store. */
    public Optional<Image.Stored> pinned(String container) throws IOException {
        Optional<Store> content = store.existing();
        return content.isPresent()
                ? content.get().pins().find(container).map(root -> new Image.Stored(root, host))
                : Optional.empty();
    }

    /**
     * Keeps an image that is mounted in a container.
     *
     * @param number of those of one container, from 0 on
     */
    public void pinMounted(String container, int number, Image image) throws IOException {
        pin(mounted(container, number), image);
    }

    /** No container is called so, but it begins with one. */
    private static String mounted(String container, int number) {
        return container + "." + number;
    }

    /** @param most how many there may be */
    public void unpinMounted(String container, int most) throws IOException {
        Optional<Store> content = store.existing();
        if (content.isPresent()) {
            for (int number = 0; number < most; number++) {
                content.get().pins().unpin(mounted(container, number));
            }
        }
    }

    /**
     * The directories of an image that is mounted in a container, whatever has become of its name since.
     *
     * @return the uppermost first
     */
    public List<String> mounted(String container, int number, String reference) throws IOException {
        Optional<Store> content = store.existing();
        Optional<Digest> root =
                content.isPresent() ? content.get().pins().find(mounted(container, number)) : Optional.empty();
        Optional<StoredImage> image =
                root.isPresent() ? content.orElseThrow().images().find(root.get()) : Optional.empty();
        if (image.isEmpty()) {
            return find(reference, Optional.empty()).lowers(); // one that this program carries, or a directory
        }
        Variant variant = checked(reference, image.get().variants().getFirst());
        unpacking.ensure(content.orElseThrow(), variant);
        return lowers(content.orElseThrow(), variant);
    }

    /**
     * Says that what a container is made of is used now: {@code image prune} and the collection go by it.
     *
     * @param lowers what the container was made of
     */
    public void use(String container, List<String> lowers) throws IOException {
        if (!lowers.getFirst().startsWith(store.directory() + "/")) {
            return;
        }
        Optional<Store> content = store.existing();
        if (content.isPresent()) {
            Optional<Digest> root = content.get().pins().find(container);
            if (root.isPresent()) {
                content.get().images().use(root.get());
            }
        }
    }

    /** @param lowers what the container was made of */
    public void unpin(String container, List<String> lowers) throws IOException {
        // The lowest: on top of it may be what another container has changed.
        if (lowers.getLast().startsWith(store.directory() + "/")) {
            Optional<Store> content = store.existing();
            if (content.isPresent()) {
                content.get().pins().unpin(container);
            }
        }
    }

    /** @param containers the ids of all that there are; pins of others are taken away, but for those that are just being made */
    public void sweepPins(Set<String> containers) throws IOException {
        Optional<Store> content = store.existing();
        if (content.isPresent()) {
            content.get().pins().sweep(name -> containers.contains(name.replaceFirst("\\..*", "")), YOUNG);
        }
    }

    /** The program that is a container's first process with {@code --init}, as a file of this host. */
    public Path init() throws IOException {
        return builtin.init();
    }
}
