package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When, where and as what a process runs: scheduler, I/O priority, memory policy, personality, processors. */
class SchedulingTest {
    private static final String OTHER = "scheduler.priority can only be specified for SchedFIFO or SchedRR policy";
    private static final String TIMES =
            "scheduler runtime/deadline/period can only be specified for SchedDeadline policy";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'policy': 'SCHED_OTHER', 'nice': 20}|invalid scheduler.nice: 20 when scheduler.policy is SCHED_OTHER",
                "{'policy': 'SCHED_BATCH', 'nice': -21}|invalid scheduler.nice: -21 when scheduler.policy is SCHED_BATCH",
                "{'policy': 'SCHED_IDLE', 'priority': 1}|" + OTHER,
                "{'policy': 'SCHED_FIFO', 'runtime': 1}|" + TIMES,
                "{'policy': 'SCHED_RR', 'period': 1}|" + TIMES,
            })
    void refusesInRuncsWords(String scheduler, String message) {
        assertThatThrownBy(new Starts().process("scheduler", scheduler.replace('\'', '"'))::plan)
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessage(message);
    }

    @Test
    void anIoPriorityBeyondItsLevelsIsRefused() {
        assertThatThrownBy(
                        new Starts().process("ioPriority", "{\"class\": \"IOPRIO_CLASS_BE\", \"priority\": 8}")::plan)
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessage("invalid ioPriority.Priority: 8");
    }

    @Test
    void isSetInTheCgroupsAndBeforeCapabilitiesAreGone() {
        List<String> init = new Starts()
                .process("scheduler", "{\"policy\": \"SCHED_FIFO\", \"priority\": 7}")
                .process("ioPriority", "{\"class\": \"IOPRIO_CLASS_RT\", \"priority\": 4}")
                .linux(
                        "memoryPolicy",
                        "{\"mode\": \"MPOL_BIND\", \"nodes\": \"0\", \"flags\": [\"MPOL_F_STATIC_NODES\"]}")
                .linux("personality", "{\"domain\": \"LINUX32\"}")
                .init();
        assertThat(init.stream()
                        .filter(step -> step.matches(
                                "(error setting sch|failed to set io|set the mem|set the pers|set the umask).*")))
                .satisfiesExactly(
                        step -> assertThat(step).startsWith("error setting scheduler: sched_setattr("),
                        step -> assertThat(step).contains("ioprio_set(1, 0, 8196)"),
                        step -> assertThat(step).startsWith("set the memory policy to MPOL_BIND on nodes 0"),
                        step -> assertThat(step).contains("personality(0x8)"),
                        step -> assertThat(step).contains("umask("));
    }

    /** SCHED_DEADLINE and a cpuset exclude each other; the kernel only says EPERM. */
    @Test
    void aRefusalThatACpusetExplainsIsExplained() {
        assertThat(new Starts()
                        .process("scheduler", "{\"policy\": \"SCHED_DEADLINE\", \"runtime\": 1, \"deadline\": 2}")
                        .linux("resources", "{\"cpu\": {\"cpus\": \"0\"}}")
                        .cgroups(CgroupLayout.of(0, List.of("dcpuset"), "1:cpuset:/\n"))
                        .init("process scheduler can't be used together with AllowedCPUs"))
                .hasSize(1);
    }

    @Test
    void aPlanWithoutThemHasNoStepOfThem() {
        assertThat(new Starts().init())
                .noneMatch(step -> step.contains("sched_setattr")
                        || step.contains("ioprio")
                        || step.contains("mempolicy")
                        || step.contains("personality"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0100000000000000",
                "0-3,7|8f00000000000000",
                "63|0000000000000080",
                "64|00000000000000000100000000000000",
                "1, 3-3|0a00000000000000",
            })
    void listsBecomeMasks(String list, String mask) {
        assertThat(NumberSet.parse(list).map(set -> HexFormat.of().formatHex(set.mask(8))))
                .isEqualTo(Optional.of(mask));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"x", "1-", "-1", "3-1", "1,,2", "1-2-3", "8192", "99999999999"})
    void whatIsNoListIsNone(String list) {
        assertThat(NumberSet.parse(list)).isEmpty();
    }
}
