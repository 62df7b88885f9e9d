package dev.estiba.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, and who may not. */
class AccessTest {
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

    @TempDir
    private Path directory;

    private Path users(String... namesAndPasswords) throws IOException {
        StringBuilder text = new StringBuilder("# users\n\n");
        for (int i = 0; i < namesAndPasswords.length; i += 2) {
            text.append(namesAndPasswords[i])
                    .append(':')
                    .append(BCrypt.withDefaults().hashToString(4, namesAndPasswords[i + 1].toCharArray()))
                    .append('\n');
        }
        return Files.writeString(directory.resolve("htpasswd"), text);
    }

    private static String basic(String both) {
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    private static String token(HttpResponse<byte[]> answer) {
        Matcher token = TOKEN.matcher(Web.text(answer));
        assertThat(token.find()).as(Web.text(answer)).isTrue();
        return token.group(1);
    }

    @Test
    void onlyUsersMay() throws Exception {
        Path file = users("ann", "a:secret", "bob", "b");
        try (Web web = Web.open(directory, settings -> settings.withUsers(file, false))) {
            for (String path : List.of("/v2/", "/v2/_catalog", "/v2/a/tags/list", "/metrics", "/v2/a/manifests/x")) {
                HttpResponse<byte[]> asked = web.get(path);
                assertThat(asked.statusCode()).as(path).isEqualTo(401);
                assertThat(Web.header(asked, "WWW-Authenticate")).startsWith("Basic realm=");
                assertThat(Web.text(asked)).contains("UNAUTHORIZED");
                for (String wrong : List.of(
                        basic("ann:a"),
                        basic("ann:"),
                        basic("nobody:a:secret"),
                        basic("ann"),
                        basic(":"),
                        "Basic !",
                        "Basic",
                        "Bearer x",
                        basic("ann:" + "a".repeat(100)))) {
                    assertThat(web.get(path, "Authorization", wrong).statusCode())
                            .as(wrong)
                            .isEqualTo(401);
                }
            }
            for (int i = 0; i < 3; i++) { // also from memory
                assertThat(web.get("/v2/", "Authorization", basic("ann:a:secret"))
                                .statusCode())
                        .isEqualTo(200);
                assertThat(web.get(
                                        "/v2/",
                                        "Authorization",
                                        "bAsIc " + basic("bob:b").substring(6))
                                .statusCode())
                        .isEqualTo(200);
                assertThat(web.get("/v2/", "Authorization", basic("ann:b")).statusCode())
                        .isEqualTo(401);
            }
            assertThat(web.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(web.get("/token").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aChangedFileCountsAtOnce() throws Exception {
        Path file = users("ann", "old");
        Htpasswd users = Htpasswd.open(file);
        assertThat(users.accepts("ann", "old")).isTrue();
        assertThat(users.accepts("ann", "old")).isTrue();
        users("ann", "new");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(users.accepts("ann", "old")).as("though it was remembered").isFalse();
        assertThat(users.accepts("ann", "new")).isTrue();
        users("bob", "new");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(10)));
        assertThat(users.accepts("ann", "new")).isFalse();
    }

    @Test
    void bcryptReadsNoMoreThan72Bytes() throws Exception {
        Htpasswd users = Htpasswd.open(users("ann", "a".repeat(72)));
        assertThat(users.nobody()).as("no time tells who is there").startsWith("$2a$04$");
        assertThat(users.accepts("ann", "a".repeat(72))).isTrue();
        assertThat(users.accepts("ann", "a".repeat(73))).isFalse();
    }

    @Test
    void otherHashesAreRefused() throws Exception {
        for (String line :
                List.of("ann:$apr1$x$y", "ann:plain", "ann", ":$2y$04$" + "a".repeat(53), "a:$2y$04$short")) {
            Path file = Files.writeString(directory.resolve("bad"), "# one\n" + line + "\n");
            assertThatThrownBy(() -> Htpasswd.open(file))
                    .as(line)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(file + ":2: a line is NAME:HASH with a hash of bcrypt");
        }
    }

    @Test
    void aTokenIsForWhatItSays() throws Exception {
        Path file = users("ann", "a");
        byte[] bytes = Web.random(1, 100);
        try (Web web = Web.open(directory, settings -> settings.withUsers(file, true))) {
            HttpResponse<byte[]> asked = web.get("/v2/a/b/tags/list");
            assertThat(asked.statusCode()).isEqualTo(401);
            assertThat(Web.header(asked, "WWW-Authenticate"))
                    .isEqualTo("Bearer realm=\"http://" + web.host() + "/token\",service=\"" + web.host()
                            + "\",scope=\"repository:a/b:pull\"");
            assertThat(web.get("/token?scope=repository:a/b:pull").statusCode()).isEqualTo(401);
            assertThat(web.get("/token", "Authorization", basic("ann:b")).statusCode())
                    .isEqualTo(401);
            String pull = bearer(web, "repository:a/b:pull");
            String push = bearer(web, "repository:a/b:pull,push");
            String other = bearer(web, "repository:a:pull,push%20repository:a/b/c:pull,push,delete");
            String none = bearer(web, "");
            String upload = "/v2/a/b/blobs/uploads/?digest=" + Digest.of(bytes);
            for (String wrong : List.of(pull, other, none)) {
                HttpResponse<byte[]> refused = web.send("POST", upload, bytes, "Authorization", wrong);
                assertThat(refused.statusCode()).isEqualTo(401);
                assertThat(Web.header(refused, "WWW-Authenticate"))
                        .endsWith(",scope=\"repository:a/b:push\",error=\"invalid_token\"");
            }
            assertThat(web.send("POST", upload, bytes, "Authorization", push).statusCode())
                    .isEqualTo(201);
            String blob = "/v2/a/b/blobs/" + Digest.of(bytes);
            assertThat(web.get(blob, "Authorization", pull).body()).isEqualTo(bytes);
            assertThat(web.get(blob, "Authorization", other).statusCode()).isEqualTo(401);
            assertThat(web.get(blob, "Authorization", basic("ann:a")).statusCode())
                    .as("a password is for /token alone")
                    .isEqualTo(401);
            assertThat(web.send("DELETE", blob, "Authorization", push).statusCode())
                    .isEqualTo(401);
            assertThat(web.get("/v2/_catalog", "Authorization", push).statusCode())
                    .isEqualTo(401);
            assertThat(web.get("/v2/_catalog", "Authorization", bearer(web, "registry:catalog:*"))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(web.get("/v2/", "Authorization", none).statusCode()).isEqualTo(200);
            mountsNothingThatMayNotBeRead(web, bytes);
        }
    }

    private static void mountsNothingThatMayNotBeRead(Web web, byte[] bytes) throws Exception {
        String path = "/v2/c/blobs/uploads/?from=a/b&mount=" + Digest.of(bytes);
        String alone = bearer(web, "repository:c:push");
        assertThat(web.send("POST", path, "Authorization", alone).statusCode())
                .as("an upload instead")
                .isEqualTo(202);
        String both = bearer(web, "repository:c:push&scope=repository:a/b:pull");
        assertThat(web.send("POST", path, "Authorization", both).statusCode()).isEqualTo(201);
    }

    private static String bearer(Web web, String scope) throws Exception {
        return "Bearer "
                + token(web.get(
                        "/token?service=x" + (scope.isEmpty() ? "" : "&scope=" + scope),
                        "Authorization",
                        basic("ann:a")));
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.US_ASCII));
    }

    private static String issued(Tokens tokens, String scope) {
        Reply reply = tokens.issue("ann", List.of(scope));
        Matcher token = TOKEN.matcher(new String(((Reply.Bytes) reply.body()).bytes(), StandardCharsets.UTF_8));
        assertThat(token.find()).isTrue();
        return token.group(1);
    }

    /** CVE-2015-9235 (alg none), and what else a token can claim. */
    @Test
    void onlyOwnTokensThatLiveAreBelieved() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        Tokens tokens = new Tokens("here", now::get);
        Optional<Access.Wish> wish = Optional.of(new Access.Wish("a/b", "pull"));
        String token = issued(tokens, "repository:a/b:pull");
        assertThat(tokens.allows(token, wish)).isTrue();
        assertThat(tokens.allows(issued(tokens, "repository:a/b:*"), wish)).isTrue();
        assertThat(new Tokens("here", now::get).allows(token, wish))
                .as("another key")
                .isFalse();
        String[] parts = token.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String later = part(claims.replaceAll("\"exp\":[0-9]+", "\"exp\":9999999999"));
        for (String forged : List.of(
                "",
                ".",
                "..",
                parts[0],
                parts[0] + "." + parts[1],
                parts[0] + "." + parts[1] + ".",
                parts[0] + "." + later + "." + parts[2],
                part("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + parts[1] + ".",
                part("{\"alg\":\"None\"}") + "." + later + ".",
                part("{\"alg\":\"none\"}") + "." + parts[1] + "." + parts[2],
                part("{\"alg\":\"HS512\",\"typ\":\"JWT\"}") + "." + parts[1] + "." + parts[2],
                token + "x",
                token + ".x",
                "x" + token,
                token.replace(parts[2], "!" + parts[2].substring(1)),
                token + "A".repeat(10_000))) {
            assertThat(tokens.allows(forged, wish)).as(forged).isFalse();
        }
        for (String scope : List.of(
                "repository:a/b:push",
                "repository:a:pull",
                "repository:a/b",
                "a/b:pull",
                "repository:a/b/:pull",
                "*")) {
            assertThat(tokens.allows(issued(tokens, scope), wish)).as(scope).isFalse();
        }
        now.set(now.get().plusSeconds(301));
        assertThat(tokens.allows(token, wish)).as("its time is over").isFalse();
    }
}
