/** Tests without the kernel. */
@NullMarked
package dev.estiba.network.dns;

import org.jspecify.annotations.NullMarked;
