/**
 * Bridge networks of containers: devices, addresses, published ports, names. {@link dev.estiba.network.Networks} is what others call.
 *
 * <p>What is wanted is given by the caller as records and kept in memory alone; what is there, the kernel is asked. Everything
 * happens in the network namespace that a {@code Networks} is opened in. Nothing here knows a container's life.
 */
@NullMarked
package dev.estiba.network;

import org.jspecify.annotations.NullMarked;
