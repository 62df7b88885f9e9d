package dev.estiba.daemon.forward;

import dev.estiba.cli.Caller;

/** A program for one caller at a time, of many in one JVM. */
@FunctionalInterface
public interface CommandProgram {
    /** Its exit status, 0 to 255. */
    int run(Caller caller);

    /** No more calls come, and the process is about to end: returns when what callers were told to be over is. */
    default void finish() throws InterruptedException {}
}
