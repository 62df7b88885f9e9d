package dev.estiba.runtime;

import dev.estiba.linux.Fd;
import dev.estiba.linux.Pidfd;
import dev.estiba.runtime.compile.Isolation;
import dev.estiba.runtime.compile.OverlayRoot;
import dev.estiba.runtime.monitor.MonitorSettings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * How a process is left to a monitor, a native program that is its parent, holds its stdio and lives on without this JVM.
 * All descriptors are borrowed until the call has returned.
 *
 * @param isolation of a container; an exec has that of its container, whatever is said here
 * @param directory where the monitor puts its socket and its last words
 * @param rootfs a detached mount in the place of the configuration's root; a container's only
 * @param overlay what the container itself mounts in its place, where this process may mount nothing
 * @param clients sockets that are attached before the first byte of output
 * @param trace at least 1 MiB, where each step's answer and times are put
 * @param named told of the monitor's process before that has begun anything: the place to write it down
 */
public record MonitorRequest(
        MonitorSettings settings,
        Isolation isolation,
        Fd directory,
        Optional<Fd> rootfs,
        Optional<OverlayRoot> overlay,
        List<Fd> clients,
        Optional<Fd> trace,
        Named named) {
    public MonitorRequest {
        clients = List.copyOf(clients);
    }

    /** Without an overlay. */
    public MonitorRequest(
            MonitorSettings settings,
            Isolation isolation,
            Fd directory,
            Optional<Fd> rootfs,
            List<Fd> clients,
            Optional<Fd> trace,
            Named named) {
        this(settings, isolation, directory, rootfs, Optional.empty(), clients, trace, named);
    }

    /** Who is told of a monitor. */
    @FunctionalInterface
    public interface Named {
        /** @param monitor borrowed */
        void started(Pidfd monitor) throws IOException;
    }
}
