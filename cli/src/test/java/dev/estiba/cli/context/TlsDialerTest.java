package dev.estiba.cli.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.cli.FakeCaller;
import dev.estiba.cli.remote.DaemonClient;
import dev.estiba.cli.remote.FarEngine;
import dev.estiba.oci.pem.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A daemon that wants a client's certificate, on a free port. */
class TlsDialerTest {
    private static final char[] NO_PASSWORD = new char[0];

    private SSLServerSocket listening;

    private static String text(String name) throws IOException {
        try (InputStream in = TlsDialerTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @BeforeEach
    void listen() throws Exception {
        Certificate certificate = Pem.certificates("server", text("server.pem")).getFirst();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, NO_PASSWORD);
        keys.setKeyEntry(
                "server", Pem.key("server", text("server-key.pem"), certificate), NO_PASSWORD, new Certificate[] {
                    certificate
                });
        keys.setCertificateEntry("ca", Pem.certificates("ca", text("ca.pem")).getFirst());
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, NO_PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        listening = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        listening.setNeedClientAuth(true);
        Thread.ofPlatform().daemon(true).start(this::serve);
    }

    @AfterEach
    void close() throws IOException {
        listening.close();
    }

    private void serve() {
        while (!listening.isClosed()) {
            try (SSLSocket caller = (SSLSocket) listening.accept()) {
                InputStream in = caller.getInputStream();
                OutputStream out = caller.getOutputStream();
                StringBuilder head = new StringBuilder();
                for (int unit = in.read(); unit >= 0; unit = in.read()) {
                    head.append((char) unit);
                    if (head.toString().endsWith("\r\n\r\n")) {
                        head.setLength(0);
                        out.write("HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n{\"Version\":\"over\"}"
                                .getBytes(StandardCharsets.US_ASCII));
                    }
                }
            } catch (IOException refused) {
                // The client says why.
            }
        }
    }

    private String version(String host, boolean verifies, TlsFiles files) throws IOException {
        Endpoint endpoint = new Endpoint("tcp://" + host + ":" + listening.getLocalPort(), true, verifies, files);
        try (DaemonClient client = new DaemonClient(endpoint.address(new FakeCaller()))) {
            return new FarEngine(client).version().version();
        }
    }

    private static TlsFiles files(String ca) throws IOException {
        return new TlsFiles(
                Optional.of(text(ca)), Optional.of(text("client.pem")), Optional.of(text("client-key.pem")));
    }

    @Test
    void eachShowsTheOtherWhoItIs() throws IOException {
        assertThat(version("127.0.0.1", true, files("ca.pem"))).isEqualTo("over");
        assertThat(version("localhost", true, files("ca.pem"))).isEqualTo("over");
    }

    @Test
    void aDaemonOfOtherAuthoritiesIsNotSpokenToUnlessAnybodyIsGood() throws IOException {
        assertThatThrownBy(() -> version("127.0.0.1", true, files("other-ca.pem")))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("Cannot connect to the daemon at tcp://127.0.0.1:");
        assertThat(version("127.0.0.1", false, files("other-ca.pem"))).isEqualTo("over");
    }

    @Test
    void aClientWithoutACertificateIsRefused() throws IOException {
        TlsFiles nobody = new TlsFiles(Optional.of(text("ca.pem")), Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> version("127.0.0.1", true, nobody)).isInstanceOf(ApiException.class);
        TlsFiles half = new TlsFiles(Optional.empty(), Optional.of(text("client.pem")), Optional.empty());
        assertThatThrownBy(() -> version("127.0.0.1", true, half)).hasMessageContaining("key.pem is missing");
    }
}
