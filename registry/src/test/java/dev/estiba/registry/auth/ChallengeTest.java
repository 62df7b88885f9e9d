package dev.estiba.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The field that says how a registry wants to know who asks. */
class ChallengeTest {
    private static List<Challenge> parse(String... fields) {
        return Challenge.parse(List.of(fields));
    }

    @Test
    void readsWhatRegistriesSend() {
        assertThat(
                        parse(
                                "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:a:pull\""))
                .containsExactly(new Challenge(
                        "bearer",
                        Map.of(
                                "realm",
                                "https://auth.docker.io/token",
                                "service",
                                "registry.docker.io",
                                "scope",
                                "repository:a:pull")));
        assertThat(parse("Basic realm=\"a \\\"b\\\" c\", charset=UTF-8, BEARER Realm = x"))
                .containsExactly(
                        new Challenge("basic", Map.of("realm", "a \"b\" c", "charset", "UTF-8")),
                        new Challenge("bearer", Map.of("realm", "x")));
        assertThat(parse("Negotiate", "Basic realm=x"))
                .extracting(Challenge::scheme)
                .containsExactly("negotiate", "basic");
        assertThat(parse("Negotiate, Basic realm=x"))
                .extracting(Challenge::scheme)
                .containsExactly("negotiate", "basic");
    }

    @Test
    void nonsenseEnds() {
        assertThat(parse("", ",,,", "=", "\"", "Bearer realm=\"open")).hasSize(1);
        assertThat(parse("a ".repeat(10_000))).hasSizeLessThan(17);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String letters = "aB=\", \t\\:;\u0000é";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            assertThat(parse(text.toString())).as("seed " + seed).hasSizeLessThan(17);
        }
    }
}
