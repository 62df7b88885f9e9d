package dev.estiba.cli.remote;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Where a daemon listens, in the words of {@code DOCKER_HOST}. */
public sealed interface DaemonAddress {
    /** A socket on this machine. */
    record Unix(Path socket) implements DaemonAddress {
        @Override
        public String toString() {
            return "unix://" + socket;
        }
    }

    /** Without encryption: whoever reaches it has the machine. */
    record Tcp(String host, int port) implements DaemonAddress {
        @Override
        public String toString() {
            return "tcp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * Through something else: TLS, or a program that carries bytes there.
     *
     * @param text as messages have it
     */
    record Dialed(String text, Dialer dialer) implements DaemonAddress {
        @Override
        public String toString() {
            return text;
        }
    }

    /** Makes connections. */
    @FunctionalInterface
    interface Dialer {
        Wire dial() throws IOException;
    }

    int TCP_PORT = 2375;

    /** @throws IllegalArgumentException with a sentence about the text */
    static DaemonAddress parse(String text) {
        if (text.startsWith("unix://")) {
            String path = text.substring("unix://".length());
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException(
                        "unable to parse docker host `" + text + "`: the path is not absolute");
            }
            return new Unix(Path.of(path));
        }
        if (text.startsWith("tcp://")) {
            return tcp(text, text.substring("tcp://".length()));
        }
        throw new IllegalArgumentException(
                "unable to parse docker host `" + text + "`: unix://PATH and tcp://HOST:PORT are known");
    }

    /** The address behind {@code tcp://}, also of one with TLS. */
    static Tcp tcp(String text, String address) {
        String rest = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        int colon = rest.lastIndexOf(':');
        boolean hasPort = colon > rest.lastIndexOf(']');
        String host = hasPort ? rest.substring(0, colon) : rest;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = hasPort ? Integer.parseInt(rest.substring(colon + 1)) : TCP_PORT;
            if (port < 1 || port > 65535 || host.isEmpty()) {
                throw new IllegalArgumentException("unable to parse docker host `" + text + "`");
            }
            return new Tcp(host, port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("unable to parse docker host `" + text + "`", e);
        }
    }

    /** A new connection; a name is looked up each time, as it may mean another address by then. */
    default Wire connect() throws IOException {
        return switch (this) {
            case Unix(Path socket) -> SocketWire.open(UnixDomainSocketAddress.of(socket));
            case Tcp(String host, int port) -> SocketWire.open(resolved(host, port));
            case Dialed(String text, Dialer dialer) -> dialer.dial();
        };
    }

    private static InetSocketAddress resolved(String host, int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("there is no host " + host);
        }
        return address;
    }
}
