package dev.estiba.testkit.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.runner.Options.Command;
import dev.estiba.testkit.runner.Outcome.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShellTest {
    private final Shell shell = new Shell(Duration.ofMinutes(1));

    @Test
    void aStepPassesByItsStatus() throws InterruptedException {
        assertThat(shell.step(new Command("true", "exit 0")).verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void aFailingStepTellsStatusAndOutput() throws InterruptedException {
        Outcome outcome = shell.step(new Command("bad", "echo to stdout; echo to stderr >&2; exit 3"));
        assertThat(outcome.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(outcome.detail())
                .isEqualTo("`echo to stdout; echo to stderr >&2; exit 3` ended with status 3:\nto stdout\nto stderr");
    }

    @Test
    void aStepThatDoesNotEndIsEndedWithWhatItStarted() throws InterruptedException {
        Shell impatient = new Shell(Duration.ofMillis(200));
        Outcome outcome = impatient.step(new Command("stuck", "sleep 600; true"));
        assertThat(outcome.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(outcome.detail()).contains("it was ended after PT0.2S");
        assertThat(outcome.took()).isBetween(Duration.ofMillis(200), Duration.ofSeconds(60));
    }

    @Test
    void aScriptsLinesAreTests() throws InterruptedException {
        assertThat(shell.script(new Command("native", "echo ok 1 - a; echo ok 2 - b")))
                .extracting(Outcome::name)
                .containsExactly("native: a", "native: b");
    }
}
