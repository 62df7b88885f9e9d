package dev.estiba.engine.network;

import dev.estiba.linux.Fd;
import java.io.IOException;

/**
 * A container's network namespace, held until it has a process in it.
 *
 * @param namespace this object's
 */
public record Joined(Fd namespace, Given given) implements AutoCloseable {
    /** Where a child of this process opens it. */
    public String path() throws IOException {
        // Of this process, not of who reads it: the executor has other descriptors.
        return namespace
                .procPath()
                .replaceFirst("^/proc/self/", "/proc/" + ProcessHandle.current().pid() + "/");
    }

    @Override
    public void close() {
        namespace.close();
    }
}
