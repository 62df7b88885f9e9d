package dev.estiba.daemon.serve;

import dev.estiba.api.ApiException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a daemon listens on TCP: {@code tcp://IP:PORT}. Without an address it is 127.0.0.1, as dockerd has it. */
record TcpAddress(InetSocketAddress address) {
    private static final String TCP = "tcp://";

    /** IANA's, of docker-s: with TLS. */
    private static final int PORT = 2376;

    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([^\\[\\]:/]*))(?::([0-9]{1,5}))?/?");

    static boolean is(String host) {
        return host.startsWith(TCP);
    }

    static TcpAddress parse(String host) throws ApiException {
        return address(host.substring(TCP.length()), PORT)
                .map(TcpAddress::new)
                .orElseThrow(() -> ApiException.badRequest(
                        "invalid --host " + host + ": must be tcp://IP:PORT, or tcp://[IPv6]:PORT"));
    }

    /** {@code metrics-addr}: this machine's own, where only a port is said. */
    static InetSocketAddress ofMetrics(String text) throws ApiException {
        return address(text, -1)
                .orElseThrow(() ->
                        ApiException.badRequest("invalid metrics-addr " + text + ": must be IP:PORT, or [IPv6]:PORT"));
    }

    /** @param usual the port where none is said; negative: one has to be */
    private static Optional<InetSocketAddress> address(String text, int usual) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int port = parts.group(3) == null ? usual : Integer.parseInt(parts.group(3));
        String name = parts.group(1) == null ? parts.group(2) : parts.group(1);
        if (port < 0 || port > 65_535) {
            return Optional.empty();
        }
        if (name.isEmpty() || name.equals("localhost")) {
            name = "127.0.0.1";
        }
        try {
            return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(name), port));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Of IPv4 or IPv6 as the address is: 0.0.0.0 does not mean the other one too. */
    ServerSocketChannel listen(int backlog) throws IOException {
        StandardProtocolFamily family = address.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
        ServerSocketChannel channel = ServerSocketChannel.open(family);
        boolean listens = false;
        try {
            channel.bind(address, backlog);
            listens = true;
            return channel;
        } catch (IOException e) {
            throw new ApiException(
                    ApiException.CONFLICT, "cannot listen on " + text(address) + ": " + e.getMessage(), e);
        } finally {
            if (!listens) {
                channel.close();
            }
        }
    }

    /** With the port that it was given. */
    static String text(InetSocketAddress address) {
        String ip = address.getAddress().getHostAddress();
        return TCP + (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + address.getPort();
    }
}
