/**
 * The content store: blobs by their digests, layers by the digests of their archives, and the records of images. One directory,
 * opened by any number of processes at once; its locks are the kernel's (flock(2)), so a killed process holds none.
 */
@NullMarked
package dev.estiba.content.store;

import org.jspecify.annotations.NullMarked;
