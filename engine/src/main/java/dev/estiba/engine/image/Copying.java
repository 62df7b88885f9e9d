package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImageCopyOptions;
import dev.estiba.api.Progress;
import dev.estiba.api.ProgressSink;
import dev.estiba.content.archive.FilePlaces;
import dev.estiba.content.fetch.StoreSource;
import dev.estiba.content.fetch.StoreTarget;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.NoMatchingPlatform;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.Selection;
import dev.estiba.content.transport.TransportName;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.client.Registry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code image cp}: an image from any place to any other, digests and all. */
final class Copying {
    private final Images images;

    Copying(Images images) {
        this.images = images;
    }

    /** What all places may need, for one copy. */
    private record Between(Store store, Lease lease, Fd spool, Fd directory, Registry registry) {}

    void copy(ImageCopyOptions options, ProgressSink to) throws IOException {
        TransportName from = parse(options.source());
        TransportName target = parse(options.target());
        Selection selection = selection(options, from, target);
        Store store = images.store().open();
        try (Lease lease = store.lease();
                Fd spool = Archives.spool(store);
                Fd directory = Open.absolute(options.directory().toString(), Open.How.directory());
                Registry registry = Registries.open(options.access(), images.connections())) {
            Between between = new Between(store, lease, spool, directory, registry);
            try (ImageSource source = source(between, from);
                    ImageTarget destination = target(between, target, from)) {
                Document copied = ImageCopy.copy(
                        source,
                        destination,
                        new CopyOptions(selection, options.referrers()),
                        TransferWords.pushing(to));
                happened(store, from, target, copied);
                to.tell(Progress.of(copied.descriptor().digest().toString()));
            }
        } catch (NotThere | NoMatchingPlatform e) {
            throw new ApiException(ApiException.NOT_FOUND, String.valueOf(e.getMessage()), e);
        }
    }

    private void happened(Store store, TransportName from, TransportName target, Document copied) throws IOException {
        Optional<StoredImage> stored = store.images().find(copied.descriptor().digest());
        Map<String, String> labels =
                stored.map(each -> each.variants().getFirst().labels()).orElse(Map.of());
        switch (target) {
            case TransportName.Store(Reference name) -> {
                if (from instanceof TransportName.Registry(Reference source)) {
                    images.events().pulled(source, labels);
                } else if (stored.isPresent() && from instanceof TransportName.InFiles) {
                    images.events().loaded(stored.get());
                }
                stored.ifPresent(image -> images.events().tagged(image, name.tagged()));
            }
            case TransportName.Registry(Reference name) -> images.events().pushed(name, labels);
            case TransportName.InFiles _ -> {} // no image of this machine's has changed
        }
    }

    private static TransportName parse(String text) throws ApiException {
        try {
            return TransportName.parse(text);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    /** The store has what was pulled; Docker's archives have one platform. */
    private Selection selection(ImageCopyOptions options, TransportName from, TransportName target)
            throws ApiException {
        if (!options.platforms().isEmpty()) {
            return new Selection.These(Pulling.platforms(options.platforms(), images.host()));
        }
        if (target instanceof TransportName.DockerArchive) {
            return new Selection.Best(images.host());
        }
        return from instanceof TransportName.Store ? new Selection.Present() : new Selection.All();
    }

    private ImageSource source(Between between, TransportName name) throws IOException {
        return switch (name) {
            case TransportName.Store(Reference reference) -> stored(between, reference);
            case TransportName.Registry(Reference reference) ->
                between.registry().source(reference);
            case TransportName.InFiles files -> FilePlaces.source(files, between.directory(), between.spool());
        };
    }

    private ImageSource stored(Between between, Reference reference) throws IOException {
        StoredImage image = images.store().find(reference.toString()).image();
        Pushing.protect(between.lease(), image);
        return Pushing.isWhole(between.store(), image)
                ? StoreSource.of(between.store(), reference.familiar(), image)
                : new StoreSource(
                        between.store(),
                        reference.familiar(),
                        image.variants().getFirst().manifest(),
                        image.referrers());
    }

    private ImageTarget target(Between between, TransportName name, TransportName from) throws IOException {
        return switch (name) {
            case TransportName.Store(Reference reference) ->
                new StoreTarget(between.store(), between.lease(), images.host(), List.of(reference));
            case TransportName.Registry(Reference reference) ->
                between.registry().target(reference, sister(from, reference));
            case TransportName.InFiles files -> FilePlaces.target(files, between.directory(), between.spool());
        };
    }

    /** Layers that another repository of the same registry has need not be sent. */
    private static List<Reference> sister(TransportName from, Reference target) {
        return from instanceof TransportName.Registry(Reference source)
                        && source.domain().equals(target.domain())
                        && !source.path().equals(target.path())
                ? List.of(source)
                : List.of();
    }
}
