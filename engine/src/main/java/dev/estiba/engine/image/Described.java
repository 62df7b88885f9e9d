package dev.estiba.engine.image;

import dev.estiba.api.ContainerConfig;
import dev.estiba.api.GraphDriver;
import dev.estiba.api.HealthConfig;
import dev.estiba.api.HistoryItem;
import dev.estiba.api.ImageInspect;
import dev.estiba.api.ImageSummary;
import dev.estiba.content.fetch.Inventory;
import dev.estiba.content.store.Catalogue;
import dev.estiba.content.store.Layers;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Layer;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.ImageConfig.Execution;
import dev.estiba.oci.image.ImageConfig.Healthcheck;
import dev.estiba.oci.image.ImageConfig.History;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Images as the API tells of them. Of one listing: it remembers the sizes of layers that it has looked up. */
final class Described {
    private static final String DRIVER = "overlayfs";

    private final Store store;
    private final Catalogue catalogue;
    private final Map<Digest, List<Reference>> names = new HashMap<>();
    private final Map<Digest, Long> sizes = new HashMap<>();

    Described(Store store, Catalogue catalogue) throws IOException {
        this.store = store;
        this.catalogue = catalogue;
        catalogue
                .names()
                .forEach((name, root) ->
                        names.computeIfAbsent(root, _ -> new ArrayList<>()).add(Reference.parse(name)));
    }

    List<Reference> namesOf(StoredImage image) {
        return names.getOrDefault(image.root().digest(), List.of());
    }

    /** @param containers how many are made of it; -1: not counted */
    ImageSummary summary(Catalogue.Listed listed, long containers) throws IOException {
        StoredImage image = listed.image();
        Variant variant = image.variants().getFirst();
        return new ImageSummary(
                image.id().toString(),
                tags(image),
                digests(image),
                created(variant.created()),
                size(variant),
                -1,
                variant.labels(),
                containers,
                listed.lastUsed().getEpochSecond());
    }

    List<String> tags(StoredImage image) {
        return namesOf(image).stream().map(Reference::familiar).toList();
    }

    private static List<String> digests(StoredImage image) {
        return image.repositories().stream()
                .map(each ->
                        Reference.parse(each).withDigest(image.root().digest()).familiar())
                .toList();
    }

    /** Seconds since 1970; 0 when its author has not said it. */
    static long created(Optional<String> text) {
        return instant(text).map(Instant::getEpochSecond).orElse(0L);
    }

    private static Optional<Instant> instant(Optional<String> text) {
        try {
            return text.map(each -> OffsetDateTime.parse(each).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty(); // what an author has written need not be a time
        }
    }

    /** Of all its layers, as they are unpacked; of one that is not, what its blob has. */
    long size(Variant variant) throws IOException {
        long size = 0;
        Set<Digest> seen = new HashSet<>();
        for (Layer layer : variant.layers()) {
            if (seen.add(layer.diffId())) {
                size += size(layer);
            }
        }
        return size;
    }

    long size(Layer layer) throws IOException {
        Long known = sizes.get(layer.diffId());
        if (known != null) {
            return known;
        }
        long size = catalogue
                .size(layer.diffId())
                .map(Layers.Size::bytes)
                .orElse(layer.blob().size());
        sizes.put(layer.diffId(), size);
        return size;
    }

    /** @param variant which of its platforms is told of */
    ImageInspect inspect(StoredImage image, Variant variant) throws IOException {
        boolean runs = Inventory.isImage(variant);
        ImageConfig config = runs
                ? Inventory.config(store.blobs().document(variant.config()))
                : new ImageConfig(
                        Optional.empty(),
                        Optional.empty(),
                        variant.platform(),
                        Execution.NOTHING,
                        List.of(),
                        List.of());
        List<History> history = config.history();
        return new ImageInspect(
                variant.config().digest().toString(),
                ImageManifests.told(image.root()),
                tags(image),
                digests(image),
                history.isEmpty() ? "" : history.getLast().comment().orElse(""),
                config.created().orElse(""),
                config.author().orElse(""),
                containerConfig(config.execution()),
                config.platform().architecture(),
                config.platform().variant().orElse(""),
                config.platform().os(),
                config.platform().osVersion().orElse(""),
                size(variant),
                driver(variant),
                config.diffIds().stream().map(Digest::toString).toList(),
                image.stored(),
                image.referrers().stream().map(Described::referrer).toList(),
                List.of());
    }

    private static ImageInspect.Referrer referrer(StoredImage.Referrer referrer) {
        return new ImageInspect.Referrer(
                referrer.manifest().mediaType(),
                referrer.manifest().digest().toString(),
                referrer.manifest().size(),
                referrer.manifest().artifactType().orElse(""),
                referrer.subject().toString());
    }

    private GraphDriver driver(Variant variant) {
        List<String> trees = new ArrayList<>(variant.layers().stream()
                .map(each -> store.layers().tree(each.diffId()).toString())
                .toList());
        Collections.reverse(trees);
        if (trees.isEmpty()) {
            return new GraphDriver(Map.of(), DRIVER);
        }
        Map<String, String> data = new HashMap<>(Map.of("UpperDir", trees.getFirst()));
        if (trees.size() > 1) {
            data.put("LowerDir", String.join(":", trees.subList(1, trees.size())));
        }
        return new GraphDriver(data, DRIVER);
    }

    private static ContainerConfig containerConfig(Execution execution) {
        ContainerConfig.Builder config = ContainerConfig.builder()
                .user(execution.user().orElse(""))
                .exposedPorts(execution.exposedPorts())
                .env(execution.env())
                .cmd(execution.cmd())
                .volumes(execution.volumes())
                .workingDir(execution.workingDir().orElse(""))
                .entrypoint(execution.entrypoint())
                .onBuild(execution.onBuild())
                .labels(execution.labels())
                .stopSignal(execution.stopSignal().orElse(""))
                .shell(execution.shell())
                .argsEscaped(execution.argsEscaped());
        execution.healthcheck().ifPresent(each -> config.healthcheck(health(each)));
        execution.stopTimeout().ifPresent(config::stopTimeout);
        return config.build();
    }

    static HealthConfig health(Healthcheck check) {
        return HealthConfig.builder()
                .test(check.test())
                .interval(check.interval().orElse(0))
                .timeout(check.timeout().orElse(0))
                .startPeriod(check.startPeriod().orElse(0))
                .startInterval(check.startInterval().orElse(0))
                .retries(check.retries().orElse(0))
                .build();
    }

    /** The newest step first. Those without a layer have no size. */
    List<HistoryItem> history(StoredImage image, Variant variant) throws IOException {
        if (!Inventory.isImage(variant)) {
            return List.of();
        }
        ImageConfig config = Inventory.config(store.blobs().document(variant.config()));
        List<HistoryItem> items = new ArrayList<>();
        int layer = 0;
        for (History step : steps(config)) {
            long size = 0;
            if (!step.emptyLayer() && layer < variant.layers().size()) {
                size = size(variant.layers().get(layer++));
            }
            items.add(new HistoryItem(
                    "<missing>",
                    created(step.created()),
                    step.createdBy().orElse(""),
                    List.of(),
                    size,
                    step.comment().orElse("")));
        }
        Collections.reverse(items);
        if (!items.isEmpty()) {
            HistoryItem newest = items.getFirst();
            items.set(
                    0,
                    new HistoryItem(
                            variant.config().digest().toString(),
                            newest.created(),
                            newest.createdBy(),
                            tags(image),
                            newest.size(),
                            newest.comment()));
        }
        return items;
    }

    /** Some builders write none: then there is one for each layer. */
    static List<History> steps(ImageConfig config) {
        if (!config.history().isEmpty()) {
            return config.history();
        }
        return config.diffIds().stream()
                .map(_ -> new History(config.created(), Optional.empty(), Optional.empty(), Optional.empty(), false))
                .toList();
    }
}
