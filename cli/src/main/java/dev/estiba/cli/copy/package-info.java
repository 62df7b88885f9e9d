/** {@code cp}: what is copied where, by the rules of Docker's command (github.com/moby/go-archive, copy.go). */
@NullMarked
package dev.estiba.cli.copy;

import org.jspecify.annotations.NullMarked;
