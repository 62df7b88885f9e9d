/**
 * Which addresses networks and containers get.
 */
@NullMarked
package dev.estiba.network.address;

import org.jspecify.annotations.NullMarked;
