package dev.estiba.registry.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * What a server shows to its clients: a certificate, which is read again when its files have changed. As long as what is in there then
 * is not right, such as a certificate whose key has not been written yet, the one before counts. Safe for all threads.
 */
public final class ServerIdentity {
    /** The JDK would keep 20,480, which is more than the command's JVM has memory for. */
    private static final int MOST_SESSIONS = 512;

    private final TlsRules.Identity files;
    private final Optional<Path> authorities;
    private SSLContext context;
    private List<Object> read;

    private ServerIdentity(TlsRules.Identity files, Optional<Path> authorities) throws IOException {
        this.files = files;
        this.authorities = authorities;
        read = stamp();
        context = load();
    }

    /** @throws IOException that names the file which is missing or has not what it should */
    public static ServerIdentity open(TlsRules.Identity files) throws IOException {
        return new ServerIdentity(files, Optional.empty());
    }

    /**
     * The same, for clients alone that show a certificate of their own.
     *
     * @param authorities a file with the certificates (PEM) of who signs theirs; nobody else counts
     */
    public static ServerIdentity open(TlsRules.Identity files, Path authorities) throws IOException {
        return new ServerIdentity(files, Optional.of(authorities));
    }

    /** Reads the files again, whether they seem to have changed or not. @throws IOException when they are not right; nothing has changed then */
    public synchronized void reread() throws IOException {
        List<Object> now = stamp();
        context = load();
        read = now;
    }

    /** For the server's side of one connection, over which HTTP/1.1 is spoken. */
    public SSLEngine engine() {
        SSLEngine engine = current().createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        parameters.setNeedClientAuth(authorities.isPresent());
        engine.setSSLParameters(parameters);
        return engine;
    }

    private synchronized SSLContext current() {
        try {
            List<Object> now = stamp();
            if (!now.equals(read)) {
                read = now;
                context = load();
            }
        } catch (IOException e) {
            System.getLogger(ServerIdentity.class.getName())
                    .log(System.Logger.Level.WARNING, "the certificate before is shown still: {0}", e.getMessage());
        }
        return context;
    }

    private List<Object> stamp() throws IOException {
        List<Object> all = new ArrayList<>(List.of(stamp(files.certificate()), stamp(files.key())));
        if (authorities.isPresent()) {
            all.add(stamp(authorities.get()));
        }
        return all;
    }

    private static List<Object> stamp(Path file) throws IOException {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        return List.of(now.lastModifiedTime(), now.size(), String.valueOf(now.fileKey()));
    }

    private SSLContext load() throws IOException {
        List<Certificate> chain = PemFile.certificates(files.certificate());
        PrivateKey key = PemFile.key(files.key(), chain.getFirst());
        try {
            check(chain.getFirst(), key);
            SSLContext made = SSLContext.getInstance("TLS");
            TrustManager[] trusted =
                    authorities.isPresent() ? TlsContext.nobodyBut(authorities.get()) : new TrustManager[0];
            made.init(TlsContext.identities(List.of(files)), trusted, new SecureRandom());
            made.getServerSessionContext().setSessionCacheSize(MOST_SESSIONS);
            return made;
        } catch (GeneralSecurityException e) {
            throw new IOException(files.certificate() + ": TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    /** What one signs the other has to know. */
    private void check(Certificate certificate, PrivateKey key) throws IOException, GeneralSecurityException {
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm(); // EdDSA
                });
        signature.initSign(key);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        if (!signature.verify(signed)) {
            throw new IOException(files.key() + " is not the key of the certificate in " + files.certificate());
        }
    }
}
