package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityOptionsTest {
    private static SecurityOptions parse(String... options) throws ApiException {
        return SecurityOptions.parse(List.of(options));
    }

    @Test
    void nothingSaidIsDockersFilter() throws ApiException {
        assertThat(parse()).isEqualTo(new SecurityOptions(false, SeccompChoice.BUILT_IN, false, false));
    }

    @Test
    void eachOptionIsHeard() throws ApiException {
        assertThat(parse("no-new-privileges").noNewPrivileges()).isTrue();
        assertThat(parse("no-new-privileges=true", "no-new-privileges:false").noNewPrivileges())
                .isFalse();
        assertThat(parse("seccomp=unconfined").seccomp()).isEqualTo(SeccompChoice.UNCONFINED);
        assertThat(parse("seccomp:unconfined").seccomp()).isEqualTo(SeccompChoice.UNCONFINED);
        assertThat(parse("seccomp=unconfined", "seccomp=builtin").seccomp()).isEqualTo(SeccompChoice.BUILT_IN);
        assertThat(parse("seccomp={}", "seccomp={\"a:=\":1}").seccomp())
                .isEqualTo(new SeccompChoice.Own("{\"a:=\":1}"));
        assertThat(parse("seccomp:{}", "seccomp=").seccomp()).isEqualTo(SeccompChoice.BUILT_IN);
        assertThat(parse("systempaths=unconfined").systemPathsVisible()).isTrue();
        assertThat(parse("apparmor=unconfined", "label=disable")).isEqualTo(parse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secomp=unconfined", "no-new-privileges=maybe", "systempaths=x", "systempaths"})
    void whatIsNoneIsRefused(String option) {
        Requests.refused(() -> parse(option), 400, "invalid --security-opt 2: \"" + option + "\"");
    }

    @Test
    void whatIsNotBuiltYetIsRefusedByName() {
        Requests.refused(
                () -> parse("apparmor=docker-default"),
                501,
                "AppArmor profiles are not built yet: --security-opt apparmor=docker-default");
        Requests.refused(
                () -> parse("label=type:x"), 501, "SELinux labels are not built yet: --security-opt label=type:x");
    }
}
