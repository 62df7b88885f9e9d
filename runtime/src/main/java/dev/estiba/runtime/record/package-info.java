/** What a container's state directory says: a record written once, before anything else is made, and its init. */
@NullMarked
package dev.estiba.runtime.record;

import org.jspecify.annotations.NullMarked;
