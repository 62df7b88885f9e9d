/** Tests without the kernel. */
@NullMarked
package dev.estiba.network.port;

import org.jspecify.annotations.NullMarked;
