package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.CommitOptions;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.HealthConfig;
import dev.estiba.content.archive.Committed;
import dev.estiba.content.fetch.Inventory;
import dev.estiba.content.fetch.StoreTarget;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.linux.Fd;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageConfig.Execution;
import dev.estiba.oci.image.ImageConfig.Healthcheck;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** {@code commit}: an image of a container's image and what the container has changed of it. */
public final class Committing {
    private final Images images;

    public Committing(Images images) {
        this.images = images;
    }

    /**
     * What is committed.
     *
     * @param container its id
     * @param imageId of the image that it was made of
     * @param config as it runs
     */
    public record Source(String container, String imageId, ContainerConfig config) {}

    /** Whose layers it is on top of; empty when its image is none of the store's, and the new one has all of it. */
    public Optional<Base> base(Source source) throws IOException {
        Optional<Store> store = images.store().existing();
        Optional<Digest> root = store.isPresent() ? store.get().pins().find(source.container()) : Optional.empty();
        if (root.isEmpty()) {
            return Optional.empty();
        }
        Optional<StoredImage> image = store.get().images().find(root.get());
        return image.stream()
                .flatMap(each -> each.variants().stream())
                .filter(each -> each.config().digest().toString().equals(source.imageId()))
                .map(each -> new Base(image.orElseThrow(), each))
                .findFirst();
    }

    /** An image of the store, for one platform. */
    public record Base(StoredImage image, Variant variant) {}

    /** Refuses what makes no sense, before anything is done. */
    public Optional<Reference> check(CommitOptions options, ContainerConfig config) throws ApiException {
        Changes.apply(execution(options, config), options.changes());
        if (options.reference().isEmpty()) {
            return Optional.empty();
        }
        Reference reference = ImageStore.parse(options.reference().get());
        if (reference.digest().isPresent()) {
            throw ApiException.badRequest("cannot import digest reference");
        }
        return Optional.of(reference.tagged());
    }

    /**
     * Makes the image.
     *
     * @param archive the container's changes, or without a base all that it has
     * @return its ID
     */
    public String commit(Source source, Optional<Base> base, CommitOptions options, Committed.LayerArchive archive)
            throws IOException {
        Optional<Reference> name = check(options, source.config());
        Execution execution = Changes.apply(execution(options, source.config()), options.changes());
        Platform platform = base.map(each -> each.variant().platform()).orElse(images.host());
        Committed.Settings settings = new Committed.Settings(
                platform,
                execution,
                Instant.now().truncatedTo(ChronoUnit.MICROS).toString(),
                Optional.of(options.author()).filter(each -> !each.isEmpty()),
                Optional.of(options.comment()).filter(each -> !each.isEmpty()),
                Optional.of(String.join(" ", source.config().cmd())).filter(each -> !each.isEmpty()));
        Store store = images.store().open();
        try (Lease lease = store.lease();
                Fd spool = Archives.spool(store)) {
            if (base.isPresent()) {
                Pushing.protect(lease, base.get().image());
            }
            Optional<Committed.Base> beneath = base.isEmpty()
                    ? Optional.empty()
                    : Optional.of(beneath(store, base.get().variant()));
            try (Committed made = Committed.make("the container", beneath, settings, archive, spool);
                    StoreTarget target = new StoreTarget(
                            store, lease, images.host(), name.map(List::of).orElse(List.of()))) {
                ImageCopy.copy(made, target, CopyOptions.ALL, TransferListener.NONE);
                Variant variant = target.stored().variants().getFirst();
                images.unpacking().fetch(store).unpack(variant, lease, TransferListener.NONE);
                images.events().created(target.stored());
                name.ifPresent(each -> images.events().tagged(target.stored(), each));
                return target.stored().id().toString();
            }
        }
    }

    private static Committed.Base beneath(Store store, Variant variant) throws IOException {
        return new Committed.Base(
                Inventory.manifest(store.blobs().document(variant.manifest())),
                Inventory.config(store.blobs().document(variant.config())));
    }

    /** What is said instead of the container's configuration is added to by it (runconfig.Merge). */
    private static Execution execution(CommitOptions options, ContainerConfig container) {
        if (options.config().isEmpty()) {
            return execution(container);
        }
        ContainerConfig said = options.config().get();
        boolean isProgram = !said.entrypoint().isEmpty();
        ContainerConfig.Builder both = container.toBuilder()
                .user(said.user().isEmpty() ? container.user() : said.user())
                .workingDir(said.workingDir().isEmpty() ? container.workingDir() : said.workingDir())
                .stopSignal(said.stopSignal().isEmpty() ? container.stopSignal() : said.stopSignal())
                .entrypoint(isProgram ? said.entrypoint() : container.entrypoint())
                .cmd(isProgram || !said.cmd().isEmpty() ? said.cmd() : container.cmd())
                .onBuild(said.onBuild().isEmpty() ? container.onBuild() : said.onBuild())
                .shell(said.shell().isEmpty() ? container.shell() : said.shell());
        Map<String, String> env = new LinkedHashMap<>();
        Stream.of(container.env(), said.env()).flatMap(List::stream).forEach(each -> env.put(each.split("=")[0], each));
        Map<String, String> labels = new LinkedHashMap<>(container.labels());
        labels.putAll(said.labels());
        both.env(List.copyOf(env.values())).labels(labels);
        both.exposedPorts(union(container.exposedPorts(), said.exposedPorts()));
        both.volumes(union(container.volumes(), said.volumes()));
        said.healthcheck().ifPresent(both::healthcheck);
        return execution(both.build());
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new LinkedHashSet<>(one);
        all.addAll(other);
        return all;
    }

    /** Of a container's configuration, what an image can say. */
    private static Execution execution(ContainerConfig config) {
        return new Execution(
                Optional.of(config.user()).filter(each -> !each.isEmpty()),
                config.exposedPorts(),
                config.env(),
                config.entrypoint().stream().filter(each -> !each.isEmpty()).toList(),
                config.cmd(),
                config.volumes(),
                Optional.of(config.workingDir()).filter(each -> !each.isEmpty()),
                config.labels(),
                Optional.of(config.stopSignal()).filter(each -> !each.isEmpty()),
                config.stopTimeout(),
                config.healthcheck().map(Committing::healthcheck),
                config.shell(),
                config.onBuild(),
                config.argsEscaped());
    }

    private static Healthcheck healthcheck(HealthConfig health) {
        return new Healthcheck(
                health.test(),
                nonZero(health.interval()),
                nonZero(health.timeout()),
                nonZero(health.startPeriod()),
                nonZero(health.startInterval()),
                health.retries() == 0 ? OptionalInt.empty() : OptionalInt.of(health.retries()));
    }

    private static OptionalLong nonZero(long value) {
        return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
