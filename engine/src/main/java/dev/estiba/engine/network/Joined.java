package dev.estiba.engine.network;

import dev.estiba.linux.Fd;
import java.io.IOException;
import java.util.Optional;

/**
 * A container's network namespace, held until it has a process in it.
 *
 * @param namespace this object's
 * @param owner the user namespace that it belongs to, where that is not the host's; this object's
 */
public record Joined(Fd namespace, Optional<Fd> owner, Given given) implements AutoCloseable {
    /** Where a child of this process opens it. */
    public String path() throws IOException {
        return path(namespace);
    }

    /** The same of its owner. */
    public Optional<String> ownerPath() throws IOException {
        return owner.isPresent() ? Optional.of(path(owner.get())) : Optional.empty();
    }

    static String path(Fd namespace) throws IOException {
        // Of this process, not of who reads it: the executor has other descriptors.
        return namespace
                .procPath()
                .replaceFirst("^/proc/self/", "/proc/" + ProcessHandle.current().pid() + "/");
    }

    @Override
    public void close() {
        namespace.close();
        owner.ifPresent(Fd::close);
    }
}
