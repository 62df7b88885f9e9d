/**
 * The resolver that containers find at 127.0.0.11, and the files that tell them of it.
 */
@NullMarked
package dev.estiba.network.dns;

import org.jspecify.annotations.NullMarked;
