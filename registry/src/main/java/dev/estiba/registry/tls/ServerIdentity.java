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
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * What a server shows to its clients: a certificate, which is read again when its files have changed. As long as what is in there then
 * is not right, such as a certificate whose key has not been written yet, the one before counts. Safe for all threads.
 */
public final class ServerIdentity {
    /** The JDK would keep 20,480, which is more than the command's JVM has memory for. */
    private static final int MOST_SESSIONS = 512;

    private final TlsRules.Identity files;
    private SSLContext context;
    private List<Object> read;

    private ServerIdentity(TlsRules.Identity files) throws IOException {
        this.files = files;
        read = stamp();
        context = load();
    }

    /** @throws IOException that names the file which is missing or has not what it should */
    public static ServerIdentity open(TlsRules.Identity files) throws IOException {
        return new ServerIdentity(files);
    }

    /** For the server's side of one connection, over which HTTP/1.1 is spoken. */
    public SSLEngine engine() {
        SSLEngine engine = current().createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
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
        return List.of(stamp(files.certificate()), stamp(files.key()));
    }

    private static List<Object> stamp(Path file) throws IOException {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        return List.of(now.lastModifiedTime(), now.size(), String.valueOf(now.fileKey()));
    }

    private SSLContext load() throws IOException {
        List<Certificate> chain = Pem.certificates(files.certificate());
        PrivateKey key = Pem.key(files.key(), chain.getFirst());
        try {
            check(chain.getFirst(), key);
            SSLContext made = SSLContext.getInstance("TLS");
            made.init(TlsContext.identities(List.of(files)), null, new SecureRandom());
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
