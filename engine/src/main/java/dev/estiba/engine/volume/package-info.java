/** Volumes: directories that outlive containers, and who wants them. */
@NullMarked
package dev.estiba.engine.volume;

import org.jspecify.annotations.NullMarked;
