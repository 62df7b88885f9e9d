package dev.estiba.registry.example;

import dev.estiba.content.fetch.Fetch;
import dev.estiba.content.fetch.FetchOptions;
import dev.estiba.content.fetch.Inventory;
import dev.estiba.content.fetch.LayerUnpacker;
import dev.estiba.content.fetch.StoreSource;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.Selection;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.unpack.Unpacker;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.client.RegistrySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** With the two modules alone: no daemon, no command. */
final class Images {
    private static final Platform HOST = Platform.of("linux", "amd64");

    private Images() {}

    /** Brings an image into a store, unpacked; what is there already is not brought again. */
    static StoredImage pull(Path directory, String name) throws IOException {
        Store store = Store.open(directory);
        Reference reference = Reference.parse(name).tagged();
        FetchOptions options = new FetchOptions(
                new Selection.Best(HOST), HOST, Optional.of(reference), Optional.of(reference.repository()), true);
        try (Registry registry = Registry.open(RegistrySettings.USUAL);
                ImageSource source = registry.source(reference);
                Lease lease = store.lease()) {
            Fetch fetch = new Fetch(store, LayerUnpacker.by(Unpacker.ofThisProcess()));
            return fetch.fetch(source, options, lease, TransferListener.NONE).image();
        }
    }

    /** How an image is run. */
    static ImageConfig inspect(Path directory, StoredImage image) throws IOException {
        Store store = Store.open(directory);
        return Inventory.config(
                store.blobs().document(image.variants().getFirst().config()));
    }

    /** The directories that an overlay is made of, the lowest first. */
    static List<Path> layers(Path directory, StoredImage image) throws IOException {
        Store store = Store.open(directory);
        return image.variants().getFirst().layers().stream()
                .map(each -> store.layers().tree(each.diffId()))
                .toList();
    }

    /** Brings an image of a store to a registry, as it came. */
    static void push(Path directory, StoredImage image, String name) throws IOException {
        Store store = Store.open(directory);
        try (Registry registry = Registry.open(RegistrySettings.USUAL);
                ImageSource source = StoreSource.of(store, name, image);
                ImageTarget target = registry.target(Reference.parse(name).tagged(), List.of())) {
            ImageCopy.copy(source, target, CopyOptions.ALL, TransferListener.NONE);
        }
    }
}
