/**
 * The tar format, read and written: v7, ustar, GNU's and PAX's. Bytes in and bytes out; nothing here knows a file system.
 *
 * <p>Names, and all else that an archive says in bytes, stay bytes: a layer may hold names that are no text. What is read is
 * hostile: nothing is allocated by a size that the archive says, and whatever is wrong is a {@link
 * dev.estiba.content.tar.MalformedArchive} with its place. Where readers differ about what an archive means, Go's
 * {@code archive/tar} decides, since Docker and containerd unpack with it, or the archive is refused.
 */
@NullMarked
package dev.estiba.content.tar;

import org.jspecify.annotations.NullMarked;
