/**
 * Plug-ins that make networks: a client of the Container Network Interface 1.1 (containernetworking/cni, SPEC.md). What they answer is
 * read strictly; a call has a deadline.
 */
@NullMarked
package dev.estiba.network.cni;

import org.jspecify.annotations.NullMarked;
