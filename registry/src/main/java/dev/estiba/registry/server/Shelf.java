package dev.estiba.registry.server;

import dev.estiba.content.store.Catalogue;
import dev.estiba.content.store.LinkedManifest;
import dev.estiba.content.store.Repository;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What of the store the server's repositories show: what was pushed to them, and the engine's images whose names are theirs. A blob is
 * shown in a repository only when it was pushed there, or an image there is made of it.
 */
final class Shelf {
    private final Store store;
    /** One for all requests: what one has read the next one need not. */
    private final Catalogue catalogue;

    private final String registry;
    private final boolean all;

    Shelf(Store store, String registry, boolean all) {
        this.store = store;
        this.catalogue = store.catalogue();
        this.registry = registry;
        this.all = all;
    }

    Store store() {
        return store;
    }

    /** @throws Refused when no repository can have that name: of a traversal, for example */
    Reference name(String path) throws Refused {
        try {
            return new Reference(registry, path, Optional.empty(), Optional.empty());
        } catch (IllegalArgumentException e) {
            Refused refused = new Refused(
                    ErrorCode.NAME_INVALID,
                    "a repository's name is of lower-case letters and digits, with . _ - between and / between its"
                            + " parts, and not too long");
            refused.initCause(e);
            throw refused;
        }
    }

    /** What was pushed to it. */
    Repository pushed(Reference name) {
        return store.repositories().of(name);
    }

    /** The engine's names that the repository stands for: its own, and where all is shown those of the other registry. */
    private List<Reference> names(Reference name) {
        List<Reference> both = new ArrayList<>(List.of(name));
        int slash = name.path().indexOf('/');
        if (all && slash > 0) {
            String domain = name.path().substring(0, slash);
            try {
                both.add(new Reference(domain, name.path().substring(slash + 1), Optional.empty(), Optional.empty()));
            } catch (IllegalArgumentException e) {
                return both; // its first part is no registry
            }
        }
        return both;
    }

    /** Tags, and what the engine's names say that they stand for. */
    private SortedMap<String, Digest> named(Reference name) throws IOException {
        SortedMap<String, Digest> names = catalogue.names();
        SortedMap<String, Digest> found = new TreeMap<>();
        for (Reference each : names(name).reversed()) {
            String prefix = each.repository() + ":";
            names.tailMap(prefix).entrySet().stream()
                    .takeWhile(entry -> entry.getKey().startsWith(prefix))
                    .forEach(entry -> found.put(entry.getKey().substring(prefix.length()), entry.getValue()));
        }
        return found;
    }

    /** What a tag stands for. */
    Optional<Descriptor> tagged(Reference name, String tag) throws IOException {
        Optional<Digest> root = Optional.ofNullable(named(name).get(tag));
        if (root.isPresent()) {
            Optional<StoredImage> image = catalogue.find(root.get()).map(Catalogue.Listed::image);
            if (image.isPresent()) {
                return image.map(StoredImage::root);
            }
        }
        Optional<Digest> linked = Optional.ofNullable(pushed(name).tags().get(tag));
        return linked.isPresent()
                ? pushed(name).manifest(linked.get()).map(LinkedManifest::descriptor)
                : Optional.empty();
    }

    /** A manifest or an index of the repository. */
    Optional<Descriptor> manifest(Reference name, Digest digest) throws IOException {
        Optional<LinkedManifest> linked = pushed(name).manifest(digest);
        if (linked.isPresent()) {
            return linked.map(LinkedManifest::descriptor);
        }
        for (StoredImage image : images(name)) {
            Optional<Descriptor> found = Stream.concat(
                            Stream.of(image.root()), image.variants().stream().map(StoredImage.Variant::manifest))
                    .filter(each -> each.digest().equals(digest))
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    boolean hasBlob(Reference name, Digest digest) throws IOException {
        return store.blobs().has(digest) && (pushed(name).hasBlob(digest) || isPart(name, digest));
    }

    /** Whether an image of the engine that is shown in the repository is made of it. */
    boolean isPart(Reference name, Digest digest) throws IOException {
        for (StoredImage image : images(name)) {
            for (StoredImage.Variant variant : image.variants()) {
                if (variant.config().digest().equals(digest)
                        || variant.layers().stream()
                                .anyMatch(layer -> layer.blob().digest().equals(digest))) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<StoredImage> images(Reference name) throws IOException {
        List<StoredImage> found = new ArrayList<>();
        for (Digest root : new HashSet<>(named(name).values())) {
            catalogue.find(root).map(Catalogue.Listed::image).ifPresent(found::add);
        }
        return found;
    }

    SortedSet<String> tags(Reference name) throws IOException {
        SortedSet<String> tags = new TreeSet<>(named(name).keySet());
        tags.addAll(pushed(name).tags().keySet());
        return tags;
    }

    boolean exists(Reference name) throws IOException {
        return pushed(name).exists() || !named(name).isEmpty();
    }

    /** All repositories that are shown. */
    SortedSet<String> repositories() throws IOException {
        SortedSet<String> found = store.repositories().paths(registry);
        for (Map.Entry<String, Digest> each : catalogue.names().entrySet()) {
            Reference name = Reference.parse(each.getKey());
            if (name.domain().equals(registry)) {
                found.add(name.path());
            } else if (all && name.domain().indexOf(':') < 0) { // a port cannot be part of a repository's name
                found.add(name.repository());
            }
        }
        return found;
    }
}
