package dev.estiba.network.port;

import dev.estiba.linux.Fd;
import dev.estiba.linux.InetSocket;
import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.network.EventLoop;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Connects callers of a port of the host with a container. The container sees the bridge's address instead of the caller's. */
final class TcpRelay implements Relay, EventLoop.Handler {
    private static final Logger LOG = System.getLogger(TcpRelay.class.getName());
    private static final int MOST_CONNECTIONS = 4096;
    private static final int BUFFER = 64 << 10;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final EventLoop loop;
    private final Fd listening;
    private final InetSocketAddress target;
    private final Set<Connection> connections = new HashSet<>();
    private EventLoop.Registration registration;
    private boolean isClosed;

    /** For the loop's thread. */
    TcpRelay(EventLoop loop, Fd listening, InetSocketAddress target) throws IOException {
        this.loop = loop;
        this.listening = listening;
        this.target = target;
        this.registration = loop.register(listening, this, true, false);
    }

    @Override
    public void ready(boolean readable, boolean writable) throws IOException {
        try {
            Optional<Fd> caller = InetSocket.accept(listening);
            if (caller.isPresent()) {
                connect(caller.get());
            }
        } catch (IOException e) {
            // No more descriptors, above all: whoever waits is served a little later.
            LOG.log(Level.WARNING, "a caller of a published port cannot be served now", e);
            pause();
        }
        if (connections.size() >= MOST_CONNECTIONS) {
            registration.await(false, false);
        }
    }

    private void pause() throws IOException {
        registration.await(false, false);
        EventLoop.Timer unused = loop.after(PAUSE, this::listenAgain);
    }

    private void listenAgain() {
        if (!isClosed && connections.size() < MOST_CONNECTIONS) {
            try {
                registration.await(true, false);
            } catch (IOException e) {
                LOG.log(Level.ERROR, "a published port is not served any more", e);
            }
        }
    }

    private void connect(Fd caller) throws IOException {
        Connection connection;
        try {
            Fd container = InetSocket.open(Transport.TCP, !(target.getAddress() instanceof Inet4Address));
            connection = new Connection(caller, container);
        } catch (IOException e) {
            caller.close();
            throw e;
        }
        connections.add(connection);
        connection.begin();
    }

    @Override
    public void failed(Throwable cause) {
        LOG.log(Level.DEBUG, "a published port is not served any more", cause);
        close();
    }

    @Override
    public void close() {
        isClosed = true;
        registration.cancel();
        Set.copyOf(connections).forEach(Connection::close);
    }

    /** One direction: what was read and not yet written. */
    private static final class Direction {
        private byte[] bytes = new byte[0];
        private int written;
        private boolean hasEnded;
        private boolean isDone;

        boolean isEmpty() {
            return written == bytes.length;
        }

        /** Moves what can be moved now. */
        void move(Fd from, Fd to) throws IOException {
            while (!isDone) {
                if (isEmpty() && !hasEnded) {
                    Optional<byte[]> read = InetSocket.read(from, BUFFER);
                    if (read.isEmpty()) {
                        return;
                    }
                    bytes = read.get();
                    written = 0;
                    hasEnded = bytes.length == 0;
                }
                if (!isEmpty()) {
                    int n = InetSocket.write(to, bytes, written);
                    if (n == 0) {
                        return;
                    }
                    written += n;
                } else if (hasEnded) {
                    InetSocket.endOutput(to);
                    isDone = true;
                }
                // Others have their turn too.
                if (isEmpty() && !hasEnded) {
                    return;
                }
            }
        }
    }

    /** A caller and the container, and how far they are. */
    private final class Connection {
        private final Fd caller;
        private final Fd container;
        private final Direction in = new Direction();
        private final Direction out = new Direction();
        private Optional<EventLoop.Registration> callerSide = Optional.empty();
        private Optional<EventLoop.Registration> containerSide = Optional.empty();
        private boolean isConnected;

        Connection(Fd caller, Fd container) {
            this.caller = caller;
            this.container = container;
        }

        void begin() {
            try {
                isConnected = InetSocket.connect(container, target);
                containerSide = Optional.of(loop.register(container, handler(this::containerReady), true, true));
                callerSide = Optional.of(loop.register(caller, handler(this::callerReady), false, false));
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "a published port's container does not answer", e);
                close();
            }
        }

        private EventLoop.Handler handler(Step step) {
            return new EventLoop.Handler() {
                @Override
                public void ready(boolean readable, boolean writable) throws IOException {
                    step.go();
                }

                @Override
                public void failed(Throwable cause) {
                    LOG.log(Level.DEBUG, "a connection to a published port has ended", cause);
                    close();
                }
            };
        }

        private void containerReady() throws IOException {
            if (!isConnected) {
                if (InetSocket.error(container).isPresent()) {
                    close();
                    return;
                }
                isConnected = true;
            }
            move();
        }

        private void callerReady() throws IOException {
            if (isConnected) {
                move();
            } else {
                // Nothing was waited for: it has gone.
                close();
            }
        }

        private void move() throws IOException {
            in.move(caller, container);
            out.move(container, caller);
            if (in.isDone && out.isDone) {
                close();
                return;
            }
            // Read where there is room, write where something waits.
            callerSide.orElseThrow().await(in.isEmpty() && !in.hasEnded, !out.isEmpty());
            containerSide.orElseThrow().await(out.isEmpty() && !out.hasEnded, !in.isEmpty());
        }

        void close() {
            callerSide.ifPresent(EventLoop.Registration::cancel);
            containerSide.ifPresent(EventLoop.Registration::cancel);
            caller.close();
            container.close();
            if (connections.remove(this)) {
                listenAgain();
            }
        }
    }

    @FunctionalInterface
    private interface Step {
        void go() throws IOException;
    }
}
