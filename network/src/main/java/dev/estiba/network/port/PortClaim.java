package dev.estiba.network.port;

import dev.estiba.linux.Fd;
import dev.estiba.linux.InetSocket;
import dev.estiba.linux.InetSocket.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A port of the host that is ours until it is closed.
 *
 * <p>It is held by a socket, which a firewall's translation passes by: one of TCP listens, because a port that is only bound can be
 * bound by others too (SO_REUSEADDR), but a filter hides everything from it. So a client that comes while the translation is missing
 * tries again, where an open backlog would have let it wait for ever.
 */
public final class PortClaim implements AutoCloseable {
    private final PortClaims claims;
    private final Transport transport;
    private final InetAddress address;
    private final int port;
    private final String holder;
    private final Optional<Fd> socket;

    PortClaim(
            PortClaims claims, Transport transport, InetAddress address, int port, String holder, Optional<Fd> socket) {
        this.claims = claims;
        this.transport = transport;
        this.address = address;
        this.port = port;
        this.holder = holder;
        this.socket = socket;
    }

    public Transport transport() {
        return transport;
    }

    public InetAddress address() {
        return address;
    }

    public int port() {
        return port;
    }

    /** Who it is for. */
    public String holder() {
        return holder;
    }

    /** The socket, which stays this object's; empty for SCTP on a kernel without it. */
    public Optional<Fd> socket() {
        return socket;
    }

    boolean meets(Transport other, InetAddress otherAddress, int otherPort) {
        return transport == other
                && port == otherPort
                && address.getClass() == otherAddress.getClass()
                && (address.isAnyLocalAddress() || otherAddress.isAnyLocalAddress() || address.equals(otherAddress));
    }

    @Override
    public void close() {
        if (socket.isPresent()) {
            try {
                InetSocket.stopListening(socket.get());
            } catch (IOException e) {
                // closed already, which is as good
            }
            socket.get().close();
        }
        claims.release(this);
    }
}
