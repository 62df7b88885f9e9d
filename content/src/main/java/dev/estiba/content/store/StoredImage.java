package dev.estiba.content.store;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Platform;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * An image that is here: what its manifest or index is, and which of its platforms are here. Names stand for such a one.
 *
 * @param root the manifest or index
 * @param stored RFC 3339: since when it is here
 * @param repositories where it was pulled from or pushed to: {@code localhost:5000/a/b}
 * @param variants at least one; the first is what it is on this machine
 * @param dropped whether nobody is to see it any more, and it only stays for containers that are made of it
 * @param referrers what was brought with it since it says something of it, such as signatures
 */
public record StoredImage(
        Descriptor root,
        String stored,
        SortedSet<String> repositories,
        List<Variant> variants,
        boolean dropped,
        List<Referrer> referrers) {
    public StoredImage {
        referrers = List.copyOf(referrers);
        repositories = Collections.unmodifiableSortedSet(new TreeSet<>(repositories));
        variants = List.copyOf(variants);
        if (variants.isEmpty()) {
            throw new IllegalArgumentException("an image without any of its platforms: " + root.digest());
        }
    }

    /**
     * An image for one platform.
     *
     * @param created RFC 3339, as its author has written it
     * @param labels of its configuration
     * @param layers the lowest first
     */
    public record Variant(
            Descriptor manifest,
            Descriptor config,
            Platform platform,
            Optional<String> created,
            Map<String, String> labels,
            List<Layer> layers) {
        public Variant {
            labels = Collections.unmodifiableMap(new TreeMap<>(labels));
            layers = List.copyOf(layers);
        }
    }

    /**
     * A layer as it is brought, and as it is unpacked.
     *
     * @param diffId of its archive
     */
    public record Layer(Descriptor blob, Digest diffId) {}

    /**
     * A manifest that says something of the image, or of what says something of it.
     *
     * @param manifest with the artifact's type, without annotations
     * @param subject of what it says something
     * @param parts what it is made of: configuration, layers, further manifests and what they are made of
     */
    public record Referrer(Descriptor manifest, Digest subject, List<Descriptor> parts) {
        public Referrer {
            parts = List.copyOf(parts);
        }

        /** The manifest and its parts. */
        public List<Digest> digests() {
            return Stream.concat(Stream.of(manifest), parts.stream())
                    .map(Descriptor::digest)
                    .toList();
        }
    }

    /** What Docker calls the image: the digest of its configuration. */
    public Digest id() {
        return variants.getFirst().config().digest();
    }

    public StoredImage withRepository(String repository) {
        TreeSet<String> more = new TreeSet<>(repositories);
        more.add(repository);
        return new StoredImage(root, stored, more, variants, dropped, referrers);
    }

    public StoredImage withoutRepository(String repository) {
        TreeSet<String> fewer = new TreeSet<>(repositories);
        fewer.remove(repository);
        return new StoredImage(root, stored, fewer, variants, dropped, referrers);
    }

    public StoredImage withDropped(boolean value) {
        return new StoredImage(root, stored, repositories, variants, value, referrers);
    }

    /** @param values at least one */
    public StoredImage withVariants(List<Variant> values) {
        return new StoredImage(root, stored, repositories, values, dropped, referrers);
    }

    public StoredImage withReferrers(List<Referrer> values) {
        return new StoredImage(root, stored, repositories, variants, dropped, values);
    }

    /** What was brought again, perhaps with other platforms, and what was here before. */
    StoredImage and(StoredImage before) {
        TreeSet<String> all = new TreeSet<>(repositories);
        all.addAll(before.repositories);
        List<Variant> both = new ArrayList<>(variants);
        before.variants.stream()
                .filter(each -> variants.stream()
                        .noneMatch(mine ->
                                mine.manifest().digest().equals(each.manifest().digest())))
                .forEach(both::add);
        List<Referrer> said = new ArrayList<>(referrers);
        before.referrers.stream()
                .filter(each -> referrers.stream()
                        .noneMatch(mine ->
                                mine.manifest().digest().equals(each.manifest().digest())))
                .forEach(said::add);
        return new StoredImage(root, before.stored, all, both, false, said);
    }
}
