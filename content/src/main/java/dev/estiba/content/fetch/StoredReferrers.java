package dev.estiba.content.fetch;

import dev.estiba.content.store.StoredImage.Referrer;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.json.DocumentException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an image's record says of its referrers. */
final class StoredReferrers {
    /** All of them are in one small record; nobody is known to have more than some dozens. */
    private static final int MOST = 1000;

    /** RFC 6838, 4.2: a type's two names have 127 letters at most. What is longer is no type. */
    private static final int LONGEST_TYPE = 255;

    private StoredReferrers() {}

    /** @param documents among which all are that the referrers name; those without a subject are no referrers themselves */
    static List<Referrer> of(Collection<Document> documents) throws MalformedImage {
        Map<Digest, List<Descriptor>> parts = new HashMap<>();
        List<Referrer> found = new ArrayList<>();
        for (Document document : documents) {
            Descriptor own = document.descriptor();
            if (!MediaTypes.isManifest(own.mediaType()) && !MediaTypes.isIndex(own.mediaType())) {
                continue; // of a kind that nobody here knows
            }
            switch (read(document)) {
                case ImageReader.Document.OfManifest(Manifest manifest) -> {
                    List<Descriptor> all = new ArrayList<>(List.of(bare(manifest.config())));
                    manifest.layers().forEach(each -> all.add(bare(each)));
                    parts.put(own.digest(), all);
                    Optional<String> type = manifest.artifactType()
                            .or(() -> Optional.of(manifest.config().mediaType()));
                    manifest.subject().ifPresent(subject -> found.add(referrer(own, type, subject, all)));
                }
                case ImageReader.Document.OfIndex(Index index) -> {
                    List<Descriptor> all = new ArrayList<>();
                    for (Descriptor each : index.manifests()) {
                        all.add(bare(each));
                        all.addAll(
                                parts.getOrDefault(each.digest(), List.of())); // documents come behind what they name
                    }
                    parts.put(own.digest(), all);
                    index.subject().ifPresent(subject -> found.add(referrer(own, index.artifactType(), subject, all)));
                }
            }
        }
        if (found.size() > MOST) {
            throw new MalformedImage(found.size() + " documents say something of the image, and " + MOST
                    + " are the most that are kept: pull it without --referrers");
        }
        return List.copyOf(found);
    }

    private static ImageReader.Document read(Document document) throws MalformedImage {
        try {
            return ImageReader.read(
                    document.bytes(), Optional.of(document.descriptor().mediaType()));
        } catch (DocumentException e) {
            throw new MalformedImage(document.descriptor().digest().toString(), e);
        }
    }

    private static Referrer referrer(
            Descriptor own, Optional<String> type, Descriptor subject, List<Descriptor> parts) {
        Descriptor listed = new Descriptor(
                own.mediaType(),
                own.digest(),
                own.size(),
                List.of(),
                Map.of(),
                Optional.empty(),
                type.filter(each -> each.length() <= LONGEST_TYPE),
                Optional.empty());
        return new Referrer(listed, subject.digest(), parts);
    }

    private static Descriptor bare(Descriptor descriptor) {
        return Descriptor.of(descriptor.mediaType(), descriptor.digest(), descriptor.size());
    }
}
