/** How layers are packed: not at all, with gzip (RFC 1952) or with zstd (RFC 8878). Decoders take hostile bytes. */
@NullMarked
package dev.estiba.content.compression;

import org.jspecify.annotations.NullMarked;
