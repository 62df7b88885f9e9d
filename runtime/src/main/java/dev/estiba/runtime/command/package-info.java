/** {@code estiba-oci}: runc's command line, from gathered bytes to a plan. */
@NullMarked
package dev.estiba.runtime.command;

import org.jspecify.annotations.NullMarked;
