package dev.estiba.engine.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostLimitsTest {
    private static String explained(String message) {
        return HostLimits.explained(ApiException.serverError(message)).message();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unable to start container process: error during container init: open a terminal (/dev/pts/ptmx):"
                        + " no space left on device | all terminals that containers may have are in use | kernel.pty.max",
                "error during container init: join a new session keyring: disk quota exceeded | as many keys as the kernel lets |"
                        + " kernel.keys.maxkeys",
                "start the container's init: resource temporarily unavailable | no more processes or threads | kernel.pid_max",
                "unshare: No space left on device (ENOSPC) | as many namespaces of a kind | user.max_*_namespaces"
            })
    void theLimitThatWasMetIsNamed(String message, String what, String remedy) {
        assertThat(explained(message))
                .startsWith(message + ": ")
                .contains(what)
                .contains(remedy)
                .doesNotContain("?");
    }

    @Test
    void whatHasAnotherReasonStaysAsItIs() {
        for (String message : new String[] {
            "write config.json: no space left on device",
            "open a terminal (/dev/pts/ptmx): permission denied",
            "disk quota exceeded"
        }) {
            assertThat(explained(message)).isEqualTo(message);
        }
    }
}
