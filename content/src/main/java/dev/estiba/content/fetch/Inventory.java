package dev.estiba.content.fetch;

import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Layer;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.ImageConfigReader;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.json.DocumentException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an image consists of, by its manifest and its configuration, which must agree. */
public final class Inventory {
    /** Of what has no platform. */
    private static final Platform UNKNOWN = Platform.of("unknown", "unknown");

    private Inventory() {}

    /** @throws MalformedImage when it is an index, or what it says cannot be */
    public static Manifest manifest(Document document) throws MalformedImage {
        try {
            return ImageReader.readManifest(document.bytes());
        } catch (DocumentException e) {
            throw new MalformedImage(document.descriptor().digest().toString(), e);
        }
    }

    public static ImageConfig config(Document document) throws MalformedImage {
        try {
            return ImageConfigReader.read(document.bytes());
        } catch (DocumentException e) {
            throw new MalformedImage(document.descriptor().digest().toString(), e);
        }
    }

    /**
     * @param config of an artifact it is not read
     * @throws MalformedImage when the two do not agree
     */
    public static Variant variant(Descriptor descriptor, Manifest manifest, Document config) throws MalformedImage {
        if (!manifest.isImage()) {
            return artifact(descriptor, manifest);
        }
        ImageConfig read = config(config);
        if (read.diffIds().size() != manifest.layers().size()) {
            throw new MalformedImage(descriptor.digest() + ": the manifest has "
                    + manifest.layers().size() + " layers, and its configuration has "
                    + read.diffIds().size());
        }
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < manifest.layers().size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            if (MediaTypes.layer(layer.mediaType()).isEmpty()) {
                throw new MalformedImage(descriptor.digest() + ": layer " + layer.digest() + " is of the kind "
                        + layer.mediaType() + ", which cannot be unpacked here");
            }
            layers.add(new Layer(layer, read.diffIds().get(i)));
        }
        return new Variant(
                descriptor,
                manifest.config(),
                read.platform(),
                read.created(),
                read.execution().labels(),
                layers);
    }

    /** Its parts are kept as they are. */
    private static Variant artifact(Descriptor descriptor, Manifest manifest) {
        List<Layer> parts = manifest.layers().stream()
                .map(each -> new Layer(each, each.digest()))
                .toList();
        return new Variant(descriptor, manifest.config(), UNKNOWN, Optional.empty(), Map.of(), parts);
    }

    /** Whether containers can be made of it. */
    public static boolean isImage(Variant variant) {
        return MediaTypes.isConfig(variant.config().mediaType());
    }

    /** How well it runs: the place of its platform among those that do. */
    static int rank(List<Platform> best, Variant variant) {
        for (int i = 0; i < best.size(); i++) {
            if (best.get(i).isSame(variant.platform())) {
                return i;
            }
        }
        return best.size();
    }

    /** The layers of one, each once: an image may have the same several times. */
    static List<Layer> distinctLayers(List<Variant> variants) {
        List<Layer> all = new ArrayList<>();
        List<Digest> seen = new ArrayList<>();
        for (Variant variant : variants) {
            for (Layer layer : variant.layers()) {
                if (!seen.contains(layer.blob().digest())) {
                    seen.add(layer.blob().digest());
                    all.add(layer);
                }
            }
        }
        return all;
    }

    /** With the platform that its configuration names. */
    public static StoredImage stored(Document root, String now, Optional<String> repository, List<Variant> variants) {
        java.util.TreeSet<String> repositories = new java.util.TreeSet<>();
        repository.ifPresent(repositories::add);
        return new StoredImage(root.descriptor(), now, repositories, variants, false, List.of());
    }
}
