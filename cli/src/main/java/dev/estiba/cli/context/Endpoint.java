package dev.estiba.cli.context;

import dev.estiba.cli.Caller;
import dev.estiba.cli.remote.DaemonAddress;
import java.io.IOException;

/**
 * A daemon and how it is spoken to.
 *
 * @param host in the words of {@code DOCKER_HOST}
 * @param hasTls whether {@code tcp://} is TLS
 * @param verifies whether the daemon's certificate must be one of the authorities'
 */
public record Endpoint(String host, boolean hasTls, boolean verifies, TlsFiles tls) {
    private static final int TLS_PORT = 2376;

    /**
     * The address of connections.
     *
     * @param caller whose {@code ssh} is used
     * @throws IOException with a sentence about what cannot be read or is not known
     */
    public DaemonAddress address(Caller caller) throws IOException {
        try {
            if (host.startsWith("ssh://")) {
                return new DaemonAddress.Dialed(host, SshDialer.of(host, caller));
            }
            DaemonAddress plain = DaemonAddress.parse(host);
            if (!(plain instanceof DaemonAddress.Tcp tcp) || !hasTls) {
                return plain;
            }
            boolean hasPort = host.substring("tcp://".length()).matches(".*:[0-9]+/?");
            DaemonAddress.Tcp at = hasPort ? tcp : new DaemonAddress.Tcp(tcp.host(), TLS_PORT);
            return new DaemonAddress.Dialed(at.toString(), TlsDialer.of(at, verifies, tls));
        } catch (IllegalArgumentException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }
}
