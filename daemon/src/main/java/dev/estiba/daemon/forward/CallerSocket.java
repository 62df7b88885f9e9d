package dev.estiba.daemon.forward;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.UnixSocket;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.resident.Listener;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Optional;

/** The socket that forwarders connect to; not the JDK's, which takes no descriptors. */
public final class CallerSocket implements Listener<CallerConnection> {
    private final UnixSocket socket;
    private final Optional<Path> name;
    private volatile boolean open = true;

    private CallerSocket(UnixSocket socket, Optional<Path> name) {
        this.socket = socket;
        this.name = name;
    }

    /**
     * One whose name goes with whoever serves it.
     *
     * @param socket listening; it is shut down when this is closed, and its descriptor kept to the process's end
     */
    public static CallerSocket ofResident(UnixSocket socket) throws IOException {
        return new CallerSocket(socket, socket.path().map(Path::of));
    }

    /** One whose name is somebody else's care. */
    public static CallerSocket unnamed(UnixSocket socket) {
        return new CallerSocket(socket, Optional.empty());
    }

    @Override
    public CallerConnection accept() throws IOException {
        try {
            return new CallerConnection(socket.accept());
        } catch (ErrnoException e) {
            if (!open && e.is(Errno.EINVAL)) {
                throw new ClosedChannelException();
            }
            throw e;
        }
    }

    @Override
    public Optional<Path> name() {
        return name;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        socket.shutdown();
    }
}
