package dev.estiba.cli.context;

import dev.estiba.cli.remote.DaemonAddress;
import dev.estiba.cli.remote.StreamWire;
import dev.estiba.cli.remote.Wire;
import dev.estiba.oci.pem.Pem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Connections with TLS, the client showing a certificate when it has one. */
final class TlsDialer implements DaemonAddress.Dialer {
    private static final int CONNECT_MILLIS = 30_000;
    private static final char[] NO_PASSWORD = new char[0];

    private final DaemonAddress.Tcp to;
    private final SSLContext context;
    private final boolean verifies;

    private TlsDialer(DaemonAddress.Tcp to, SSLContext context, boolean verifies) {
        this.to = to;
        this.context = context;
        this.verifies = verifies;
    }

    /** @throws IOException with a sentence about a file that cannot be used */
    static TlsDialer of(DaemonAddress.Tcp to, boolean verifies, TlsFiles files) throws IOException {
        if (files.cert().isPresent() != files.key().isPresent()) {
            throw new IOException("a client's certificate and its key are needed together: "
                    + (files.cert().isPresent() ? TlsFiles.KEY : TlsFiles.CERT) + " is missing");
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(files), verifies ? authorities(files) : new TrustManager[] {new Anybody()}, null);
            return new TlsDialer(to, context, verifies);
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static KeyManager[] keys(TlsFiles files) throws GeneralSecurityException, IOException {
        if (files.cert().isEmpty() || files.key().isEmpty()) {
            return new KeyManager[0];
        }
        List<Certificate> chain = Pem.certificates(TlsFiles.CERT, files.cert().get());
        KeyStore store = empty();
        store.setKeyEntry(
                "client",
                Pem.key(TlsFiles.KEY, files.key().get(), chain.getFirst()),
                NO_PASSWORD,
                chain.toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static TrustManager[] authorities(TlsFiles files) throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (files.ca().isEmpty()) {
            factory.init((KeyStore) null); // those of the system
            return factory.getTrustManagers();
        }
        KeyStore store = empty();
        int number = 0;
        for (Certificate each : Pem.certificates(TlsFiles.CA, files.ca().get())) {
            store.setCertificateEntry("ca" + number++, each);
        }
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    @Override
    public Wire dial() throws IOException {
        InetSocketAddress address = new InetSocketAddress(to.host(), to.port());
        if (address.isUnresolved()) {
            throw new IOException("there is no host " + to.host());
        }
        // A channel's: reading ends when its thread is interrupted.
        Socket plain = SocketChannel.open().socket();
        try {
            plain.connect(address, CONNECT_MILLIS);
            SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(plain, to.host(), to.port(), true);
            SSLParameters parameters = tls.getSSLParameters();
            if (verifies) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS"); // RFC 9110, section 4.3.4
            }
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            return new StreamWire(tls.getInputStream(), tls.getOutputStream(), tls::shutdownOutput, tls);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /** Trusts whoever answers: {@code --tls} without {@code --tlsverify}. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
