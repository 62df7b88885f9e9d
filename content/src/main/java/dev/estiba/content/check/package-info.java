/** Looks at everything that is in a store, says what is wrong, and mends it. */
@NullMarked
package dev.estiba.content.check;

import org.jspecify.annotations.NullMarked;
