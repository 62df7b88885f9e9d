package dev.estiba.engine.container;

import dev.estiba.engine.container.Context.Locked;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.util.Optional;

/** A namespace of a container that runs, held open: it is that one's whoever gets its process' number next. */
final class OpenNamespace {
    private OpenNamespace() {}

    /**
     * @param kind as {@code /proc/PID/ns} calls it
     * @return the caller's; empty when it does not run
     */
    static Optional<Fd> of(Context context, Locked container, String kind) throws IOException {
        if (!(context.status(container) instanceof Status.Running(int pid, boolean paused)) || pid == 0) {
            return Optional.empty();
        }
        Fd namespace;
        try {
            namespace = Open.absolute("/proc/" + pid + "/ns/" + kind, new Open.How(Open.READ, 0, 0));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ESRCH) || e.is(Errno.EACCES)) {
                return Optional.empty();
            }
            throw e;
        }
        // The number may have been another process' by then.
        boolean isStill = false;
        try {
            isStill = context.status(container) instanceof Status.Running(int now, boolean paused2) && now == pid;
        } finally {
            if (!isStill) {
                namespace.close();
            }
        }
        return isStill ? Optional.of(namespace) : Optional.empty();
    }
}
