/** The JVM's side of the forwarder: a call's frames, and its caller as a program sees it. */
@NullMarked
package dev.estiba.daemon.forward;

import org.jspecify.annotations.NullMarked;
