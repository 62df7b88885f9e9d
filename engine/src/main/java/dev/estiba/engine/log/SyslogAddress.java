package dev.estiba.engine.log;

import dev.estiba.api.ApiException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** {@code --log-opt syslog-address}. */
public sealed interface SyslogAddress {
    /** The host's own, wherever it listens. */
    record Host() implements SyslogAddress {}

    /** @param isStream {@code unix://}, which is tried as a stream; {@code unixgram://} takes datagrams */
    record Socket(Path path, boolean isStream) implements SyslogAddress {}

    record Udp(String host, int port) implements SyslogAddress {}

    record Tcp(String host, int port) implements SyslogAddress {}

    int PORT = 514;

    /** @throws ApiException 400 in dockerd's words (moby, daemon/logger/syslog), 501 for TLS */
    static SyslogAddress parse(String text) throws ApiException {
        if (text.isEmpty()) {
            return new Host();
        }
        URI address;
        try {
            address = new URI(text);
        } catch (URISyntaxException e) {
            throw ApiException.badRequest("parse \"" + text + "\": " + e.getReason());
        }
        String scheme = Optional.ofNullable(address.getScheme()).orElse("");
        switch (scheme) {
            case "unix", "unixgram" -> {
                String name = Optional.ofNullable(address.getPath()).orElse("").replace("\0", "");
                Path path = Path.of(name);
                if (!path.isAbsolute() || !Files.exists(path)) {
                    throw ApiException.badRequest("stat " + path + ": no such file or directory");
                }
                return new Socket(path, scheme.equals("unix"));
            }
            case "udp", "tcp" -> {
                String host = Optional.ofNullable(address.getHost()).orElse("");
                int port = address.getPort() < 0 ? PORT : address.getPort();
                if (host.isEmpty() || port == 0 || port > 0xffff) {
                    throw ApiException.badRequest("invalid syslog-address: " + text);
                }
                String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
                return scheme.equals("udp") ? new Udp(bare, port) : new Tcp(bare, port);
            }
            case "tcp+tls" -> throw ApiException.notImplemented("not built yet: syslog over TLS");
            default -> throw ApiException.badRequest("unsupported scheme: '" + scheme + "'");
        }
    }
}
