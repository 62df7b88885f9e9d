package dev.estiba.registry.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** A certificate that signs itself, made by the JDK's keytool for one test. */
public final class TestCertificate {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String ALIAS = "made";
    private static final String AUTHORITY = "authority";

    private final KeyStore store;

    private TestCertificate(KeyStore store) {
        this.store = store;
    }

    /** @param more options of keytool, {@code -ext san=…} or {@code -startdate …} */
    public static TestCertificate make(Path directory, String name, String algorithm, String... more)
            throws IOException, GeneralSecurityException {
        Path file = directory.resolve(name + ".p12");
        keytool(file, ALIAS, name, algorithm, List.of(more));
        return new TestCertificate(load(file));
    }

    /** One that another one has signed, which {@link #writeAuthority} writes. */
    public static TestCertificate signed(Path directory, String name, String algorithm, String... more)
            throws IOException, GeneralSecurityException {
        Path file = directory.resolve(name + ".p12");
        keytool(file, AUTHORITY, "authority", algorithm, List.of("-ext", "bc=ca:true"));
        List<String> words = new ArrayList<>(List.of("-signer", AUTHORITY));
        words.addAll(List.of(more));
        keytool(file, ALIAS, name, algorithm, words);
        return new TestCertificate(load(file));
    }

    private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private static void keytool(Path file, String alias, String name, String algorithm, List<String> more)
            throws IOException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                algorithm,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD),
                "-dname",
                "CN=" + name));
        words.addAll(more);
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool: " + said);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    public Path writeAuthority(Path file) throws IOException, GeneralSecurityException {
        byte[] bytes = store.getCertificate(AUTHORITY).getEncoded();
        store.deleteEntry(AUTHORITY); // the server shows the other one
        return write(file, "CERTIFICATE", bytes);
    }

    public Path writeCertificate(Path file) throws IOException, GeneralSecurityException {
        return write(file, "CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
    }

    public Path writeKey(Path file) throws IOException, GeneralSecurityException {
        return write(file, "PRIVATE KEY", key().getEncoded());
    }

    Key key() throws GeneralSecurityException {
        return store.getKey(ALIAS, PASSWORD);
    }

    Certificate certificate() throws GeneralSecurityException {
        return store.getCertificate(ALIAS);
    }

    static Path write(Path file, String kind, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    /** @param client whom the server wants to see, and nobody else */
    public ServerSocketFactory serverSockets(Optional<TestCertificate> client)
            throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("one", client.orElse(this).certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
        SSLServerSocketFactory sockets = context.getServerSocketFactory();
        return client.isPresent() ? new Asking(sockets) : sockets;
    }

    private static final class Asking extends ServerSocketFactory {
        private final SSLServerSocketFactory sockets;

        Asking(SSLServerSocketFactory sockets) {
            this.sockets = sockets;
        }

        private static java.net.ServerSocket asking(java.net.ServerSocket socket) {
            ((SSLServerSocket) socket).setNeedClientAuth(true);
            return socket;
        }

        @Override
        public java.net.ServerSocket createServerSocket(int port) throws IOException {
            return asking(sockets.createServerSocket(port));
        }

        @Override
        public java.net.ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return asking(sockets.createServerSocket(port, backlog));
        }

        @Override
        public java.net.ServerSocket createServerSocket(int port, int backlog, java.net.InetAddress address)
                throws IOException {
            return asking(sockets.createServerSocket(port, backlog, address));
        }
    }
}
