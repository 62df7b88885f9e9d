package dev.estiba.testkit.runner;

import static dev.estiba.testkit.runner.Outcome.Verdict.FAILED;
import static dev.estiba.testkit.runner.Outcome.Verdict.PASSED;
import static dev.estiba.testkit.runner.Outcome.Verdict.SKIPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class TapTest {
    private static List<Outcome> read(int status, String output) {
        return Tap.read("script", output, status, "it ended with " + status);
    }

    @Test
    void eachResultIsATest() {
        assertThat(read(1, """
                TAP version 13
                ok 1 - opens
                # expected 3
                # was 4
                not ok 2 - counts
                ok 3 - joins # SKIP no cgroup v2
                1..3
                """))
                .extracting(Outcome::name, Outcome::verdict, Outcome::detail)
                .containsExactly(
                        tuple("script: opens", PASSED, ""),
                        tuple("script: counts", FAILED, "# expected 3\n# was 4"),
                        tuple("script: joins", SKIPPED, "no cgroup v2"));
    }

    @Test
    void aSkipWithoutAReasonFails() {
        assertThat(read(0, "ok 1 - joins # SKIP\n"))
                .extracting(Outcome::verdict, Outcome::detail)
                .containsExactly(tuple(FAILED, "was skipped without saying why"));
    }

    @Test
    void aScriptThatDiesAfterGoodResultsFails() {
        assertThat(read(139, "ok 1 - opens\n"))
                .extracting(Outcome::name, Outcome::verdict, Outcome::detail)
                .containsExactly(tuple("script: opens", PASSED, ""), tuple("script", FAILED, "it ended with 139"));
    }

    @Test
    void aScriptWithoutResultsFails() {
        assertThat(read(0, "all is well\n"))
                .extracting(Outcome::name, Outcome::verdict)
                .containsExactly(tuple("script", FAILED));
    }

    @Test
    void aScriptThatStopsBeforeItsPlanIsDoneFails() {
        assertThat(read(0, "1..2\nok 1 - opens\n"))
                .extracting(Outcome::verdict, Outcome::detail)
                .containsExactly(tuple(PASSED, ""), tuple(FAILED, "planned 2 tests and reported 1\nit ended with 0"));
    }

    @Test
    void aScriptThatBailsOutFails() {
        assertThat(read(0, "ok 1 - opens\nBail out! no root\n"))
                .extracting(Outcome::verdict)
                .containsExactly(PASSED, FAILED);
    }
}
