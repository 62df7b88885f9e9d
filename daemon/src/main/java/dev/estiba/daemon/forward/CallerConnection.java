package dev.estiba.daemon.forward;

import dev.estiba.linux.UnixSocket;
import java.io.Closeable;

/** A forwarder's connection; whoever closes it has read and written the last of it. */
public record CallerConnection(UnixSocket socket) implements Closeable {
    @Override
    public void close() {
        socket.close();
    }
}
