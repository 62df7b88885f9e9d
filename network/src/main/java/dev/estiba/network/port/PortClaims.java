package dev.estiba.network.port;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.InetSocket;
import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import dev.estiba.network.HostNetwork;
import dev.estiba.network.NetworkException;
import dev.estiba.network.address.Subnet;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Takes ports of the host. For several threads. */
public final class PortClaims {
    private static final int FIRST_EPHEMERAL = 32768;
    private static final int LAST_EPHEMERAL = 60999;
    private static final long FORMER_HOLDER_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final HostNetwork host;
    private final List<PortClaim> claims = new ArrayList<>();
    private int nextEphemeral;

    public PortClaims(HostNetwork host) {
        this.host = host;
    }

    /**
     * Which ports will do.
     *
     * @param first 0 with {@code last} for any of those that the kernel gives out itself
     */
    public record Range(int first, int last) {
        private static final int HIGHEST = 65535;

        public Range {
            if (first < 0 || last < first || last > HIGHEST || first == 0 && last > 0) {
                throw new IllegalArgumentException("no range of ports: " + first + "-" + last);
            }
        }

        public static Range of(int port) {
            return new Range(port, port);
        }

        public static Range ephemeral() {
            return new Range(0, 0);
        }
    }

    /**
     * Takes the same port at each of some addresses: the first of the range that is free at all of them.
     *
     * @param holder who it is for, as messages to others shall name him: {@code container web}
     * @param isRelayed whether the socket of an address is to hear what comes to it
     * @throws NetworkException TAKEN with Docker's words and the holder; EXHAUSTED when none of several is free
     */
    public synchronized List<PortClaim> take(
            Transport transport,
            List<InetAddress> addresses,
            Range range,
            String holder,
            Predicate<InetAddress> isRelayed)
            throws IOException {
        if (range.first() > 0 && range.first() == range.last()) {
            return takeAll(transport, addresses, range.first(), holder, isRelayed, true);
        }
        Range from = range.first() > 0 ? range : ephemeralRange();
        int count = from.last() - from.first() + 1;
        int start = range.first() > 0 ? 0 : Math.floorMod(nextEphemeral - from.first(), count);
        for (int i = 0; i < count; i++) {
            int port = from.first() + (start + i) % count;
            try {
                List<PortClaim> taken = takeAll(transport, addresses, port, holder, isRelayed, false);
                if (range.first() == 0) {
                    nextEphemeral = port + 1;
                }
                return taken;
            } catch (NetworkException e) {
                if (e.reason() != NetworkException.Reason.TAKEN) {
                    throw e;
                }
            }
        }
        throw new NetworkException(
                NetworkException.Reason.EXHAUSTED,
                "Bind for " + text(addresses.getFirst(), from.first()) + "-" + from.last()
                        + " failed: all ports are allocated");
    }

    private Range ephemeralRange() throws IOException {
        return host.in(() -> {
            String path = "/proc/sys/net/ipv4/ip_local_port_range";
            try (Fd file = Open.absolute(path, Open.How.reading())) {
                String[] words = new String(FileBytes.readAll(file, 100), StandardCharsets.US_ASCII)
                        .strip()
                        .split("\\s+");
                return new Range(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                return new Range(FIRST_EPHEMERAL, LAST_EPHEMERAL);
            }
        });
    }

    private List<PortClaim> takeAll(
            Transport transport,
            List<InetAddress> addresses,
            int port,
            String holder,
            Predicate<InetAddress> isRelayed,
            boolean isPatient)
            throws IOException {
        for (InetAddress address : addresses) {
            for (PortClaim claim : claims) {
                if (claim.meets(transport, address, port)) {
                    throw NetworkException.taken("Bind for " + text(address, port)
                            + " failed: port is already allocated (by " + claim.holder() + ")");
                }
            }
        }
        return host.in(() -> {
            List<PortClaim> taken = new ArrayList<>();
            try {
                for (InetAddress address : addresses) {
                    Optional<Fd> socket = bind(transport, address, port, isRelayed.test(address), isPatient);
                    taken.add(new PortClaim(this, transport, address, port, holder, socket));
                }
            } catch (IOException | RuntimeException e) {
                taken.forEach(claim -> claim.socket().ifPresent(Fd::close));
                throw e;
            }
            claims.addAll(taken);
            return taken;
        });
    }

    private static Optional<Fd> bind(
            Transport transport, InetAddress address, int port, boolean isRelayed, boolean isPatient)
            throws IOException {
        Fd socket;
        try {
            socket = InetSocket.open(transport, !(address instanceof Inet4Address));
        } catch (ErrnoException e) {
            if (transport == Transport.SCTP && (e.is(Errno.EPROTONOSUPPORT) || e.is(Errno.ESOCKTNOSUPPORT))) {
                return Optional.empty();
            }
            throw e;
        }
        try {
            if (transport != Transport.UDP) {
                InetSocket.reuseAddress(socket);
            }
            bind(socket, new InetSocketAddress(address, port), isPatient);
            if (!isRelayed) {
                InetSocket.hearNothing(socket);
            }
            if (transport != Transport.UDP) {
                // Others may have bound it meanwhile without listening; then this fails.
                InetSocket.listen(socket, 128);
            }
            return Optional.of(socket);
        } catch (ErrnoException e) {
            socket.close();
            throw refusal(e, transport, address, port);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * A port that was ours a moment ago may still be open in a child that has not executed its program yet: who wants the very one waits
     * for that.
     */
    private static void bind(Fd socket, InetSocketAddress address, boolean isPatient) throws IOException {
        long until = System.nanoTime() + (isPatient ? FORMER_HOLDER_NANOS : 0);
        while (true) {
            try {
                InetSocket.bind(socket, address);
                return;
            } catch (ErrnoException e) {
                if (!e.is(Errno.EADDRINUSE) || System.nanoTime() - until >= 0) {
                    throw e;
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    /** In the words of Go's net.Listen, which users of Docker search for; and who has it. */
    private static IOException refusal(ErrnoException e, Transport transport, InetAddress address, int port)
            throws IOException {
        String listen = "listen " + transport.name().toLowerCase(Locale.ROOT)
                + (address instanceof Inet4Address ? 4 : 6) + " " + text(address, port) + ": bind: ";
        if (e.is(Errno.EADDRINUSE)) {
            String holder = PortHolder.find(transport, address, port)
                    .map(found -> " (by " + found + ")")
                    .orElse("");
            return NetworkException.taken(listen + "address already in use" + holder);
        }
        if (e.is(Errno.EADDRNOTAVAIL)) {
            return NetworkException.invalid(listen + "cannot assign requested address");
        }
        return e;
    }

    private static String text(InetAddress address, int port) {
        String host = Subnet.text(address);
        return (address instanceof Inet4Address ? host : "[" + host + "]") + ":" + port;
    }

    synchronized void release(PortClaim claim) {
        claims.remove(claim);
    }
}
