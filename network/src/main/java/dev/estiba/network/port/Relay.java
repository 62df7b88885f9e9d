package dev.estiba.network.port;

import dev.estiba.linux.Fd;
import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.network.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Carries what comes to a port of the host to a container by a process of the host, where the firewall cannot: from ::1, from IPv6 to a
 * container that has none, and where clients are to pass the host's own rules for its ports.
 */
public sealed interface Relay extends AutoCloseable permits TcpRelay, UdpRelay {
    /**
     * Begins to relay.
     *
     * @param claim taken with {@code isRelayed}; stays the caller's, who closes it after the relay
     */
    static Relay start(EventLoop loop, PortClaim claim, InetSocketAddress target) throws IOException {
        Fd socket = claim.socket().orElseThrow(() -> new IOException("a port without a socket cannot be relayed"));
        Relay relay = loop.call(() -> claim.transport() == Transport.TCP
                ? new TcpRelay(loop, socket, target)
                : new UdpRelay(loop, socket, target));
        return relay;
    }

    /** Ends it and all its connections. For the loop's thread. */
    @Override
    void close();
}
