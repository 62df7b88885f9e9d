package dev.estiba.doors.docker;

import java.nio.channels.ServerSocketChannel;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/**
 * Where a door listens on TCP: with TLS, and for clients alone that show a certificate which the engine knows.
 *
 * @param socket bound and blocking
 * @param engines makes the server's side of one connection, with whom it trusts
 */
public record TlsListener(ServerSocketChannel socket, Supplier<SSLEngine> engines) {
    /** The server's side of the next connection. Whoever shows no certificate does not get past it, whatever it was told. */
    SSLEngine engine() {
        SSLEngine engine = engines.get();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        engine.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        return engine;
    }
}
