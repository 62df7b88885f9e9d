/** The daemon: its settings, its sockets, what it serves. */
@NullMarked
package dev.estiba.daemon.serve;

import org.jspecify.annotations.NullMarked;
