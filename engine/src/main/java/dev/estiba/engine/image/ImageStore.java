package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.content.store.Catalogue;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.linux.FileStamp;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The engine's own store, and how users name what is in it. Safe for all threads. */
final class ImageStore {
    private static final int SHORTEST_ID = 1;

    private final Path directory;
    private @Nullable Catalogue catalogue; // guarded by this
    private volatile @Nullable Opened opened;

    private record Opened(Store store, FileStamp directory) {}

    /** @param directory made when the first image comes */
    ImageStore(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /** The file that says when images may go by themselves; there need not be one. */
    Path policy() {
        return directory.resolveSibling("images.conf");
    }

    /** Empty as long as no image has ever come. */
    Optional<Store> existing() throws IOException {
        return FileStamp.of(directory.toString()).isPresent() ? Optional.of(open()) : Optional.empty();
    }

    /** One that was opened before need not be looked at again while its directory is the same. */
    Store open() throws IOException {
        Optional<FileStamp> now = FileStamp.of(directory.toString());
        Opened before = opened;
        if (before != null && now.filter(before.directory()::isSameFile).isPresent()) {
            return before.store();
        }
        Files.createDirectories(directory.getParent());
        Store store = Store.open(directory);
        Optional<FileStamp> made = FileStamp.of(directory.toString());
        if (made.isPresent()) {
            opened = new Opened(store, made.get());
        }
        return store;
    }

    /** Changes with every name that is given or taken away; empty when there is no image. */
    Optional<FileStamp> names() throws IOException {
        return FileStamp.of(directory.resolve("names").toString());
    }

    /** For listings: what one has read the next one need not. */
    synchronized Catalogue catalogue() throws IOException {
        Catalogue kept = catalogue;
        if (kept == null) {
            kept = open().catalogue();
            catalogue = kept;
        }
        return kept;
    }

    /**
     * What a name stands for.
     *
     * @param reference what was asked for, when it was a name and not an ID
     */
    record Named(StoredImage image, Optional<Reference> reference) {}

    /** Docker's sentence for what no client could mean. */
    static Reference parse(String text) throws ApiException {
        try {
            return Reference.parse(text);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    static ApiException absent(String name) {
        String shown = name;
        try {
            shown = Reference.parse(name).tagged().familiar();
        } catch (IllegalArgumentException e) {
            shown = name; // an ID
        }
        return ApiException.notFound("No such image: " + shown);
    }

    /** @throws ApiException 404 when there is none, 400 when it is no name or the beginning of several IDs */
    Named find(String name) throws IOException {
        Optional<Store> store = existing();
        Optional<Named> found = store.isPresent() ? find(store.get(), name) : Optional.empty();
        return found.orElseThrow(() -> absent(name));
    }

    /** The same; empty when there is none. */
    static Optional<Named> find(Store store, String name) throws IOException {
        Optional<Digest> digest = Digest.parse(name);
        if (digest.isPresent()) {
            return byId(store, digest.get().encoded());
        }
        boolean mayBeId = name.length() >= SHORTEST_ID
                && name.length() <= 64
                && name.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
        if (name.length() == 64 && mayBeId) {
            return byId(store, name);
        }
        Reference reference = parse(name);
        Optional<Named> named = byReference(store, reference);
        return named.isPresent() || !mayBeId ? named : byId(store, name);
    }

    private static Optional<Named> byReference(Store store, Reference reference) throws IOException {
        if (reference.digest().isPresent()) {
            // A tag beside a digest says nothing: the digest counts.
            Optional<StoredImage> image = store.images()
                    .find(reference.digest().get())
                    .filter(each -> !each.dropped() && each.repositories().contains(reference.repository()));
            return image.map(each -> new Named(each, Optional.of(reference)));
        }
        Reference tagged = reference.tagged();
        Optional<Digest> root =
                Optional.ofNullable(store.images().names().get(dev.estiba.content.store.Images.key(tagged)));
        Optional<StoredImage> image = root.isPresent() ? store.images().find(root.get()) : Optional.empty();
        return image.map(each -> new Named(each, Optional.of(tagged)));
    }

    /** By the digest of a configuration, which Docker calls the image's ID, or of the manifest or index. */
    private static Optional<Named> byId(Store store, String beginning) throws IOException {
        List<StoredImage> found = new ArrayList<>();
        for (StoredImage image : store.images().all()) {
            boolean is = image.id().encoded().startsWith(beginning)
                    || image.root().digest().encoded().startsWith(beginning);
            if (is && !image.dropped()) {
                found.add(image);
            }
        }
        if (found.stream().map(StoredImage::id).distinct().count() > 1) {
            throw ApiException.badRequest("Multiple IDs found with provided prefix: " + beginning);
        }
        return found.stream().findFirst().map(each -> new Named(each, Optional.empty()));
    }

    /** The names that an image has, in order. */
    static List<Reference> namesOf(SortedMap<String, Digest> names, StoredImage image) {
        return names.entrySet().stream()
                .filter(each -> each.getValue().equals(image.root().digest()))
                .map(Map.Entry::getKey)
                .map(Reference::parse)
                .toList();
    }
}
