/** The OCI image layout (image-layout.md): a directory, or an archive of one, with blobs by digest and an index of names. */
@NullMarked
package dev.estiba.content.layout;

import org.jspecify.annotations.NullMarked;
