package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImageDeleted;
import dev.estiba.api.ImagePruneOptions;
import dev.estiba.api.ImagesPruned;
import dev.estiba.content.store.Collector.Collected;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code POST /images/prune}: takes away what no container is made of. What was begun and broken off goes with it. */
final class Pruning {
    private final Images images;
    private final ImageUsers users;

    Pruning(Images images, ImageUsers users) {
        this.images = images;
        this.users = users;
    }

    ImagesPruned prune(ImagePruneOptions options) throws IOException {
        Map<String, List<String>> filters = new HashMap<>(options.filters());
        int kept = kept(Optional.ofNullable(filters.remove("keep-last")));
        boolean onlyDangling =
                new ImageFilters(filters, images.store()).dangling().orElse(true);
        filters.remove("dangling");
        for (String name : List.of("before", "since", "reference")) {
            if (filters.containsKey(name)) {
                throw ApiException.badRequest("invalid filter '" + name + "'");
            }
        }
        ImageFilters filter = new ImageFilters(filters, images.store());
        Optional<Store> store = images.store().existing();
        if (store.isPresent()) {
            return prune(store.get(), filter, onlyDangling, kept);
        }
        images.events().pruned(0);
        return new ImagesPruned(List.of(), 0);
    }

    /** How many of those that match stay: those that were used last. */
    private static int kept(Optional<List<String>> values) throws ApiException {
        if (values.isEmpty()) {
            return 0;
        }
        String text = values.get().getFirst();
        if (values.get().size() > 1 || !text.matches("[0-9]{1,6}")) {
            throw ApiException.badRequest("invalid filter 'keep-last=" + text + "': it is how many images stay");
        }
        return Integer.parseInt(text);
    }

    private ImagesPruned prune(Store store, ImageFilters filter, boolean onlyDangling, int kept) throws IOException {
        Set<String> used = users.all().stream().map(ImageUsers.User::imageId).collect(Collectors.toSet());
        List<ImageDeleted> told = new ArrayList<>();
        List<StoredImage> gone = store.images().change(records -> {
            List<StoredImage> matching = new ArrayList<>();
            for (StoredImage image : store.images().all()) {
                List<Reference> names = ImageStore.namesOf(store.images().names(), image);
                boolean goes = !image.dropped()
                        && (names.isEmpty() || !onlyDangling)
                        && image.variants().stream()
                                .noneMatch(each ->
                                        used.contains(each.config().digest().toString()))
                        && filter.match(image, names);
                if (goes) {
                    matching.add(image);
                }
            }
            List<StoredImage> oldest = LeastUsed.first(store, matching);
            List<StoredImage> all = oldest.subList(0, Math.max(0, oldest.size() - kept));
            for (StoredImage image : all) {
                List<Reference> names = ImageStore.namesOf(store.images().names(), image);
                for (Reference name : names) {
                    records.unname(name);
                    told.add(new ImageDeleted.Untagged(name.familiar()));
                }
                records.write(image.withDropped(true));
                Collections.nCopies(names.isEmpty() ? image.repositories().size() : names.size(), image)
                        .forEach(images.events()::untagged);
                images.events().deleted(image.id());
            }
            return all;
        });
        Collected collected = store.collector().collect(Duration.ZERO);
        for (StoredImage image : gone) {
            if (collected.blobs().contains(image.root().digest())) {
                told.add(new ImageDeleted.Deleted(image.id().toString()));
            }
        }
        for (Digest layer : collected.layers()) {
            told.add(new ImageDeleted.Deleted(layer.toString()));
        }
        images.events().pruned(collected.bytes());
        return new ImagesPruned(told, collected.bytes());
    }
}
