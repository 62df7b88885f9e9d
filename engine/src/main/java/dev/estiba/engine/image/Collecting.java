package dev.estiba.engine.image;

import dev.estiba.api.Progress;
import dev.estiba.api.ProgressSink;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Takes images away when the disk gets full, after some have come: those without a name and a container, and with another policy also
 * those that were not used for long. It never takes what a container is made of, or what has come just now.
 */
final class Collecting {
    /** The disk is full for us when less than a tenth of it is free, and less than this. */
    private static final long FREE = 20L << 30;

    private static final int PART = 10;
    /** What has no name may be meant by its digest: who has brought it is given time to use it. */
    private static final Duration NEW = Duration.ofHours(1);

    private static final Duration OLD = Duration.ofDays(30);

    private final Images images;
    private final ImageUsers users;
    private final Disk disk;

    /** Asks how many bytes the disk that a directory is on lacks. */
    @FunctionalInterface
    interface Disk {
        long lacks(Path directory) throws IOException;
    }

    Collecting(Images images, ImageUsers users, Disk disk) {
        this.images = images;
        this.users = users;
        this.disk = disk;
    }

    /** As {@link Disk}. */
    static long lacks(Path directory) throws IOException {
        FileStore store = Files.getFileStore(directory);
        return Math.max(0, Math.min(store.getTotalSpace() / PART, FREE) - store.getUsableSpace());
    }

    /** What was taken away is told in one line. What fails in here does not undo what came before. */
    void run(ProgressSink to) {
        try {
            Store store = images.store().open();
            CollectionPolicy policy = CollectionPolicy.read(images.store().policy());
            long wanted = policy.which() == CollectionPolicy.Which.NONE ? 0 : wanted(store, policy);
            if (wanted > 0) {
                run(store, policy, wanted, to);
            }
        } catch (IOException e) {
            to.tell(Progress.of(Progress.COLLECTED + "nothing: " + e.getMessage()));
        }
    }

    private long wanted(Store store, CollectionPolicy policy) throws IOException {
        long wanted = disk.lacks(store.root());
        if (policy.budget().isPresent()) {
            long used = Usage.sizes(store).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            wanted = Math.max(wanted, used - policy.budget().getAsLong());
        }
        return wanted;
    }

    private void run(Store store, CollectionPolicy policy, long wanted, ProgressSink to) throws IOException {
        long freed = store.collector().collect(ImageRemoval.PATIENCE).bytes();
        List<String> gone = new ArrayList<>();
        for (StoredImage image : freed < wanted ? candidates(store, policy) : List.<StoredImage>of()) {
            if (freed >= wanted) {
                break;
            }
            int names = ImageStore.namesOf(store.images().names(), image).size();
            if (drop(store, policy, image)) {
                Collections.nCopies(names, image).forEach(images.events()::untagged);
                images.events().deleted(image.id());
                gone.add(image.id().shortened());
                freed += store.collector().collect(ImageRemoval.PATIENCE).bytes();
            }
        }
        if (freed > 0) {
            String which = gone.isEmpty() ? "" : " of " + String.join(", ", gone);
            to.tell(Progress.of(Progress.COLLECTED + megabytes(freed) + which + ": the disk is nearly full, or images"
                    + " are beyond their budget"));
        }
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    /** Who may go, in the order in which they do. */
    private List<StoredImage> candidates(Store store, CollectionPolicy policy) throws IOException {
        List<ImageUsers.User> made = users.all();
        List<StoredImage> unnamed = new ArrayList<>();
        List<StoredImage> named = new ArrayList<>();
        for (StoredImage image : store.images().all()) {
            boolean isFree = !image.dropped() && made.stream().noneMatch(each -> Usage.isOf(each, image));
            if (isFree && mayGo(store, policy, image)) {
                boolean hasName =
                        !ImageStore.namesOf(store.images().names(), image).isEmpty();
                (hasName ? named : unnamed).add(image);
            }
        }
        List<StoredImage> all = new ArrayList<>(LeastUsed.first(store, unnamed));
        all.addAll(LeastUsed.first(store, named));
        return all;
    }

    private static boolean mayGo(Store store, CollectionPolicy policy, StoredImage image) throws IOException {
        boolean hasName = !ImageStore.namesOf(store.images().names(), image).isEmpty();
        if (hasName && policy.which() != CollectionPolicy.Which.LEAST_RECENTLY_USED) {
            return false;
        }
        Instant used = store.images().lastUsed(image.root().digest()).orElse(Instant.EPOCH);
        return used.isBefore(Instant.now().minus(hasName ? OLD : NEW));
    }

    /** Asks once more when nobody else changes anything: a name may have been given, or a container made of it. */
    private static boolean drop(Store store, CollectionPolicy policy, StoredImage candidate) throws IOException {
        return store.images().change(records -> {
            StoredImage image = store.images().find(candidate.root().digest()).orElse(candidate);
            if (image.dropped() || !mayGo(store, policy, image)) {
                return false;
            }
            for (Reference name : ImageStore.namesOf(store.images().names(), image)) {
                records.unname(name);
            }
            records.write(image.withDropped(true));
            return true;
        });
    }
}
