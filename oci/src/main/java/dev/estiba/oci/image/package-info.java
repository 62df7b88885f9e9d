/**
 * The image specification of the Open Container Initiative, version 1.1, as records, with Docker's schema 2, which differs from
 * it in its media types alone; and the names of images.
 *
 * <p>Manifests, indexes and configurations are named by the digest of their bytes, so nothing here writes one again that was
 * read: whoever stores or sends one has its bytes. All records are deeply immutable.
 */
@NullMarked
package dev.estiba.oci.image;

import org.jspecify.annotations.NullMarked;
