package dev.estiba.registry.server;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Origin;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.core.JsonGenerator;

/**
 * Gives tokens out and knows them again: JSON Web Tokens (RFC 7519) with HS256, whose key nobody else has and a restart forgets. What is
 * not literally the one header that is written here is not looked at, so no token chooses its algorithm (CVE-2015-9235).
 */
final class Tokens {
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final int LONGEST = 8192;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String HEADER =
            BASE64.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.US_ASCII));

    private final String service;
    private final InstantSource clock;
    private final byte[] key = new byte[32];

    Tokens(String service, InstantSource clock) {
        this.service = service;
        this.clock = clock;
        new SecureRandom().nextBytes(key);
    }

    /** What they are for. */
    String service() {
        return service;
    }

    static String scope(Access.Wish wish) {
        return wish.repository().equals("*")
                ? "registry:catalog:*"
                : "repository:" + wish.repository() + ":" + wish.action();
    }

    /** @param scopes {@code repository:NAME:ACTION,ACTION}; a user may all of it */
    Reply issue(String user, List<String> scopes) {
        Instant now = clock.instant();
        List<String> all = scopes.stream()
                .flatMap(each -> Arrays.stream(each.split(" ")))
                .filter(each -> !each.isEmpty())
                .toList();
        ByteArrayOutputStream claims = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(claims, Layout.COMPACT)) {
            out.writeStartObject();
            out.writeStringProperty("iss", service);
            out.writeStringProperty("aud", service);
            out.writeStringProperty("sub", user);
            out.writeNumberProperty("exp", now.plus(LIFE).getEpochSecond());
            Output.allTexts(out, "scopes", all);
            out.writeEndObject();
        }
        String signed = HEADER + "." + BASE64.encodeToString(claims.toByteArray());
        String token = signed + "." + BASE64.encodeToString(sign(signed));
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(answer, Layout.COMPACT)) {
            out.writeStartObject();
            out.writeStringProperty("token", token);
            out.writeStringProperty("access_token", token);
            out.writeNumberProperty("expires_in", LIFE.toSeconds());
            out.writeStringProperty("issued_at", now.toString());
            out.writeEndObject();
        }
        return Reply.of(200)
                .with("Content-Type", "application/json")
                .with("Cache-Control", "no-store")
                .body(answer.toByteArray());
    }

    private byte[] sign(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError("every JDK has HmacSHA256", e);
        }
    }

    /** Whether it is one of ours, still lives, and covers the wish. */
    boolean allows(String token, Optional<Access.Wish> wish) {
        int dot = token.lastIndexOf('.');
        if (token.length() > LONGEST || dot < 0 || !token.startsWith(HEADER + ".") || dot <= HEADER.length()) {
            return false;
        }
        String signed = token.substring(0, dot);
        byte[] shown;
        byte[] claims;
        try {
            shown = Base64.getUrlDecoder().decode(token.substring(dot + 1));
            claims = Base64.getUrlDecoder().decode(signed.substring(HEADER.length() + 1));
        } catch (IllegalArgumentException e) {
            return false;
        }
        return MessageDigest.isEqual(sign(signed), shown) && covers(claims, wish);
    }

    private boolean covers(byte[] claims, Optional<Access.Wish> wish) {
        List<String> scopes = List.of();
        long end = 0;
        try (Cursor in = Cursor.open(claims, Origin.DOCUMENT)) {
            in.object();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                switch (name) {
                    case "exp" -> end = in.size();
                    case "scopes" -> scopes = in.texts();
                    default -> in.skip();
                }
            }
        } catch (DocumentException e) {
            return false;
        }
        return clock.instant().getEpochSecond() < end
                && (wish.isEmpty() || scopes.stream().anyMatch(each -> covers(each, wish.get())));
    }

    private static boolean covers(String scope, Access.Wish wish) {
        String wanted = scope(wish);
        int name = wanted.lastIndexOf(':');
        int actions = scope.lastIndexOf(':');
        return actions > 0
                && scope.substring(0, actions).equals(wanted.substring(0, name))
                && Arrays.stream(scope.substring(actions + 1).split(","))
                        .anyMatch(each -> each.equals("*") || each.equals(wanted.substring(name + 1)));
    }
}
