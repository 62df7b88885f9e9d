package dev.estiba.engine.image;

import dev.estiba.api.ContainerSummary;
import dev.estiba.api.DiskUsage;
import dev.estiba.api.ImageSummary;
import dev.estiba.content.store.Catalogue;
import dev.estiba.content.store.Layers;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Layer;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code GET /system/df}: how much of the disk images have, and how much of that no container needs. */
final class Usage {
    private final Images images;
    private final ImageUsers users;

    Usage(Images images, ImageUsers users) {
        this.images = images;
        this.users = users;
    }

    DiskUsage of(List<ContainerSummary> containers) throws IOException {
        Optional<Store> existing = images.store().existing();
        if (existing.isEmpty()) {
            return new DiskUsage(0, 0, List.of(), containers);
        }
        Store store = existing.get();
        List<ImageUsers.User> made = users.all();
        Catalogue catalogue = images.store().catalogue();
        List<Catalogue.Listed> all = catalogue.images();
        Sharing sharing = Sharing.of(all);
        Described described = new Described(store, catalogue);
        Set<Digest> needed = new HashSet<>();
        List<ImageSummary> summaries = new ArrayList<>();
        for (Catalogue.Listed listed : all) {
            StoredImage image = listed.image();
            long count = made.stream().filter(each -> isOf(each, image)).count();
            if (count > 0) {
                needed.addAll(parts(image));
            }
            if (!image.dropped()) {
                summaries.add(described.summary(listed, count).counted(sharing.bytes(described, image), count));
            }
        }
        summaries.sort(Comparator.comparingLong(ImageSummary::created).reversed());
        long size = 0;
        long reclaimable = 0;
        for (Map.Entry<Digest, Long> part : sizes(store).entrySet()) {
            size += part.getValue();
            reclaimable += needed.contains(part.getKey()) ? 0 : part.getValue();
        }
        return new DiskUsage(size, reclaimable, summaries, containers);
    }

    /** Whether a container is made of an image: of one of its platforms. */
    static boolean isOf(ImageUsers.User user, StoredImage image) {
        return image.variants().stream()
                .anyMatch(each -> each.config().digest().toString().equals(user.imageId()));
    }

    /** Of the image as it is on this machine, each once. */
    private static Set<Layer> layers(StoredImage image) {
        return new HashSet<>(image.variants().getFirst().layers());
    }

    /**
     * What images have in common.
     *
     * @param holders how many have a layer
     */
    record Sharing(Map<Digest, Integer> holders) {
        static Sharing of(List<Catalogue.Listed> all) {
            Map<Digest, Integer> holders = new HashMap<>();
            for (Catalogue.Listed listed : all) {
                if (!listed.image().dropped()) {
                    layers(listed.image()).forEach(each -> holders.merge(each.diffId(), 1, Integer::sum));
                }
            }
            return new Sharing(holders);
        }

        /** Of those layers of an image that others have as well. */
        long bytes(Described described, StoredImage image) throws IOException {
            long shared = 0;
            for (Layer layer : layers(image)) {
                shared += holders.getOrDefault(layer.diffId(), 0) > 1 ? described.size(layer) : 0;
            }
            return shared;
        }
    }

    private static Set<Digest> parts(StoredImage image) {
        Set<Digest> parts = new HashSet<>(Set.of(image.root().digest()));
        image.referrers().forEach(each -> parts.addAll(each.digests()));
        for (Variant variant : image.variants()) {
            parts.add(variant.manifest().digest());
            parts.add(variant.config().digest());
            for (Layer layer : variant.layers()) {
                parts.add(layer.blob().digest());
                parts.add(layer.diffId());
            }
        }
        return parts;
    }

    /** All that the store has, by digest. What is not packed is a blob and a layer of one digest. */
    static Map<Digest, Long> sizes(Store store) throws IOException {
        Map<Digest, Long> sizes = new HashMap<>();
        for (Digest blob : store.blobs().all()) {
            sizes.merge(blob, store.blobs().size(blob).orElse(0), Long::sum);
        }
        for (Digest layer : store.layers().all()) {
            long bytes = store.layers().size(layer).map(Layers.Size::bytes).orElse(0L);
            sizes.merge(layer, bytes, Long::sum);
        }
        return sizes;
    }
}
