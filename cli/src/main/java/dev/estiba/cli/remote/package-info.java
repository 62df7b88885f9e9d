/** The Engine API of a daemon, over HTTP. */
@NullMarked
package dev.estiba.cli.remote;

import org.jspecify.annotations.NullMarked;
