package dev.estiba.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.estiba.oci.image.Digest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many wrong passwords at a time: bcrypt has an end, and whoever does not need it does not notice. */
class PasswordFloodTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

    @TempDir
    private Path directory;

    private static String basic(String both) {
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    /** Holds a turn until it is let go. */
    private static final class Holder implements AutoCloseable {
        private final CountDownLatch began = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final Future<Boolean> held;

        Holder(PasswordChecks checks) throws Exception {
            held = thread.submit(() -> checks.inTurn(() -> {
                began.countDown();
                return await(end);
            }));
            assertThat(await(began)).isTrue();
        }

        private static boolean await(CountDownLatch latch) {
            try {
                return latch.await(LONG.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() throws Exception {
            end.countDown();
            assertThat(held.get()).isTrue();
            thread.shutdown();
        }
    }

    private static void isRefused(PasswordChecks checks) {
        assertThatThrownBy(() -> checks.inTurn(() -> true)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reply().status()).isEqualTo(429);
            assertThat(refused.reply().headers()).containsEntry("Retry-After", "2");
        });
    }

    @Test
    void whoFindsTooManyWaitingIsRefusedAtOnce() throws Exception {
        PasswordChecks checks = new PasswordChecks(1, 0, LONG);
        try (Holder holder = new Holder(checks)) {
            assertThat(holder.held.isDone()).isFalse();
            isRefused(checks);
        }
        assertThat(checks.inTurn(() -> true)).isTrue();
        assertThatThrownBy(() -> checks.inTurn(() -> {
                    throw new IllegalStateException("of the check");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(checks.inTurn(() -> false)).as("the turn has come back").isFalse();
    }

    @Test
    void patienceHasAnEnd() throws Exception {
        PasswordChecks checks = new PasswordChecks(1, 1, Duration.ofMillis(20));
        try (Holder holder = new Holder(checks)) {
            isRefused(checks);
            isRefused(checks); // nobody waits any more
            assertThat(holder.held.isDone()).isFalse();
        }
        assertThat(checks.inTurn(() -> true)).isTrue();
    }

    @Test
    void noMoreAtOnceThanTurns() throws Exception {
        PasswordChecks checks = new PasswordChecks(2, 100, LONG);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                all.add(threads.submit(() -> checks.inTurn(() -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    Thread.yield();
                    now.decrementAndGet();
                    return true;
                })));
            }
            for (Future<Boolean> each : all) {
                assertThat(each.get()).isTrue();
            }
        }
        assertThat(most.get()).isBetween(1, 2);
    }

    @Test
    void aPasswordThatIsRememberedNeedsNoTurn() throws Exception {
        PasswordChecks checks = new PasswordChecks(1, 0, LONG);
        Htpasswd users = Htpasswd.open(users(4), checks);
        assertThat(users.accepts("ann", "a")).isTrue();
        try (Holder holder = new Holder(checks)) {
            assertThat(users.accepts("ann", "a")).isTrue();
            assertThatThrownBy(() -> users.accepts("ann", "b")).isInstanceOf(Refused.class);
            assertThat(holder.held.isDone()).isFalse();
        }
    }

    private Path users(int cost) throws Exception {
        return Files.writeString(
                directory.resolve("htpasswd"),
                "ann:" + BCrypt.withDefaults().hashToString(cost, "a".toCharArray()) + "\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void othersGoOn(boolean withTokens) throws Exception {
        Path file = users(10);
        byte[] bytes = Web.random(1, 300_000);
        AtomicBoolean ends = new AtomicBoolean();
        try (Web web = Web.open(directory, settings -> settings.withUsers(file, withTokens));
                ExecutorService threads = Executors.newFixedThreadPool(48)) {
            String path = withTokens ? "/token?scope=repository:a:pull,push" : "/v2/";
            HttpResponse<byte[]> login = web.get(path, "Authorization", basic("ann:a"));
            assertThat(login.statusCode()).isEqualTo(200);
            String right = withTokens ? "Bearer " + token(login) : basic("ann:a");
            String upload = "/v2/a/blobs/uploads/?digest=" + Digest.of(bytes);
            assertThat(web.send("POST", upload, bytes, "Authorization", right).statusCode())
                    .isEqualTo(201);
            AtomicInteger refused = new AtomicInteger();
            List<Future<?>> flood = new ArrayList<>();
            for (int i = 0; i < 48; i++) {
                String wrong = basic("ann:wrong" + i);
                flood.add(threads.submit(() -> {
                    while (!ends.get()) {
                        HttpResponse<byte[]> answer = web.get(path, "Authorization", wrong);
                        assertThat(answer.statusCode()).isIn(401, 429);
                        if (answer.statusCode() == 429) {
                            assertThat(Web.header(answer, "Retry-After")).isEqualTo("2");
                            assertThat(Web.text(answer)).contains("TOOMANYREQUESTS", "try again");
                            refused.incrementAndGet();
                            TimeUnit.MILLISECONDS.sleep(20);
                        }
                    }
                    return null;
                }));
            }
            try {
                for (int i = 0; i < 12 || refused.get() == 0 && !flood.stream().anyMatch(Future::isDone); i++) {
                    assertThat(web.get("/healthz").statusCode()).isEqualTo(200);
                    HttpResponse<byte[]> blob = web.get("/v2/a/blobs/" + Digest.of(bytes), "Authorization", right);
                    assertThat(blob.body()).isEqualTo(bytes);
                    assertThat(web.get(path, "Authorization", basic("ann:a")).statusCode())
                            .as("remembered")
                            .isEqualTo(200);
                }
            } finally {
                ends.set(true);
            }
            for (Future<?> each : flood) {
                each.get();
            }
            assertThat(refused.get()).as("refused of the flood").isPositive();
        }
    }

    private static String token(HttpResponse<byte[]> answer) {
        Matcher token = TOKEN.matcher(Web.text(answer));
        assertThat(token.find()).isTrue();
        return token.group(1);
    }
}
