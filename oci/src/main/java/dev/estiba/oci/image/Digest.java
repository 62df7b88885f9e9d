package dev.estiba.oci.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The name of some bytes by their hash (image-spec, descriptor.md, "Digests").
 *
 * @param encoded lower-case hexadecimal, as long as the algorithm's hash
 */
public record Digest(Algorithm algorithm, String encoded) {
    /** The registered algorithms; others are refused, since nothing that they name could be verified. */
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String word;
        private final String java;
        private final int length;

        Algorithm(String word, String java, int length) {
            this.word = word;
            this.java = java;
            this.length = length;
        }

        public String word() {
            return word;
        }

        public MessageDigest hash() {
            try {
                return MessageDigest.getInstance(java);
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every JDK has " + java, e);
            }
        }

        static Optional<Algorithm> named(String word) {
            return Arrays.stream(values())
                    .filter(each -> each.word.equals(word))
                    .findFirst();
        }
    }

    /** @throws IllegalArgumentException when it is none */
    public Digest {
        if (encoded.length() != algorithm.length || !isHexadecimal(encoded)) {
            throw new IllegalArgumentException(
                    "a digest of " + algorithm.word + " has " + algorithm.length + " lower-case hexadecimal digits");
        }
    }

    private static boolean isHexadecimal(String text) {
        return text.chars().allMatch(each -> each >= '0' && each <= '9' || each >= 'a' && each <= 'f');
    }

    /** Empty when it is no digest of an algorithm that is known. */
    public static Optional<Digest> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String encoded = text.substring(colon + 1);
        return Algorithm.named(text.substring(0, colon))
                .filter(algorithm -> encoded.length() == algorithm.length && isHexadecimal(encoded))
                .map(algorithm -> new Digest(algorithm, encoded));
    }

    /** Of a hash that has seen all of the bytes; it is reset. */
    public static Digest of(Algorithm algorithm, MessageDigest hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash.digest()));
    }

    /** SHA-256, which everybody uses. */
    public static Digest of(byte[] bytes) {
        MessageDigest hash = Algorithm.SHA256.hash();
        hash.update(bytes);
        return of(Algorithm.SHA256, hash);
    }

    /** As Docker shows it where there is little room: 12 digits. */
    public String shortened() {
        return encoded.substring(0, 12);
    }

    @Override
    public String toString() {
        return algorithm.word + ":" + encoded;
    }
}
