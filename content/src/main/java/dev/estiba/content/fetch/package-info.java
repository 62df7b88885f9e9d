/** Brings images into the store: all their layers at the same time, unpacked while they come. */
@NullMarked
package dev.estiba.content.fetch;

import org.jspecify.annotations.NullMarked;
