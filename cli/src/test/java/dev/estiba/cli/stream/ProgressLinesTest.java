package dev.estiba.cli.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.Progress;
import dev.estiba.cli.WindowSize;
import org.junit.jupiter.api.Test;

/** The exact bytes of the progress display. */
class ProgressLinesTest {
    private static final WindowSize USUAL = new WindowSize(24, 80);

    private final ProgressLines lines = new ProgressLines(true);

    @Test
    void linesAreDrawnAgainOverThemselves() {
        lines.tell(Progress.of("a", "Waiting"));
        lines.tell(Progress.of("b", "Waiting"));
        assertThat(lines.draw(USUAL, false)).isEqualTo("\u001b[2Ka: Waiting\n\u001b[2Kb: Waiting\n");
        assertThat(lines.draw(USUAL, false)).isEmpty();
        lines.tell(Progress.of("a", "Downloading", 1_234_567, 4_938_268));
        assertThat(lines.draw(USUAL, false))
                .isEqualTo("\u001b[2A\u001b[2Ka: Downloading [=====>               ]  1.235MB/4.938MB\n"
                        + "\u001b[2Kb: Waiting\n");
        lines.tell(Progress.of("a", "Pull complete"));
        lines.tell(Progress.of("b", "Pull complete"));
        assertThat(lines.draw(USUAL, true))
                .isEqualTo("\u001b[2A\u001b[2Ka: Pull complete\n\u001b[2Kb: Pull complete\n");
        assertThat(lines.draw(USUAL, true)).isEmpty();
    }

    @Test
    void aSentenceEndsTheLinesAboveIt() {
        lines.tell(Progress.of("a", "Waiting"));
        lines.draw(USUAL, false);
        lines.tell(Progress.of("a", "Pull complete"));
        lines.tell(Progress.of("Digest: sha256:12"));
        assertThat(lines.draw(USUAL, false))
                .isEqualTo("\u001b[1A\u001b[2Ka: Pull complete\n\u001b[2KDigest: sha256:12\n");
        lines.tell(Progress.of("a", "Again"));
        assertThat(lines.draw(USUAL, true)).isEqualTo("\u001b[2Ka: Again\n");
    }

    /** Docker's bar, byte by byte, on a wide terminal. */
    @Test
    void aWideTerminalHasFiftyCells() {
        lines.tell(Progress.of("a", "Downloading", 50, 100));
        assertThat(lines.draw(new WindowSize(24, 120), false))
                .isEqualTo("\u001b[2Ka: Downloading [" + "=".repeat(25) + ">" + " ".repeat(25) + "]      50B/100B\n");
    }

    @Test
    void aNarrowTerminalHasNoBarAndNoSecondLine() {
        lines.tell(Progress.of("0123456789ab", "Downloading", 50, 100));
        assertThat(lines.draw(new WindowSize(24, 60), false))
                .isEqualTo("\u001b[2K0123456789ab: Downloading      50B/100B\n");
        lines.tell(Progress.of("0123456789ab", "Downloading", 60, 100));
        assertThat(lines.draw(new WindowSize(24, 21), false)).isEqualTo("\u001b[1A\u001b[2K0123456789ab: Downlo\n");
        lines.tell(Progress.of("0123456789ab", "Downloading", 70, 100));
        assertThat(lines.draw(new WindowSize(1, 1), false)).isEqualTo("\u001b[1A\u001b[2K0\n");
    }

    @Test
    void countsWithoutAWholeOrBeyondItAreShown() {
        lines.tell(Progress.of("a", "Loading", 1500, 0));
        assertThat(lines.draw(USUAL, false)).isEqualTo("\u001b[2Ka: Loading    1.5kB\n");
        lines.tell(Progress.of("a", "Loading", 1500, 1000));
        assertThat(lines.draw(USUAL, false))
                .isEqualTo("\u001b[1A\u001b[2Ka: Loading [" + "=".repeat(20) + ">]    1.5kB\n");
    }

    @Test
    void moreLinesThanRowsAreSummedUpUntilTheEnd() {
        for (int i = 0; i < 10; i++) {
            lines.tell(Progress.of("l" + i, "Waiting"));
        }
        lines.tell(Progress.of("l7", "Loading", 1000, 0));
        WindowSize low = new WindowSize(5, 80);
        assertThat(lines.draw(low, false))
                .isEqualTo("\u001b[2Kl0: Waiting\n\u001b[2Kl1: Waiting\n\u001b[2Kl7: Loading      1kB\n"
                        + "\u001b[2Kand 7 more\n");
        String last = lines.draw(low, true);
        assertThat(last).startsWith("\u001b[4A\u001b[2Kl0: Waiting\n");
        assertThat(last.lines()).hasSize(10).noneMatch(line -> line.contains("more"));
    }

    @Test
    void fewerLinesThanBeforeLeaveNothingBehind() {
        lines.tell(Progress.of("a", "Waiting"));
        lines.tell(Progress.of("b", "Waiting"));
        lines.draw(USUAL, false);
        assertThat(lines.draw(new WindowSize(2, 80), false)).isEmpty();
        lines.tell(Progress.of("b", "Done"));
        assertThat(lines.draw(new WindowSize(2, 80), false)).isEqualTo("\u001b[2A\u001b[2Kand 2 more\n\u001b[J");
    }

    /** Statuses may be a registry's words. */
    @Test
    void escapesDoNotReachTheTerminal() {
        lines.tell(Progress.of("a", "x\u001b[2J\u009b2Jy\nz"));
        assertThat(lines.draw(USUAL, true)).isEqualTo("\u001b[2Ka: x [2J 2Jy z\n");
    }

    @Test
    void withoutATerminalOnlyChangesAreLines() {
        ProgressLines plain = new ProgressLines(false);
        assertThat(plain.tell(Progress.of("a", "Waiting"))).isTrue();
        plain.tell(Progress.of("a", "Waiting"));
        plain.tell(Progress.of("a", "Downloading", 1, 2));
        assertThat(plain.draw(USUAL, false)).isEqualTo("a: Waiting\n");
        assertThat(plain.tell(Progress.of("a", "Downloading", 2, 2))).isFalse();
        plain.tell(Progress.of("Done\u0007"));
        assertThat(plain.draw(USUAL, true)).isEqualTo("Done \n");
    }
}
