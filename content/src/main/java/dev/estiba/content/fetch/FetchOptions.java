package dev.estiba.content.fetch;

import dev.estiba.content.transport.Selection;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import java.util.Optional;

/**
 * What of an image is brought.
 *
 * @param selection which of its platforms; the first one of them is what the image is here
 * @param host what this machine runs, which comes first when several platforms are brought
 * @param name what it is called here
 * @param repository where it comes from, when that is a registry
 * @param unpack whether its layers are to be ready for containers
 */
public record FetchOptions(
        Selection selection, Platform host, Optional<Reference> name, Optional<String> repository, boolean unpack) {}
