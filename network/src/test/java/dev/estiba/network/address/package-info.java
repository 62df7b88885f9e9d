/** Tests without the kernel. */
@NullMarked
package dev.estiba.network.address;

import org.jspecify.annotations.NullMarked;
