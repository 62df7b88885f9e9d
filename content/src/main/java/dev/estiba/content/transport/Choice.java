package dev.estiba.content.transport;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import java.util.List;
import java.util.Optional;

/**
 * Which of an index's manifests fits a platform, in containerd's order: the best platform that runs here, and of equal ones the
 * first in the index.
 */
public final class Choice {
    /** BuildKit's mark of manifests that are said of others: nothing to run. */
    static final String ATTESTED = "vnd.docker.reference.digest";

    private static final String UNKNOWN = "unknown";

    private Choice() {}

    /** Empty when nothing fits, or only a further index may have something. */
    public static Optional<Descriptor> of(Index index, Platform wanted) {
        List<Descriptor> manifests = index.manifests().stream()
                .filter(each -> MediaTypes.isManifest(each.mediaType()) && isImage(each))
                .toList();
        for (Platform each : wanted.runs()) {
            Optional<Descriptor> found = manifests.stream()
                    .filter(manifest -> manifest.platform().filter(each::isSame).isPresent())
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        // Its author has not said what it is for; a single one is meant for everybody.
        List<Descriptor> silent =
                manifests.stream().filter(each -> each.platform().isEmpty()).toList();
        return silent.size() == 1 ? Optional.of(silent.getFirst()) : Optional.empty();
    }

    private static boolean isImage(Descriptor manifest) {
        return manifest.artifactType().isEmpty() && !manifest.annotations().containsKey(ATTESTED);
    }

    /** The platforms that an index says it has. */
    public static List<Platform> platforms(Index index) {
        return index.manifests().stream()
                .map(Descriptor::platform)
                .flatMap(Optional::stream)
                .filter(each -> !each.os().equals(UNKNOWN))
                .toList();
    }
}
