/** Records written, read, damaged. */
@NullMarked
package dev.estiba.runtime.record;

import org.jspecify.annotations.NullMarked;
