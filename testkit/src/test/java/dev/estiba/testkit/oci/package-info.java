/** The commands of {@code estiba-oci} on real containers, and with --peers those of runc, whose texts they share. */
@NullMarked
package dev.estiba.testkit.oci;

import org.jspecify.annotations.NullMarked;
