/** What of the host keeps containers from working. */
@NullMarked
package dev.estiba.engine.check;

import org.jspecify.annotations.NullMarked;
