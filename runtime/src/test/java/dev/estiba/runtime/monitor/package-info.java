/** Tests of what stands between the library and the native program. */
@NullMarked
package dev.estiba.runtime.monitor;

import org.jspecify.annotations.NullMarked;
