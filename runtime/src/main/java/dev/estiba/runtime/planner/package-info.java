/** The resident that turns bytes into plans: its socket, its frames, its threads. It touches no container. */
@NullMarked
package dev.estiba.runtime.planner;

import org.jspecify.annotations.NullMarked;
