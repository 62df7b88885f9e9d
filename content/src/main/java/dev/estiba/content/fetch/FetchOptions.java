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
 * @param referrers whether what says something of it is brought too, such as signatures
 */
public record FetchOptions(
        Selection selection,
        Platform host,
        Optional<Reference> name,
        Optional<String> repository,
        boolean unpack,
        boolean referrers) {
    /** Without referrers. */
    public FetchOptions(
            Selection selection, Platform host, Optional<Reference> name, Optional<String> repository, boolean unpack) {
        this(selection, host, name, repository, unpack, false);
    }

    public FetchOptions withReferrers(boolean value) {
        return new FetchOptions(selection, host, name, repository, unpack, value);
    }
}
