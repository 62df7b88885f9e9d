package dev.estiba.network.port;

import dev.estiba.linux.Fd;
import dev.estiba.linux.InetSocket;
import dev.estiba.linux.InetSocket.Datagram;
import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.network.EventLoop;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Carries datagrams of a port of the host to a container, and answers back to whoever has asked. */
final class UdpRelay implements Relay, EventLoop.Handler {
    private static final Logger LOG = System.getLogger(UdpRelay.class.getName());
    private static final int MOST_FLOWS = 1024;
    private static final int LONGEST = 65535;
    private static final int AT_ONCE = 32;
    private static final Duration SILENCE = Duration.ofSeconds(90);

    private final EventLoop loop;
    private final Fd socket;
    private final InetSocketAddress target;
    /** The one that was silent longest comes first. */
    private final Map<InetSocketAddress, Flow> flows = new LinkedHashMap<>(16, 0.75f, true);

    private final EventLoop.Registration registration;
    private boolean isClosed;

    /** For the loop's thread. */
    UdpRelay(EventLoop loop, Fd socket, InetSocketAddress target) throws IOException {
        this.loop = loop;
        this.socket = socket;
        this.target = target;
        this.registration = loop.register(socket, this, true, false);
        sweepLater();
    }

    @Override
    public void ready(boolean readable, boolean writable) {
        for (int i = 0; i < AT_ONCE; i++) {
            try {
                Optional<Datagram> datagram = InetSocket.receive(socket, LONGEST);
                if (datagram.isEmpty()) {
                    return;
                }
                flow(datagram.get().from()).send(datagram.get().bytes());
            } catch (IOException e) {
                // An error of an earlier answer, or no more descriptors: a datagram may be lost.
                LOG.log(Level.DEBUG, "a datagram to a published port is lost", e);
            }
        }
    }

    private Flow flow(InetSocketAddress from) throws IOException {
        Flow known = flows.get(from);
        if (known != null) {
            return known;
        }
        if (flows.size() >= MOST_FLOWS) {
            flows.values().iterator().next().close();
        }
        Flow flow = new Flow(from, InetSocket.open(Transport.UDP, !(target.getAddress() instanceof Inet4Address)));
        flows.put(from, flow);
        flow.begin();
        return flow;
    }

    private void sweepLater() {
        EventLoop.Timer unused = loop.after(SILENCE, () -> {
            if (!isClosed) {
                long now = System.nanoTime();
                flows.values().stream()
                        .filter(flow -> now - flow.lastUse > SILENCE.toNanos())
                        .toList()
                        .forEach(Flow::close);
                sweepLater();
            }
        });
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
        flows.values().stream().toList().forEach(Flow::close);
    }

    /** What one client and the container say to each other. */
    private final class Flow implements EventLoop.Handler {
        private final InetSocketAddress client;
        private final Fd container;
        private Optional<EventLoop.Registration> side = Optional.empty();
        private long lastUse = System.nanoTime();

        Flow(InetSocketAddress client, Fd container) {
            this.client = client;
            this.container = container;
        }

        void begin() throws IOException {
            try {
                boolean unused = InetSocket.connect(container, target);
                side = Optional.of(loop.register(container, this, true, false));
            } catch (IOException e) {
                close();
                throw e;
            }
        }

        void send(byte[] bytes) throws IOException {
            lastUse = System.nanoTime();
            int unused = InetSocket.write(container, bytes, 0);
        }

        @Override
        public void ready(boolean readable, boolean writable) throws IOException {
            for (int i = 0; i < AT_ONCE; i++) {
                Optional<byte[]> answer = InetSocket.read(container, LONGEST);
                if (answer.isEmpty()) {
                    return;
                }
                lastUse = System.nanoTime();
                boolean unused = InetSocket.send(socket, answer.get(), client);
            }
        }

        @Override
        public void failed(Throwable cause) {
            LOG.log(Level.DEBUG, "a flow of datagrams has ended", cause);
            close();
        }

        void close() {
            side.ifPresent(EventLoop.Registration::cancel);
            container.close();
            flows.remove(client);
        }
    }
}
