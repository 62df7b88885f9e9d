package dev.estiba.doors.docker;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * Hears when a client has gone that had said before that it sends nothing more. To a reader the two look alike, the end of the
 * stream, and who only listens to a silent container is never written to. poll(2) tells them apart, POLLHUP; the JDK hands that on as
 * readiness for whatever a key is interested in. Connecting is what an open connection is never ready for, so a key for that one is
 * ready only then. Asked now and then, because a selector that waits would wake up at once for a socket that can be written to.
 */
final class Hangups implements AutoCloseable {
    private static final Logger LOG = System.getLogger(DockerDoor.class.getName());

    private final Selector selector;

    Hangups() throws IOException {
        selector = Selector.open();
    }

    /**
     * @param socket not blocking
     * @param then called once, by whoever calls {@link #look}
     */
    void watch(SocketChannel socket, Runnable then) {
        try {
            socket.register(selector, SelectionKey.OP_CONNECT, then);
        } catch (ClosedChannelException e) {
            then.run();
        }
    }

    /** Calls those whose clients have gone. By one thread at a time. */
    void look() {
        if (selector.keys().isEmpty()) {
            return;
        }
        try {
            selector.selectNow(key -> {
                key.cancel();
                if (key.attachment() instanceof Runnable then) {
                    then.run();
                }
            });
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot ask which clients have gone", e);
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a selector could not be closed", e);
        }
    }
}
