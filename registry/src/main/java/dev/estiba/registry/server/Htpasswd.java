package dev.estiba.registry.server;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A file of users as htpasswd(1) makes it with {@code -B}; read again when it has changed. bcrypt takes 50 ms by design, so a password
 * that was right is remembered for a while, as a keyed hash. Safe for all threads.
 */
final class Htpasswd {
    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{53}");
    private static final long REMEMBERED = TimeUnit.MINUTES.toNanos(5);
    private static final int MOST_REMEMBERED = 1024;
    private static final int MOST_BYTES = 1 << 20;

    /** Of a password longer than this bcrypt reads no more. */
    private static final int MOST_PASSWORD = 72;

    private final Path file;
    private final PasswordChecks checks;
    private final Mac mac;
    private final Map<String, Known> known = new LinkedHashMap<>();
    private Users users = new Users(Map.of(), "");
    private Optional<FileTime> read = Optional.empty();

    private record Known(byte[] proof, long until) {}

    /**
     * What the file says.
     *
     * @param hashes by names
     * @param nobody what a user who is not there is compared with, so that it takes as long as with one who is
     */
    private record Users(Map<String, String> hashes, String nobody) {}

    private Htpasswd(Path file, PasswordChecks checks) {
        this.file = file;
        this.checks = checks;
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError("every JDK has HmacSHA256", e);
        }
    }

    /** @throws IOException when it cannot be read, or has another hash than bcrypt's */
    static Htpasswd open(Path file) throws IOException {
        return open(file, PasswordChecks.usual());
    }

    static Htpasswd open(Path file, PasswordChecks checks) throws IOException {
        Htpasswd users = new Htpasswd(file, checks);
        users.refresh();
        return users;
    }

    private synchronized Users refresh() throws IOException {
        FileTime now = Files.getLastModifiedTime(file);
        if (read.filter(now::equals).isEmpty()) {
            users = withNobody(parse(file));
            known.clear();
            read = Optional.of(now);
        }
        return users;
    }

    private static Users withNobody(Map<String, String> hashes) {
        int cost = hashes.values().stream()
                .mapToInt(hash -> Integer.parseInt(hash.substring(4, 6)))
                .max()
                .orElse(10);
        return new Users(hashes, BCrypt.withDefaults().hashToString(cost, "nobody".toCharArray()));
    }

    /** For the tests: what who is not there is compared with. */
    synchronized String nobody() {
        return users.nobody;
    }

    private static Map<String, String> parse(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(file + ": a file of users has at most " + MOST_BYTES + " bytes");
        }
        Map<String, String> found = new HashMap<>();
        int number = 0;
        for (String line :
                Files.readString(file, StandardCharsets.UTF_8).lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            String hash = colon < 0 ? "" : line.substring(colon + 1).strip();
            if (colon <= 0 || !BCRYPT.matcher(hash).matches()) {
                throw new IOException(file + ":" + number
                        + ": a line is NAME:HASH with a hash of bcrypt, as \"htpasswd -B\" makes it");
            }
            found.put(line.substring(0, colon), hash);
        }
        return Map.copyOf(found);
    }

    /** @throws Refused when too many passwords are checked already */
    boolean accepts(String name, String password) throws IOException {
        Users all = refresh();
        Map<String, String> users = all.hashes;
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        byte[] proof = proof(name, users.getOrDefault(name, ""), bytes);
        if (isKnown(name, proof)) {
            return true;
        }
        if (bytes.length > MOST_PASSWORD) {
            return false; // bcrypt would accept every password with the same beginning
        }
        byte[] hash = users.getOrDefault(name, all.nobody).getBytes(StandardCharsets.US_ASCII);
        // One client has many connections: while this one waited, another may have shown the same.
        boolean isRight =
                checks.inTurn(() -> isKnown(name, proof) || BCrypt.verifyer().verify(bytes, hash).verified);
        if (isRight && users.containsKey(name)) {
            remember(name, proof);
            return true;
        }
        return false;
    }

    private synchronized byte[] proof(String name, String hash, byte[] password) {
        for (String each : new String[] {name, hash}) {
            mac.update(each.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
        }
        return mac.doFinal(password);
    }

    private synchronized boolean isKnown(String name, byte[] proof) {
        Known before = known.get(name);
        return before != null
                && before.until - System.nanoTime() > 0
                && java.security.MessageDigest.isEqual(before.proof, proof);
    }

    private synchronized void remember(String name, byte[] proof) {
        if (known.size() >= MOST_REMEMBERED) {
            known.clear();
        }
        known.put(name, new Known(proof, System.nanoTime() + REMEMBERED));
    }
}
