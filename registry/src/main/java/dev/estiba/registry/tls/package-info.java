/** Whom to trust, and what to show: certificates and keys from the files that other engines' users have. */
@NullMarked
package dev.estiba.registry.tls;

import org.jspecify.annotations.NullMarked;
