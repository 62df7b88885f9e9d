/** Tests of what is said to a monitor, and of what it says. */
@NullMarked
package dev.estiba.runtime.monitor;

import org.jspecify.annotations.NullMarked;
