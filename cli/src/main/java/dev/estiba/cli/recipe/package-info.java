/** How a container that is there would be made again: as a command line, as a compose file, as a body with changes. */
@NullMarked
package dev.estiba.cli.recipe;

import org.jspecify.annotations.NullMarked;
