package dev.estiba.content.check;

import dev.estiba.content.fetch.LostRecord;
import dev.estiba.content.store.DamagedRecord;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Looks at the records of images and names, mends them, and sees to it that what they name stays meanwhile. */
final class RecordCheck {
    private final Store store;
    private final Platform host;
    private final Lease lease;
    private final boolean repairs;
    private final List<Report.Result> results = new ArrayList<>();
    private SortedMap<String, Digest> names = new TreeMap<>();
    private List<StoredImage> images = List.of();

    RecordCheck(Store store, Platform host, Lease lease, boolean repairs) {
        this.store = store;
        this.host = host;
        this.lease = lease;
        this.repairs = repairs;
    }

    List<Report.Result> check() throws IOException {
        checkNames();
        protect(readable());
        for (Digest root : store.images().roots()) {
            if (isDamaged(root)) {
                results.add(new Report.Result(new Finding.DamagedImage(root), made(root)));
            }
        }
        for (Map.Entry<String, Digest> name : names.entrySet()) {
            if (isLost(name.getKey(), name.getValue())) {
                results.add(new Report.Result(
                        new Finding.LostImage(name.getKey(), name.getValue()), found(name.getKey(), name.getValue())));
            }
        }
        List<StoredImage> before = readable();
        protect(before);
        // What is still here was never given up, and from now on stays; what has just come is whole.
        images = readable().stream().filter(before::contains).toList();
        return results;
    }

    SortedMap<String, Digest> names() {
        return names;
    }

    List<StoredImage> images() {
        return images;
    }

    private void checkNames() throws IOException {
        Optional<SortedMap<String, Digest>> copy = store.repairs().namesCopy();
        Optional<Finding> finding = Optional.empty();
        try {
            names = store.images().names();
            if (copy.isEmpty() || !copy.get().equals(names)) {
                // A name that has just been given is in the one and not yet in the other.
                names = store.images().change(records -> records.images().names());
                copy = store.repairs().namesCopy();
                finding = copy.isPresent() && copy.get().equals(names)
                        ? Optional.empty()
                        : Optional.of(new Finding.DamagedNames(true));
            }
        } catch (DamagedRecord e) {
            finding = Optional.of(new Finding.DamagedNames(false));
            names = copy.orElse(names);
        }
        if (finding.isPresent()) {
            Outcome outcome = new Outcome.Found();
            if (repairs) {
                names = store.repairs().restoreNames();
                outcome = copy.isPresent() || finding.get().equals(new Finding.DamagedNames(true))
                        ? new Outcome.Repaired("it was made again of the other one")
                        : new Outcome.Left("the second one is damaged too, so images have no names any more:"
                                + " 'estiba images', then 'estiba tag ID NAME', or 'estiba pull NAME'");
            }
            results.add(new Report.Result(finding.get(), outcome));
        }
    }

    private boolean isDamaged(Digest root) throws IOException {
        try {
            store.images().find(root);
            return false;
        } catch (DamagedRecord e) {
            return true;
        }
    }

    private List<StoredImage> readable() throws IOException {
        List<StoredImage> readable = new ArrayList<>();
        for (Digest root : store.images().roots()) {
            store.images().readable(root).ifPresent(readable::add);
        }
        return readable;
    }

    private void protect(List<StoredImage> all) throws IOException {
        for (StoredImage image : all) {
            lease.protect(image.root().digest());
            for (StoredImage.Referrer referrer : image.referrers()) {
                for (Digest each : referrer.digests()) {
                    lease.protect(each);
                }
            }
            for (StoredImage.Variant variant : image.variants()) {
                lease.protect(variant.manifest().digest());
                lease.protect(variant.config().digest());
                for (StoredImage.Layer layer : variant.layers()) {
                    lease.protect(layer.blob().digest());
                    lease.protect(layer.diffId());
                }
            }
        }
    }

    private Outcome made(Digest root) throws IOException {
        if (!repairs) {
            return new Outcome.Found();
        }
        List<String> mine = names.entrySet().stream()
                .filter(each -> each.getValue().equals(root))
                .map(Map.Entry::getKey)
                .toList();
        try {
            write(root, mine, () -> store.images().roots().contains(root));
            return new Outcome.Repaired("it was made anew of the image's manifests");
        } catch (IOException e) {
            // It stays: nothing is collected as long as somebody's layers may be what it named.
            return new Outcome.Left("it cannot be made anew (" + e.getMessage() + "): 'estiba pull "
                    + (mine.isEmpty() ? "NAME" : mine.getFirst()) + "' brings the image again");
        }
    }

    private Outcome found(String name, Digest root) {
        if (!repairs) {
            return new Outcome.Found();
        }
        try {
            write(root, List.of(name), () -> isLostNow(name, root));
            return new Outcome.Repaired("the record was made anew of the image's manifests");
        } catch (IOException e) {
            return new Outcome.Left("it cannot be made anew (" + e.getMessage() + "): 'estiba pull " + name
                    + "' brings the image again");
        }
    }

    private boolean isLost(String name, Digest root) throws IOException {
        return !store.images().roots().contains(root) && store.images().change(_ -> isLostNow(name, root));
    }

    /** Under the records' lock: somebody may have removed the image, name and record, since the names were read here. */
    private boolean isLostNow(String name, Digest root) throws IOException {
        boolean isNamed;
        try {
            isNamed = root.equals(store.images().names().get(name));
        } catch (DamagedRecord e) {
            isNamed = true; // the second record of the names is all there is
        }
        return isNamed && !store.images().roots().contains(root);
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    /** @param condition asked under the records' lock: an image that has been removed meanwhile does not come back */
    private void write(Digest root, List<String> names, Condition condition) throws IOException {
        lease.protect(root);
        StoredImage image = LostRecord.of(store, root, host);
        for (String name : names) {
            image = image.withRepository(Reference.parse(name).repository());
        }
        StoredImage whole = image;
        store.images().change(records -> {
            if (condition.holds()) {
                records.write(whole);
            }
            return whole;
        });
    }
}
