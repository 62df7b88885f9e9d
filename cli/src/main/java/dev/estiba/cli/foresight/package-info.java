/** {@code --dry-run} and {@code --explain}: what a command would change. */
@NullMarked
package dev.estiba.cli.foresight;

import org.jspecify.annotations.NullMarked;
