package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ContainerState;
import dev.estiba.api.Diagnosis;
import dev.estiba.api.Health;
import dev.estiba.api.HealthcheckResult;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code why}. */
class WhyTest {
    private final FakeEngine engine = new FakeEngine();

    @BeforeEach
    void container() {
        ContainerState state = ContainerState.builder()
                .status("exited")
                .exitCode(137)
                .startedAt("S")
                .finishedAt("F")
                .health(new Health("unhealthy", 2, List.of(new HealthcheckResult("B", "E", 1, "no\nidea\n"))))
                .build();
        engine.diagnosis = Optional.of(new Diagnosis(
                "id",
                "hog",
                "image",
                List.of("It was killed."),
                state,
                "killed",
                "SIGKILL",
                List.of(new Diagnosis.Asked("T", "SIGKILL")),
                Optional.of(new Diagnosis.Memory(1000, 900, 1, List.of("tail (pid 7)"))),
                Optional.of(new Diagnosis.Processors(500, 10, 4, 1_500_000_000)),
                Optional.of(new Diagnosis.Processes(3, 2)),
                new Diagnosis.Restarts("always", 1, List.of(new Diagnosis.End("X", 1), new Diagnosis.End("Y", 137))),
                5,
                List.of("T \u001b[31mred")));
    }

    private String run(String... words) {
        FakeCaller caller = new FakeCaller(words);
        assertThat(new EstibaProgram(engine).run(caller)).isZero();
        return caller.printed();
    }

    @Test
    void aPersonReadsSentencesFirst() {
        assertThat(run("why", "-n", "3", "hog")).isEqualTo("""
                        hog: exited, 137
                        It was killed.

                        Image         image
                        Started       S
                        Ended         F
                        Exit code     137: killed
                        Asked to end  T SIGKILL
                        Memory        limit 1kB, at most 900B used, 1 killed for want of it: tail (pid 7)
                        Processors    limit 0.50, held back in 4 of 10 periods, 1.5 s
                        Processes     limit 3, 2 refused
                        Restarts      1, policy always
                          ended       X with 1
                          ended       Y with 137
                        Health        unhealthy, 2 failures in a row
                          asked       B exit 1 no idea
                        Log           5 lines could not be written to it

                        The end of its log:
                          T  [31mred
                        """);
        assertThat(engine.calls).containsExactly("why hog 3");
    }

    @Test
    void aProgramReadsNumbers() {
        assertThat(run("why", "--format", "json", "hog"))
                .contains("\"ExitCode\":137,")
                .contains("\"Memory\":{\"Limit\":1000,\"Peak\":900,\"Kills\":1,\"Victims\":[\"tail (pid 7)\"]}")
                .contains("\"Ends\":[{\"Time\":\"X\",\"ExitCode\":1},{\"Time\":\"Y\",\"ExitCode\":137}]")
                .contains("\"FailingStreak\":2");
    }
}
