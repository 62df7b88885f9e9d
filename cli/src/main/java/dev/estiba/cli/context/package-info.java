/** Where commands go: Docker's contexts, its environment and its global flags. */
@NullMarked
package dev.estiba.cli.context;

import org.jspecify.annotations.NullMarked;
