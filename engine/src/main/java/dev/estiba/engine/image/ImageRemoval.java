package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImageDeleted;
import dev.estiba.content.store.Collector.Collected;
import dev.estiba.content.store.Images.Editing;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code DELETE /images/NAME}: takes names away, and images that have none left. Refusals are Docker's. */
final class ImageRemoval {
    /** For how long the beginning of a broken download waits for somebody to go on with it. */
    static final Duration PATIENCE = Duration.ofDays(7);

    private final Images images;
    private final ImageUsers users;

    ImageRemoval(Images images, ImageUsers users) {
        this.images = images;
        this.users = users;
    }

    List<ImageDeleted> remove(String name, boolean force) throws IOException {
        ImageStore.Named named = images.store().find(name);
        Store store = images.store().open();
        List<ImageUsers.User> made = usersOf(named.image());
        List<ImageDeleted> told = new ArrayList<>();
        boolean isNamed = named.reference().isPresent();
        boolean gone = store.images().change(records -> {
            StoredImage image =
                    store.images().find(named.image().root().digest()).orElseThrow(() -> ImageStore.absent(name));
            List<Reference> names = ImageStore.namesOf(store.images().names(), image);
            return named.reference().isPresent()
                    ? untag(records, image, names, named.reference().get(), made, force, told)
                    : delete(records, image, names, made, force, told);
        });
        // Digests that go with a tag are not told, those that go with an image are (moby,
        // daemon/images/image_delete.go).
        int names = isNamed ? 1 : told.size();
        for (int i = 0; i < names; i++) {
            images.events().untagged(named.image());
        }
        if (gone) {
            if (!isElsewhere(store, named.image())) {
                images.events().deleted(named.image().id());
            }
            told.addAll(collected(named.image(), store.collector().collect(PATIENCE)));
        }
        return told;
    }

    /** Some of its platforms; the names stay as long as any is left. */
    List<ImageDeleted> remove(String name, boolean force, List<Platform> platforms) throws IOException {
        ImageStore.Named named = images.store().find(name);
        Set<Digest> gone = new HashSet<>();
        for (Platform platform : platforms) {
            gone.add(Pushing.variant(name, named.image(), platform).manifest().digest());
        }
        if (named.image().variants().stream()
                .allMatch(each -> gone.contains(each.manifest().digest()))) {
            return remove(name, force);
        }
        Store store = images.store().open();
        for (ImageUsers.User user : usersOf(named.image())) {
            refuseUsed(named.image(), gone, user);
        }
        images.store().open().images().change(records -> {
            StoredImage image =
                    store.images().find(named.image().root().digest()).orElseThrow(() -> ImageStore.absent(name));
            List<Variant> left = image.variants().stream()
                    .filter(each -> !gone.contains(each.manifest().digest()))
                    .toList();
            if (!left.isEmpty()) {
                records.write(image.withVariants(left));
            }
            return image;
        });
        store.collector().collect(PATIENCE);
        return gone.stream()
                .map(each -> (ImageDeleted) new ImageDeleted.Deleted(each.toString()))
                .toList();
    }

    /** Its layers would go with the platform, also from beneath a container that does not run. */
    private static void refuseUsed(StoredImage image, Set<Digest> gone, ImageUsers.User user) throws ApiException {
        for (Variant variant : image.variants()) {
            if (gone.contains(variant.manifest().digest())
                    && variant.config().digest().toString().equals(user.imageId())) {
                throw ApiException.conflict("conflict: unable to delete " + variant.platform() + " of "
                        + shortened(image.id()) + " (cannot be forced) - container " + shortened(user.id())
                        + " is using it");
            }
        }
    }

    /** Whether another manifest's image has the same ID. */
    private static boolean isElsewhere(Store store, StoredImage gone) throws IOException {
        for (StoredImage image : store.images().all()) {
            if (!image.dropped() && image.id().equals(gone.id())) {
                return true;
            }
        }
        return false;
    }

    private List<ImageUsers.User> usersOf(StoredImage image) throws IOException {
        return users.all().stream()
                .filter(each -> image.variants().stream()
                        .anyMatch(
                                variant -> variant.config().digest().toString().equals(each.imageId())))
                .toList();
    }

    /** By a name: the image goes with its last one. */
    private static boolean untag(
            Editing records,
            StoredImage image,
            List<Reference> names,
            Reference reference,
            List<ImageUsers.User> made,
            boolean force,
            List<ImageDeleted> told)
            throws IOException {
        boolean last = reference.digest().isPresent()
                ? names.isEmpty() && image.repositories().size() == 1
                : names.size() == 1;
        if (last && !force && !made.isEmpty()) {
            throw ApiException.conflict("conflict: unable to remove repository reference \"" + reference.familiar()
                    + "\" (must force) - container " + shortened(made.getFirst().id())
                    + " is using its referenced image " + shortened(image.id()));
        }
        if (reference.digest().isEmpty()) {
            records.unname(reference);
            told.add(new ImageDeleted.Untagged(reference.familiar()));
        }
        boolean named = names.stream()
                .anyMatch(each -> !each.equals(reference) && each.repository().equals(reference.repository()));
        StoredImage left = image;
        if (!named && image.repositories().contains(reference.repository())) {
            left = image.withoutRepository(reference.repository());
            told.add(untagged(reference, image));
        }
        if (last) {
            records.write(left.withDropped(true));
            return true;
        }
        if (!left.equals(image)) {
            records.write(left);
        }
        return false;
    }

    private static ImageDeleted untagged(Reference name, StoredImage image) {
        Reference repository = new Reference(name.domain(), name.path(), Optional.empty(), Optional.empty());
        return new ImageDeleted.Untagged(
                repository.withDigest(image.root().digest()).familiar());
    }

    /** By its ID, with all its names. */
    private static boolean delete(
            Editing records,
            StoredImage image,
            List<Reference> names,
            List<ImageUsers.User> made,
            boolean force,
            List<ImageDeleted> told)
            throws IOException {
        Optional<ImageUsers.User> running =
                made.stream().filter(ImageUsers.User::runs).findFirst();
        if (running.isPresent()) {
            throw ApiException.conflict("conflict: unable to delete " + shortened(image.id())
                    + " (cannot be forced) - image is being used by running container "
                    + shortened(running.get().id()));
        }
        if (!force && !made.isEmpty()) {
            throw ApiException.conflict("conflict: unable to delete " + shortened(image.id())
                    + " (must be forced) - image is being used by stopped container "
                    + shortened(made.getFirst().id()));
        }
        long repositories = names.stream().map(Reference::repository).distinct().count();
        if (!force && repositories > 1) {
            throw ApiException.conflict("conflict: unable to delete " + shortened(image.id())
                    + " (must be forced) - image is referenced in multiple repositories");
        }
        for (Reference each : names) {
            records.unname(each);
            told.add(new ImageDeleted.Untagged(each.familiar()));
        }
        for (String each : image.repositories()) {
            told.add(untagged(Reference.parse(each), image));
        }
        records.write(image.withDropped(true));
        return true;
    }

    private static String shortened(Digest digest) {
        return digest.shortened();
    }

    private static String shortened(String id) {
        return id.substring(0, Math.min(12, id.length()));
    }

    /** The image, and its layers that nothing else has, the uppermost first. */
    private static List<ImageDeleted> collected(StoredImage image, Collected collected) {
        List<ImageDeleted> told = new ArrayList<>();
        if (collected.blobs().contains(image.variants().getFirst().config().digest())) {
            told.add(new ImageDeleted.Deleted(image.id().toString()));
        }
        List<Digest> layers = new ArrayList<>(image.variants().stream()
                .flatMap(each -> each.layers().stream())
                .map(StoredImage.Layer::diffId)
                .distinct()
                .filter(collected.layers()::contains)
                .toList());
        Collections.reverse(layers);
        layers.forEach(each -> told.add(new ImageDeleted.Deleted(each.toString())));
        return told;
    }
}
