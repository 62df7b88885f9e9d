/** Violations of the rules about calls. */
@NullMarked
package dev.estiba.rules.planted.oci;

import org.jspecify.annotations.NullMarked;
