package dev.estiba.engine.why;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ContainerState;
import dev.estiba.api.Diagnosis;
import dev.estiba.api.Event;
import dev.estiba.api.Health;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of counters, logs and events. */
class WhyTest {
    private static final String ID = "abcd".repeat(16);

    @Test
    void countersOfBothVersionsAreRead() {
        Counters first = Counters.kept("""
                memory.max_usage_in_bytes
                67108864
                cpu.stat
                nr_periods 10
                nr_throttled 4
                throttled_time 123456789
                pids.events
                max 3
                """.getBytes(StandardCharsets.US_ASCII));
        assertThat(first.peak()).isEqualTo(67108864);
        assertThat(first.periods()).isEqualTo(10);
        assertThat(first.stoppedPeriods()).isEqualTo(4);
        assertThat(first.stopped()).isEqualTo(123456789);
        assertThat(first.refusedProcesses()).isEqualTo(3);
        Counters second = Counters.NOTHING
                .with("memory.peak", "4096\n")
                .with("cpu.stat", "usage_usec 5\nnr_throttled 1\nthrottled_usec 7\n")
                .with("pids.events", "");
        assertThat(second.peak()).isEqualTo(4096);
        assertThat(second.stopped()).isEqualTo(7000);
        assertThat(second.refusedProcesses()).isZero();
        assertThat(Counters.kills("low 0\noom 2\noom_kill 5\n")).isEqualTo(5);
        assertThat(Counters.kills("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"))
                .isEqualTo(1);
        assertThat(Counters.kills("")).isZero();
    }

    @Test
    void whatIsNoCounterIsPassedOver() {
        Counters counters = Counters.kept("x\n12\nmemory.peak\nmax\n99999999999999999999\ncpu.stat\na b c\n-1 2\n"
                .getBytes(StandardCharsets.US_ASCII));
        assertThat(counters.peak()).isZero();
        assertThat(counters.numbers()).containsOnlyKeys("cpu.stat -1");
    }

    @Test
    void victimsOfThatContainerAloneAreFound() {
        String log =
                "<6>[1.5] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/estiba/"
                        + ID + ",task_memcg=/estiba/" + ID + ",task=a,b (c),pid=12,uid=0\n"
                        + "<6>[2.5] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/estiba/"
                        + "f".repeat(64) + ",task_memcg=/estiba/x,task=other,pid=13,uid=0\n"
                        + "<6>[3.5] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/estiba/"
                        + ID + "/inner,task_memcg=/estiba/" + ID + "/inner,task=tail,pid=14,uid=1000\n"
                        + "<6>[4.5] a line about " + ID + "\n";
        assertThat(Victims.of(log, ID)).containsExactly("a,b (c) (pid 12)", "tail (pid 14)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0 | it has done what it was to do",
                "127 | 0 | its program, or one that a shell was to start, was not found",
                "137 | 9 | it was ended by SIGKILL (128 + 9): killed from outside; it had no chance to tidy up",
                "137 | 0 | its program says by itself that SIGKILL ended it or one of its children",
                "42 | 0 | a status of its program's own",
            })
    void anExitCodeHasAMeaning(int code, int signal, String meaning) {
        assertThat(ExitCode.meaning(code, signal)).isEqualTo(meaning);
    }

    private static ContainerState.Builder ended(int code) {
        return ContainerState.builder().status("exited").exitCode(code).startedAt("2026-01-02T03:04:05.000000001Z");
    }

    private static Event event(String action, int seconds, Map<String, String> attributes) {
        Instant start = Instant.parse("2026-01-02T03:04:05.5Z").plusSeconds(seconds);
        return new Event("container", action, ID, attributes, start.getEpochSecond() * 1_000_000_000 + start.getNano());
    }

    private static List<String> verdict(
            ContainerState.Builder state, int signal, Optional<Diagnosis.Memory> memory, Event... events) {
        ContainerState built = state.build();
        return Verdict.of(built, signal, Past.of(List.of(events), built), memory, Optional.empty(), Optional.empty());
    }

    @Test
    void whoHasAskedForTheEndIsSaid() {
        Event start = event("start", 0, Map.of());
        Event term = event("kill", 5, Map.of("signal", "15"));
        Event kill = event("kill", 15, Map.of("signal", "9"));
        assertThat(verdict(ended(3), 0, Optional.empty(), start)).containsExactly("It ended by itself, with 3.");
        assertThat(verdict(ended(143), 15, Optional.empty(), start, term))
                .containsExactly("It was asked to end (SIGTERM), and did, with 143.");
        assertThat(verdict(ended(137), 9, Optional.empty(), start, term, kill))
                .containsExactly(
                        "It was asked to end (SIGTERM, SIGKILL): it did not before its time was over, and was killed.");
        assertThat(verdict(ended(137), 9, Optional.empty(), start, kill)).containsExactly("It was killed (SIGKILL).");
        assertThat(verdict(ended(137), 9, Optional.empty(), start).getFirst())
                .startsWith("SIGKILL ended it, and nobody has sent that by this engine");
        assertThat(verdict(ended(143), 15, Optional.empty()).getFirst())
                .isEqualTo("SIGTERM ended it; who has sent that nobody has written down (the daemon does).");
    }

    @Test
    void anEarlierRunsSignalsAreNotThisOnes() {
        List<String> verdict = verdict(
                ended(137),
                9,
                Optional.empty(),
                event("start", -100, Map.of()),
                event("kill", -50, Map.of("signal", "9")),
                event("die", -49, Map.of("exitCode", "137")),
                event("start", 0, Map.of()));
        assertThat(verdict.getFirst()).contains("nobody has sent that");
        ContainerState other = ended(1).startedAt("2026-01-02T04:00:00Z").build();
        Past past = Past.of(List.of(event("start", 0, Map.of()), event("die", 1, Map.of("exitCode", "7"))), other);
        assertThat(past.isKnown()).isFalse();
        assertThat(past.ends()).extracting(Diagnosis.End::exitCode).containsExactly(7);
    }

    @Test
    void wantOfMemoryComesBeforeTheSignal() {
        Diagnosis.Memory memory = new Diagnosis.Memory(64 << 20, 64 << 20, 1, List.of("hog (pid 7)"));
        assertThat(verdict(ended(137), 9, Optional.of(memory), event("start", 0, Map.of())))
                .containsExactly(
                        "The kernel killed it for want of memory: its limit is 64.0 MiB; the most it had was 64.0 MiB; killed: hog (pid 7).");
        assertThat(verdict(ended(1), 0, Optional.of(memory), event("start", 0, Map.of())))
                .containsExactly(
                        "It ended by itself, with 1.",
                        "The kernel has killed processes in it for want of memory: its limit is 64.0 MiB; the most it had was 64.0 MiB; killed: hog (pid 7).");
    }

    @Test
    void limitsAndHealthFollow() {
        ContainerState state = ContainerState.builder()
                .status("running")
                .running(true)
                .startedAt("2026-01-02T03:04:05Z")
                .health(new Health("unhealthy", 4, List.of()))
                .build();
        assertThat(Verdict.of(
                        state,
                        0,
                        Past.of(List.of(), state),
                        Optional.of(new Diagnosis.Memory(0, 0, 2, List.of())),
                        Optional.of(new Diagnosis.Processors(500, 10, 4, 1_500_000_000)),
                        Optional.of(new Diagnosis.Processes(10, 3))))
                .containsExactly(
                        "It runs, since 2026-01-02T03:04:05Z.",
                        "The kernel has killed processes in it for want of memory: it has no limit of its own; 2 processes.",
                        "It wanted more processes than its limit of 10 allows, 3 times.",
                        "Its limit of 0.50 processors held it back in 4 of 10 periods, for 1.5 s altogether.",
                        "Its health check has failed 4 times in a row.");
    }
}
