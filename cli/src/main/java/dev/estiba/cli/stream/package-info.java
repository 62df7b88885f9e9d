/** A terminal's and a container's streams, joined until one of them ends. */
@NullMarked
package dev.estiba.cli.stream;

import org.jspecify.annotations.NullMarked;
