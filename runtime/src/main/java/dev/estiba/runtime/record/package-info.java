/** What a container's state directory says: written once by a plan, read by every later command. */
@NullMarked
package dev.estiba.runtime.record;

import org.jspecify.annotations.NullMarked;
