package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;
import dev.estiba.api.RestartPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As moby's restart manager has it. */
class RestartRuleTest {
    private static HostConfig host(String name, int most) {
        return HostConfig.builder().restartPolicy(new RestartPolicy(name, most)).build();
    }

    @ParameterizedTest
    @CsvSource({
        // policy, most, exit code, restarts, stopped: while it is watched, by the daemon after
        "'',             0, 1, 0, false, false, false",
        "no,             0, 1, 0, false, false, false",
        "always,         0, 0, 9, false, true,  true",
        "always,         0, 0, 0, true,  false, true",
        "unless-stopped, 0, 0, 9, false, true,  true",
        "unless-stopped, 0, 0, 0, true,  false, false",
        "on-failure,     0, 0, 0, false, false, false",
        "on-failure,     0, 1, 9, false, true,  true",
        "on-failure,     3, 1, 2, false, true,  true",
        "on-failure,     3, 1, 3, false, false, false",
        "on-failure,     0, 137, 0, true, false, true",
    })
    void whoIsStartedAgain(
            String name, int most, int code, int restarts, boolean stopped, boolean watched, boolean after)
            throws Exception {
        HostConfig host = host(name, most);
        RestartRule rule = RestartRule.of(host);
        assertThat(rule.isDue(host.restartPolicy(), code, restarts, stopped)).isEqualTo(watched);
        assertThat(rule.isDueAtStart(host.restartPolicy(), code, restarts, stopped))
                .isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sometimes  |  0 | unknown policy 'sometimes'",
                "always     |  3 | maximum retry count can only be used with 'on-failure'",
                "on-failure | -1 | maximum retry count cannot be negative",
            })
    void whatMakesNoSenseIsRefused(String name, int most, String words) {
        assertThatThrownBy(() -> RestartRule.of(host(name, most)))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining(words);
    }

    @Test
    void whatGoesWithItsEndIsNotStartedAgain() {
        HostConfig host = host("always", 0).toBuilder().autoRemove(true).build();
        assertThatThrownBy(() -> RestartRule.of(host))
                .hasMessage("can't create 'AutoRemove' container with restart policy");
    }
}
