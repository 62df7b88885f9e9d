/** Images in tar archives: what {@code docker save} writes and has written, and image layouts; and root file systems. */
@NullMarked
package dev.estiba.content.archive;

import org.jspecify.annotations.NullMarked;
