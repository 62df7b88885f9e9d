package dev.estiba.oci.pem;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys as text (RFC 7468), with the two older forms of keys that OpenSSL has written. */
public final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");

    /** AlgorithmIdentifier of rsaEncryption, with its NULL (RFC 8017, appendix A.1). */
    private static final byte[] RSA = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    private Pem() {}

    /**
     * All certificates of a text, in its order.
     *
     * @param file what it is called, for messages
     * @throws IOException when there is none, or one that cannot be read
     */
    public static List<Certificate> certificates(String file, String text) throws IOException {
        List<Certificate> all = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            while (block.find()) {
                if (block.group(1).endsWith("CERTIFICATE")) {
                    all.add(factory.generateCertificate(new ByteArrayInputStream(decode(block.group(2)))));
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + ": a certificate in it cannot be read: " + e.getMessage(), e);
        }
        if (all.isEmpty()) {
            throw new IOException(file + " has no certificate (PEM, \"BEGIN CERTIFICATE\")");
        }
        return all;
    }

    /**
     * The first private key of a text.
     *
     * @param file what it is called, for messages
     * @param certificate whose key it is, which says of what kind it is
     * @throws IOException when there is none without a passphrase, or it is not the certificate's
     */
    public static PrivateKey key(String file, String text, Certificate certificate) throws IOException {
        String algorithm = certificate.getPublicKey().getAlgorithm();
        Matcher block = BLOCK.matcher(text);
        try {
            while (block.find()) {
                byte[] bytes = decode(block.group(2));
                switch (block.group(1)) {
                    case "PRIVATE KEY" -> {
                        return generate(algorithm, bytes);
                    }
                    case "RSA PRIVATE KEY" -> {
                        return generate(algorithm, wrapped(RSA, bytes));
                    }
                    case "EC PRIVATE KEY" -> {
                        return generate(algorithm, wrapped(algorithmOf(certificate), bytes));
                    }
                    default -> {} // parameters, the certificate in the same file
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + ": the key in it cannot be read, or is not the certificate's", e);
        }
        throw new IOException(file + " has no private key without a passphrase (PEM, \"BEGIN PRIVATE KEY\")");
    }

    private static PrivateKey generate(String algorithm, byte[] bytes) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    }

    /** The curve stands in the certificate, as the first element of its SubjectPublicKeyInfo (RFC 5280, section 4.1). */
    private static byte[] algorithmOf(Certificate certificate) {
        byte[] info = certificate.getPublicKey().getEncoded();
        int start = info[1] >= 0 ? 2 : 2 + (info[1] & 0x7f);
        return java.util.Arrays.copyOfRange(info, start, start + 2 + info[start + 1]);
    }

    /** PrivateKeyInfo (RFC 5208, section 5): version 0, the algorithm, and the older form as its octets. */
    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        inner.writeBytes(new byte[] {2, 1, 0});
        inner.writeBytes(algorithm);
        inner.writeBytes(element(0x04, key));
        return element(0x30, inner.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >> (8 * i));
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] decode(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }
}
