/** What configurations become, by the printed steps; nothing here needs root or a kernel of a kind. */
@NullMarked
package dev.estiba.runtime.compile;

import org.jspecify.annotations.NullMarked;
