package dev.estiba.engine.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ContainerConfig;
import dev.estiba.api.HealthConfig;
import dev.estiba.api.HealthcheckResult;
import dev.estiba.api.HostConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthStateTest {
    private static final Duration START_PERIOD = Duration.ofSeconds(10);
    private static final HealthSettings SETTINGS = new HealthSettings(
            List.of("true"), Duration.ofSeconds(30), Duration.ofSeconds(2), START_PERIOD, Duration.ofSeconds(1), 3);

    private static HealthState begun() {
        return HealthState.begun(Optional.empty());
    }

    private static HealthcheckResult result(int code) {
        return new HealthcheckResult("a", "b", code, "said " + code);
    }

    /** Each letter is an answer: s is a success, f a failure; in capitals one during the start period. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | starting | 0",
                "s | healthy | 0",
                "f | starting | 1",
                "ff | starting | 2",
                "fff | unhealthy | 3",
                "ffff | unhealthy | 4",
                "ffs | healthy | 0",
                "fffs | healthy | 0",
                "fffsff | healthy | 2",
                "fffsfff | unhealthy | 3",
                "FFFF | starting | 0",
                "FFFFff | starting | 2",
                "SFFF | unhealthy | 3",
                "SFF | healthy | 2",
                "fF | starting | 1",
            })
    void aStatusFollowsFromAnswers(String answers, String status, int streak) {
        HealthState state = begun();
        for (char answer : answers.toCharArray()) {
            Duration sinceStart = Character.isUpperCase(answer) ? Duration.ofSeconds(1) : START_PERIOD;
            state = state.after(result(Character.toLowerCase(answer) == 's' ? 0 : 1), SETTINGS, sinceStart);
        }
        assertThat(state.health().status()).isEqualTo(status);
        assertThat(state.health().failingStreak()).isEqualTo(streak);
    }

    @Test
    void theFiveNewestAnswersAreKeptAlsoByTheNextRun() {
        HealthState state = begun();
        for (int i = 1; i <= 7; i++) {
            state = state.after(result(i), SETTINGS, START_PERIOD);
        }
        assertThat(state.health().log()).extracting(HealthcheckResult::exitCode).containsExactly(3, 4, 5, 6, 7);
        HealthState next = HealthState.begun(Optional.of(state));
        assertThat(next.health().status()).isEqualTo("starting");
        assertThat(next.health().failingStreak()).isZero();
        assertThat(next.health().log()).isEqualTo(state.health().log());
    }

    @Test
    void asLongAsItStartsItIsAskedMoreOften() {
        assertThat(SETTINGS.pause(Duration.ZERO, begun())).isEqualTo(Duration.ofSeconds(1));
        assertThat(SETTINGS.pause(START_PERIOD, begun())).isEqualTo(Duration.ofSeconds(30));
        HealthState healthy = begun().after(result(0), SETTINGS, Duration.ZERO);
        assertThat(SETTINGS.pause(Duration.ZERO, healthy)).isEqualTo(Duration.ofSeconds(30));
    }

    private static Optional<HealthSettings> of(List<String> shell, HealthConfig config) {
        return HealthSettings.of(
                ContainerConfig.builder().shell(shell).healthcheck(config).build());
    }

    private static HealthConfig test(String... words) {
        return new HealthConfig(List.of(words), 0, 0, 0, 0, 0);
    }

    @Test
    void whereNothingIsSaidItIsDockerdsValues() {
        HealthSettings settings = of(List.of(), test("CMD", "a", "b")).orElseThrow();
        assertThat(settings)
                .isEqualTo(new HealthSettings(
                        List.of("a", "b"),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        3));
        assertThat(of(List.of(), test("CMD-SHELL", "a b")).orElseThrow().command())
                .containsExactly("/bin/sh", "-c", "a b");
        assertThat(of(List.of("/bin/ash", "-ec"), test("CMD-SHELL", "a"))
                        .orElseThrow()
                        .command())
                .containsExactly("/bin/ash", "-ec", "a");
    }

    @Test
    void noneAndNothingAndWhatNobodyKnowsAreNoQuestion() {
        assertThat(HealthSettings.of(ContainerConfig.builder().build())).isEmpty();
        for (HealthConfig config : List.of(test(), test("NONE"), test("CMD"), test("HTTP", "/"))) {
            assertThat(of(List.of(), config)).isEmpty();
        }
    }

    @Test
    void whatTheRequestLeavesOpenTheImageSays() {
        HealthConfig image = new HealthConfig(List.of("CMD", "i"), 1, 2, 3, 4, 5);
        assertThat(HealthSettings.merge(new HealthConfig(List.of(), 9, 0, 0, 0, 0), image))
                .isEqualTo(new HealthConfig(List.of("CMD", "i"), 9, 2, 3, 4, 5));
        assertThat(HealthSettings.merge(new HealthConfig(List.of("CMD", "o"), 0, 9, 9, 9, 9), image))
                .isEqualTo(new HealthConfig(List.of("CMD", "o"), 1, 9, 9, 9, 9));
    }

    @Test
    void aMillisecondIsTheLeast() {
        assertThatCode(() -> HealthSettings.check(new HealthConfig(List.of(), 1_000_000, 0, 0, 0, 0)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> HealthSettings.check(new HealthConfig(List.of(), 999_999, 0, 0, 0, 0)))
                .hasMessage("Interval in Healthcheck cannot be less than 1ms");
        assertThatThrownBy(() -> HealthSettings.check(new HealthConfig(List.of(), 0, -1, 0, 0, 0)))
                .hasMessage("Timeout in Healthcheck cannot be less than 1ms");
        assertThatThrownBy(() -> HealthSettings.check(new HealthConfig(List.of(), 0, 0, 0, 0, -1)))
                .hasMessage("Retries in Healthcheck cannot be negative");
    }

    private static void checkRule(String word, boolean isRemoved, HealthConfig config) throws Exception {
        UnhealthyRule.check(
                ContainerConfig.builder().healthcheck(config).build(),
                HostConfig.builder()
                        .annotations(Map.of(UnhealthyRule.ANNOTATION, word))
                        .autoRemove(isRemoved)
                        .build());
    }

    @Test
    void aRuleForTheUnhealthyNeedsAQuestionAndAContainerThatStays() {
        assertThatCode(() -> checkRule("kill", true, test("CMD", "true"))).doesNotThrowAnyException();
        assertThatCode(() -> checkRule("none", true, test("NONE"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> checkRule("kill", false, test("NONE")))
                .hasMessage("--health-on-failure needs a health check (--health-cmd)");
        assertThatThrownBy(() -> checkRule("restart", true, test("CMD", "true")))
                .hasMessage("can't create 'AutoRemove' container with --health-on-failure restart");
        assertThatThrownBy(() -> checkRule("reboot", false, test("CMD", "true")))
                .hasMessage("invalid --health-on-failure: reboot (there are none, kill, restart and stop)");
    }
}
