package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.Progress;
import dev.estiba.api.ProgressSink;
import dev.estiba.api.PullOptions;
import dev.estiba.content.fetch.Fetch;
import dev.estiba.content.fetch.FetchOptions;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.NoMatchingPlatform;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.Selection;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.client.Registry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code POST /images/create}: brings images from registries. */
final class Pulling {
    private final Images images;

    Pulling(Images images) {
        this.images = images;
    }

    /** The name that the image has then. */
    String pull(String name, PullOptions options, ProgressSink to) throws IOException {
        ShortName asked = ShortName.of(name, options.access());
        Reference first = asked.meant().getFirst();
        if (options.allTags() && (first.tag().isPresent() || first.digest().isPresent())) {
            throw ApiException.badRequest("tag can't be used with --all-tags/-a");
        }
        Selection selection = selection(options, images.host());
        Store store = images.store().open();
        try (Registry registry = Registries.open(options.access(), first, images.connections())) {
            Reference reference = asked.found(registry, options.allTags());
            if (asked.isByConfiguration()) {
                to.tell(Progress.of(name + " is " + reference + ", by " + asked.file()));
            }
            if (!options.allTags()) {
                StoredImage image = one(store, registry, reference.tagged(), selection, options.referrers(), to);
                images.events().pulled(reference.tagged(), labels(image));
                return reference.tagged().toString();
            }
            Map<String, String> labels = Map.of();
            for (String tag : registry.tags(reference)) {
                Reference tagged = reference.withTag(tag);
                StoredImage image = one(store, registry, tagged, selection, options.referrers(), to);
                labels = tagged.equals(reference.tagged()) ? labels(image) : labels;
            }
            images.events().pulled(reference, labels);
            return reference.toString();
        } catch (NotThere | NoMatchingPlatform e) {
            throw new ApiException(ApiException.NOT_FOUND, String.valueOf(e.getMessage()), e);
        } catch (MalformedImage e) {
            throw new ApiException(ApiException.SERVER_ERROR, name + ": " + e.getMessage(), e);
        }
    }

    static Selection selection(PullOptions options, Platform host) throws ApiException {
        if (options.allPlatforms()) {
            return new Selection.All();
        }
        return options.platforms().isEmpty()
                ? new Selection.Best(host)
                : new Selection.These(platforms(options.platforms(), host));
    }

    static List<Platform> platforms(List<String> words, Platform host) throws ApiException {
        List<Platform> platforms = new ArrayList<>();
        for (String word : words) {
            platforms.add(HostPlatform.parse(word, host));
        }
        return platforms;
    }

    private static Map<String, String> labels(StoredImage image) {
        return image.variants().getFirst().labels();
    }

    private StoredImage one(
            Store store,
            Registry registry,
            Reference reference,
            Selection selection,
            boolean referrers,
            ProgressSink to)
            throws IOException {
        String tag = reference.digest().map(Object::toString).or(reference::tag).orElse("");
        // What is pulled by its digest has no name here.
        Optional<Reference> named = reference.digest().isPresent() ? Optional.empty() : Optional.of(reference);
        FetchOptions options = new FetchOptions(
                selection, first(selection), named, Optional.of(reference.repository()), true, referrers);
        try (ImageSource source = registry.source(reference);
                Lease lease = store.lease()) {
            to.tell(Progress.of(tag, "Pulling from " + withoutRegistry(reference)));
            Fetch.Fetched fetched =
                    images.unpacking().fetch(store).fetch(source, options, lease, TransferWords.pulling(to));
            to.tell(Progress.of("Digest: " + fetched.image().root().digest()));
            to.tell(Progress.of(
                    fetched.changed()
                            ? "Status: Downloaded newer image for " + reference.familiar()
                            : "Status: Image is up to date for " + reference.familiar()));
            return fetched.image();
        }
    }

    /** Docker Hub's official ones by their whole name: {@code library/busybox}. */
    private static String withoutRegistry(Reference reference) {
        return reference.path();
    }

    /** Which of several platforms the image is here. */
    private Platform first(Selection selection) {
        return selection instanceof Selection.These(List<Platform> platforms) && platforms.size() == 1
                ? platforms.getFirst()
                : images.host();
    }
}
