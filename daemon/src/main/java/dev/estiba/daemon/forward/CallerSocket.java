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
    private volatile boolean open = true;

    /** @param socket listening; it is shut down when this is closed, and its descriptor kept to the process's end */
    public CallerSocket(UnixSocket socket) {
        this.socket = socket;
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
    public Optional<Path> name() throws IOException {
        return socket.path().map(Path::of);
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
