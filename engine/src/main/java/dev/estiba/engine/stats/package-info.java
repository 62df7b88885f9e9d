/** What containers use. */
@NullMarked
package dev.estiba.engine.stats;

import org.jspecify.annotations.NullMarked;
