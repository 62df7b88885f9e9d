package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImportOptions;
import dev.estiba.api.Progress;
import dev.estiba.api.ProgressSink;
import dev.estiba.content.archive.ArchiveDestination;
import dev.estiba.content.archive.DockerArchiveWriter;
import dev.estiba.content.archive.ImageArchive;
import dev.estiba.content.archive.Import;
import dev.estiba.content.archive.Load;
import dev.estiba.content.fetch.Inventory;
import dev.estiba.content.fetch.StoreSource;
import dev.estiba.content.fetch.StoreTarget;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.content.tar.MalformedArchive;
import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.NoMatchingPlatform;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.Selection;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code save}, {@code load} and {@code import}: images as archives. */
final class Archives {
    private final Images images;

    Archives(Images images) {
        this.images = images;
    }

    static Fd spool(Store store) throws IOException {
        return Open.absolute(store.spool().toString(), Open.How.directory());
    }

    void save(List<String> names, List<String> platforms, OutputStream to) throws IOException {
        Map<StoredImage, List<Reference>> chosen = new LinkedHashMap<>();
        for (String name : names) {
            choose(name, chosen);
        }
        Store store = images.store().open();
        try (Lease lease = store.lease();
                Fd spool = spool(store);
                DockerArchiveWriter writer =
                        DockerArchiveWriter.open(ArchiveDestination.stream("the archive", to), spool)) {
            for (Map.Entry<StoredImage, List<Reference>> each : chosen.entrySet()) {
                StoredImage image = each.getKey();
                Pushing.protect(lease, image);
                write(store, image, variants(image, platforms), each.getValue(), writer);
                images.events().saved(image);
            }
            writer.finish();
        }
    }

    private static void write(
            Store store, StoredImage image, List<Variant> variants, List<Reference> names, DockerArchiveWriter writer)
            throws IOException {
        if (variants.size() == 1) {
            copy(store, image, variants.getFirst(), writer.image(names));
            return;
        }
        DockerArchiveWriter.Several several = writer.several(names);
        for (Variant variant : variants) {
            copy(store, image, variant, several.next(variant.platform()));
        }
        several.finish();
    }

    private static void copy(Store store, StoredImage image, Variant variant, ImageTarget to) throws IOException {
        StoreSource source = new StoreSource(store, image.id().toString(), variant.manifest());
        try (to) {
            ImageCopy.copy(source, to, CopyOptions.ALL, TransferListener.NONE);
        }
    }

    /** A repository without a tag stands for all its names; an ID has none in the archive. */
    private void choose(String name, Map<StoredImage, List<Reference>> chosen) throws IOException {
        Store store = images.store().existing().orElseThrow(() -> ImageStore.absent(name));
        boolean found = false;
        Optional<String> repository = repository(name);
        for (Map.Entry<String, Digest> each : store.images().names().entrySet()) {
            Reference reference = Reference.parse(each.getKey());
            if (repository.filter(reference.repository()::equals).isPresent()) {
                StoredImage image = store.images().find(each.getValue()).orElseThrow(() -> ImageStore.absent(name));
                chosen.computeIfAbsent(image, _ -> new ArrayList<>()).add(reference);
                found = true;
            }
        }
        if (!found) {
            ImageStore.Named named = images.store().find(name);
            List<Reference> references = chosen.computeIfAbsent(named.image(), _ -> new ArrayList<>());
            named.reference().filter(each -> each.digest().isEmpty()).ifPresent(references::add);
        }
    }

    /** Empty when a tag, a digest or an ID is said. */
    private static Optional<String> repository(String name) {
        try {
            return Optional.of(Reference.parse(name))
                    .filter(each -> each.tag().isEmpty() && each.digest().isEmpty())
                    .map(Reference::repository);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** All that are here, where nobody says which: this machine's first. */
    private List<Variant> variants(StoredImage image, List<String> platforms) throws IOException {
        if (platforms.isEmpty()) {
            List<Variant> all =
                    image.variants().stream().filter(Inventory::isImage).toList();
            return all.isEmpty() ? List.of(image.variants().getFirst()) : all;
        }
        List<Variant> wanted = new ArrayList<>();
        for (Platform platform : Pulling.platforms(platforms, images.host())) {
            Variant variant = Pushing.variant(image.id().toString(), image, platform);
            if (!wanted.contains(variant)) {
                wanted.add(variant);
            }
        }
        return wanted;
    }

    void load(InputStream from, List<String> platforms, ProgressSink to) throws IOException {
        Selection selection = platforms.isEmpty()
                ? new Selection.Present()
                : new Selection.These(Pulling.platforms(platforms, images.host()));
        Store store = images.store().open();
        try (Lease lease = store.lease();
                Fd spool = spool(store);
                ImageArchive archive = ImageArchive.read("the archive", from, spool)) {
            List<Load.Loaded> all = Load.load(
                    archive,
                    CopyOptions.of(selection),
                    image -> new StoreTarget(store, lease, images.host(), references(image.names())),
                    TransferWords.loading(to),
                    _ -> {});
            for (Load.Loaded loaded : all) {
                tell(store, lease, loaded, to);
            }
        } catch (NoMatchingPlatform e) {
            throw new ApiException(ApiException.NOT_FOUND, String.valueOf(e.getMessage()), e);
        } catch (NotThere | MalformedImage | MalformedArchive e) {
            throw new ApiException(ApiException.BAD_REQUEST, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            if (e.getCause() instanceof MalformedArchive) { // of all that it may be, what was sent
                throw new ApiException(ApiException.BAD_REQUEST, String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    /** A layout's names need not be names of images: {@code latest} alone is none. */
    private static List<Reference> references(List<String> names) {
        List<Reference> references = new ArrayList<>();
        for (String name : names) {
            if (name.indexOf(':') > 0 || name.indexOf('/') > 0) {
                try {
                    references.add(Reference.parse(name).tagged());
                } catch (IllegalArgumentException e) {
                    continue; // somebody else's name for it: it has its ID
                }
            }
        }
        return references;
    }

    private void tell(Store store, Lease lease, Load.Loaded loaded, ProgressSink to) throws IOException {
        StoredImage image = store.images()
                .find(loaded.root().descriptor().digest())
                .orElseThrow(() -> new NotThere("what was loaded has been removed meanwhile"));
        makeReady(store, lease, image, TransferWords.loading(to));
        List<Reference> references = references(loaded.image().names());
        if (references.isEmpty()) {
            to.tell(Progress.of("Loaded image ID: " + image.id()));
        }
        references.forEach(each -> to.tell(Progress.of("Loaded image: " + each.familiar())));
        images.events().loaded(image);
    }

    private void makeReady(Store store, Lease lease, StoredImage image, TransferListener listener) throws IOException {
        Variant variant = image.variants().getFirst();
        if (Inventory.isImage(variant)) {
            images.unpacking().fetch(store).unpack(variant, lease, listener);
        }
    }

    void importArchive(InputStream from, ImportOptions options, ProgressSink to) throws IOException {
        Optional<Reference> name = Optional.empty();
        if (options.reference().isPresent()) {
            Reference reference = ImageStore.parse(options.reference().get());
            if (reference.digest().isPresent()) {
                throw ApiException.badRequest("cannot import digest reference");
            }
            name = Optional.of(reference.tagged());
        }
        Platform platform = options.platform().isPresent()
                ? HostPlatform.parse(options.platform().get(), images.host())
                : images.host();
        ImageConfig.Execution execution = Changes.apply(options.changes());
        Import.Settings settings = new Import.Settings(
                platform,
                execution,
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                Optional.empty(),
                options.message().orElse("Imported from -"));
        Store store = images.store().open();
        try (Lease lease = store.lease();
                Fd spool = spool(store);
                Import imported = Import.read("the archive", from, settings, spool);
                StoreTarget target = new StoreTarget(
                        store, lease, images.host(), name.map(List::of).orElse(List.of()))) {
            ImageCopy.copy(imported, target, CopyOptions.ALL, TransferListener.NONE);
            makeReady(store, lease, target.stored(), TransferListener.NONE);
            name.ifPresent(each -> images.events().tagged(target.stored(), each));
            images.events().imported(target.stored());
            to.tell(Progress.of(target.stored().id().toString()));
        } catch (MalformedArchive e) {
            throw new ApiException(ApiException.BAD_REQUEST, String.valueOf(e.getMessage()), e);
        }
    }
}
