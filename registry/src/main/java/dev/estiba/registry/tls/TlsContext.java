package dev.estiba.registry.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Makes the JDK's TLS of rules. */
public final class TlsContext {
    private TlsContext() {}

    /** @throws IOException that names the file which is missing or has not what it should */
    public static SSLContext of(TlsRules rules) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identities(rules.identities()), trust(rules), new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trust(TlsRules rules) throws IOException, GeneralSecurityException {
        if (!rules.verify()) {
            return new TrustManager[] {new Everybody()};
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        if (rules.authorities().isEmpty()) {
            return factory.getTrustManagers();
        }
        KeyStore all = empty();
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager usual) {
                for (X509Certificate each : usual.getAcceptedIssuers()) {
                    all.setCertificateEntry(UUID.randomUUID().toString(), each);
                }
            }
        }
        for (Path file : rules.authorities()) {
            for (Certificate each : PemFile.certificates(file)) {
                all.setCertificateEntry(UUID.randomUUID().toString(), each);
            }
        }
        factory.init(all);
        return factory.getTrustManagers();
    }

    /** Trusts whom the authorities of this file have signed, and not the system's. */
    static TrustManager[] nobodyBut(Path authorities) throws IOException, GeneralSecurityException {
        KeyStore all = empty();
        for (Certificate each : PemFile.certificates(authorities)) {
            all.setCertificateEntry(UUID.randomUUID().toString(), each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(all);
        return factory.getTrustManagers();
    }

    static KeyManager[] identities(List<TlsRules.Identity> identities) throws IOException, GeneralSecurityException {
        char[] none = new char[0];
        KeyStore keys = empty();
        for (TlsRules.Identity each : identities) {
            List<Certificate> chain = PemFile.certificates(each.certificate());
            PrivateKey key = PemFile.key(each.key(), chain.getFirst());
            keys.setKeyEntry(UUID.randomUUID().toString(), key, none, chain.toArray(new Certificate[0]));
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, none);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** For registries that their user has called insecure; an extended manager, as the JDK then checks no name either. */
    private static final class Everybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
