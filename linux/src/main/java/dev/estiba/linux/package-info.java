/**
 * Linux through the FFM API: thin, typed, the errno of each call kept. One family of system calls a file.
 *
 * <p>Every call's memory, errno included, belongs to that call ({@link dev.estiba.linux.Frame}); nothing is shared
 * between threads but the method handles. A call that waits holds its thread: give it a platform thread, because a
 * virtual one would hold its carrier.
 *
 * <p>Nothing here knows containers.
 */
@NullMarked
package dev.estiba.linux;

import org.jspecify.annotations.NullMarked;
