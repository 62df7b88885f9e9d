package dev.estiba.engine.log;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.UnixSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A syslog daemon: this host's, or another one's. A message is a datagram, or a line of a stream. */
final class Syslog implements LogTarget {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final SyslogAddress address;
    private final List<Path> own;
    private final SyslogLayout layout;
    private final String host;
    private final String tag;
    private Optional<Channel> connected = Optional.empty();

    /** Something that takes messages. */
    private interface Channel extends AutoCloseable {
        void send(byte[] message) throws IOException;

        void settle() throws IOException;

        @Override
        void close();
    }

    /**
     * @param own where this host's own one may listen
     * @param host this host's name
     */
    Syslog(SyslogAddress address, List<Path> own, SyslogLayout layout, String host, String tag) {
        this.address = address;
        this.own = List.copyOf(own);
        this.layout = layout;
        this.host = host;
        this.tag = tag;
    }

    @Override
    public void send(LogLine line) throws IOException {
        String text = line.isPart()
                ? line.text()
                : line.text().substring(0, line.text().length() - 1);
        String message = layout.message(
                line.stream(), line.time(), host, tag, ProcessHandle.current().pid(), text);
        try {
            if (connected.isEmpty()) {
                connected = Optional.of(connect());
            }
            connected.get().send(message.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public void settle() throws IOException {
        if (connected.isPresent()) {
            try {
                connected.get().settle();
            } catch (IOException e) {
                close();
                throw e;
            }
        }
    }

    private Channel connect() throws IOException {
        return switch (address) {
            case SyslogAddress.Host() -> ofHost();
            case SyslogAddress.Socket(Path path, boolean isStream) -> isStream ? eitherKind(path) : datagrams(path);
            case SyslogAddress.Udp(String name, int port) -> new Udp(resolved(name, port));
            case SyslogAddress.Tcp(String name, int port) -> Stream.tcp(resolved(name, port));
        };
    }

    private static InetSocketAddress resolved(String name, int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(name), port);
    }

    private Channel ofHost() throws IOException {
        IOException why = new IOException("no syslog daemon listens at " + own);
        for (Path each : own) {
            try {
                return eitherKind(each);
            } catch (IOException e) {
                why.addSuppressed(e);
            }
        }
        throw why;
    }

    private static Channel eitherKind(Path path) throws IOException {
        try {
            return datagrams(path);
        } catch (ErrnoException e) {
            return Stream.unix(path);
        }
    }

    private static Channel datagrams(Path path) throws IOException {
        UnixSocket socket = UnixSocket.connect(UnixSocket.Kind.DATAGRAMS, path.toString());
        return new Channel() {
            @Override
            public void send(byte[] message) throws IOException {
                socket.send(message);
            }

            @Override
            public void settle() {
                return; // what was sent is the receiver's
            }

            @Override
            public void close() {
                socket.close();
            }
        };
    }

    /** Nobody ever knows whether one arrives. */
    private record Udp(DatagramChannel channel) implements Channel {
        Udp(InetSocketAddress to) throws IOException {
            this(DatagramChannel.open().connect(to));
        }

        @Override
        public void send(byte[] message) throws IOException {
            channel.write(ByteBuffer.wrap(message));
        }

        @Override
        public void settle() {
            return;
        }

        @Override
        public void close() {
            closeQuietly(channel);
        }
    }

    /** Lines. Syslog has no answer; that the other side has closed the connection is all that can be seen. */
    private record Stream(SocketChannel channel) implements Channel {
        static Stream tcp(InetSocketAddress to) throws IOException {
            SocketChannel channel = SocketChannel.open();
            try {
                channel.socket().connect(to, (int) PATIENCE.toMillis());
                return new Stream(channel);
            } catch (SocketTimeoutException e) {
                closeQuietly(channel);
                throw new IOException("no answer from " + to, e);
            } catch (IOException e) {
                closeQuietly(channel);
                throw e;
            }
        }

        static Stream unix(Path path) throws IOException {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(path));
                return new Stream(channel);
            } catch (IOException e) {
                closeQuietly(channel);
                throw e;
            }
        }

        @Override
        public void send(byte[] message) throws IOException {
            ByteBuffer left = ByteBuffer.wrap(message);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        }

        @Override
        public void settle() throws IOException {
            channel.configureBlocking(false);
            try {
                if (channel.read(ByteBuffer.allocate(256)) < 0) {
                    throw new IOException("the syslog daemon has closed the connection");
                }
            } finally {
                channel.configureBlocking(true);
            }
        }

        @Override
        public void close() {
            closeQuietly(channel);
        }
    }

    private static void closeQuietly(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception e) {
            // Whoever closes a connection has no use for what is wrong with it.
            return;
        }
    }

    @Override
    public void close() {
        connected.ifPresent(Channel::close);
        connected = Optional.empty();
    }
}
