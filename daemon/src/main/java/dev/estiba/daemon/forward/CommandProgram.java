package dev.estiba.daemon.forward;

import dev.estiba.cli.Caller;
import java.util.List;
import java.util.Map;

/** A program for one caller at a time, of many in one JVM. */
@FunctionalInterface
public interface CommandProgram {
    /** Its exit status, 0 to 255. */
    int run(Caller caller);

    /** Whether it is for this call. Who makes another one is told to go elsewhere, before anything is done. */
    default boolean takes(long uid, List<String> arguments, Map<String, String> environment) {
        return true;
    }

    /** No more calls come, and the process is about to end: returns when what callers were told to be over is. */
    default void finish() throws InterruptedException {}
}
