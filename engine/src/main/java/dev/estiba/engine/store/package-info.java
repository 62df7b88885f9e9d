/** Containers' records on disk, which are the truth about them. */
@NullMarked
package dev.estiba.engine.store;

import org.jspecify.annotations.NullMarked;
