package dev.estiba.content.transport;

import dev.estiba.oci.image.Platform;
import java.util.List;

/** Which of an index's platforms are brought. An image without an index is brought as it is. */
public sealed interface Selection {
    /** All, and it is an error when one is missing. */
    record All() implements Selection {}

    /** Those that are there: an archive or a store may hold some of an index's platforms. */
    record Present() implements Selection {}

    /** The one that runs here best. Its manifest is brought without the index. */
    record Best(Platform host) implements Selection {}

    /**
     * These, each as well as it can be had. Of one the manifest is brought without the index; of several the index as well,
     * whose others are missing at the target then.
     */
    record These(List<Platform> platforms) implements Selection {
        public These {
            platforms = List.copyOf(platforms);
            if (platforms.isEmpty()) {
                throw new IllegalArgumentException("no platform is selected");
            }
        }
    }
}
