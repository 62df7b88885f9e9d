/** Tests of the system calls: with real files, processes and sockets, and without root. */
@NullMarked
package dev.estiba.linux;

import org.jspecify.annotations.NullMarked;
