/** Certificates and keys as text, as registries and daemons are given them. */
@NullMarked
package dev.estiba.oci.pem;

import org.jspecify.annotations.NullMarked;
