package dev.estiba.runtime.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Op;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.Step;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Buffer;
import dev.estiba.runtime.planner.Request.Tag;
import dev.estiba.runtime.record.RecordWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which steps the plans of the lifecycle commands have, and in which order. */
class CommandPlansTest {
    private static int at(Plan plan, String sentence) {
        int at = Gathered.sentences(plan).indexOf(sentence);
        assertThat(at).as("%s in %s", sentence, Gathered.sentences(plan)).isNotNegative();
        return at;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "state c1|container does not exist",
                "start c1|container does not exist",
                "delete c1|container does not exist",
                "exec c1 true|exec failed: container does not exist",
                "state a/b|invalid container ID format",
                "kill ..|invalid container ID format",
                "state|estiba-oci: \"state\" requires exactly 1 argument(s)",
                "state a b|estiba-oci: \"state\" requires exactly 1 argument(s)",
                "kill|estiba-oci: \"kill\" requires a minimum of 1 argument(s)",
                "list a|estiba-oci: \"list\" requires exactly 0 argument(s)",
                "state --nope c1|flag provided but not defined: -nope",
                "--nope state c1|flag provided but not defined: -nope",
                "kill c1 --|container does not exist",
                "create --bundle|flag needs an argument: -bundle",
                "--log-format xml state c1|invalid log-format: xml",
                "--systemd-cgroup state c1|--systemd-cgroup is not built yet",
                "checkpoint c1|checkpoint is not built yet",
                "list --format xml|invalid format option",
                "--root /nowhere list|open /nowhere: no such file or directory",
            })
    void refusals(String words, String sentence) {
        assertThat(Gathered.failure(Gathered.of(words.split(" ")).plan())).isEqualTo(sentence);
    }

    @Test
    void statusesOfRefusals() {
        assertThat(Gathered.of("nope").plan().part(Actor.OUTER).exitStatus()).isEqualTo(3);
        assertThat(Gathered.failure(Gathered.of("nope").plan())).isEqualTo("No help topic for 'nope'\n");
        assertThat(Gathered.of("state", "c1").plan().part(Actor.OUTER).exitStatus())
                .isEqualTo(1);
        assertThat(Gathered.of("exec", "c1", "x").plan().part(Actor.OUTER).exitStatus())
                .isEqualTo(255);
    }

    /** The order is what makes it safe: a descriptor first, then whose it is, then whether it has ended. */
    @Test
    void initIsAskedForByDescriptorBeforeItsStartTime() {
        Plan plan = Gathered.ofContainer("state", "c1").plan();
        List<Step> steps = Gathered.steps(plan);
        int descriptor = at(plan, "open a descriptor of init");
        int start = at(plan, "ask when that process was started");
        assertThat(descriptor).isLessThan(start);
        assertThat(start).isLessThan(at(plan, "ask whether init has ended"));
        assertThat(steps.get(start).op()).isEqualTo(Op.START_TIME);
        assertThat(Gathered.data(plan)).contains("/sys/fs/cgroup/freezer/t/c1/freezer.state");
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "kill", "ps", "delete", "pause", "start"})
    void anotherBootsPidIsNeverTouched(String command) {
        byte[] record = new String(RecordWriter.write(Gathered.record()), StandardCharsets.UTF_8)
                .replace(Gathered.BOOT, "another")
                .getBytes(StandardCharsets.UTF_8);
        Plan plan = Gathered.of(command, "c1")
                .with(Tag.STATE, record)
                .add(Tag.INIT, Gathered.INIT)
                .plan();
        assertThat(Gathered.sentences(plan)).doesNotContain("open a descriptor of init");
    }

    @Test
    void startWritesBeforeItRemovesTheGateUnderALock() {
        Plan plan = Gathered.ofContainer("start", "c1").plan();
        assertThat(at(plan, "lock the state directory")).isLessThan(at(plan, "open a descriptor of init"));
        assertThat(at(plan, "cannot start an already running container")).isLessThan(at(plan, "open the gate"));
        assertThat(at(plan, "let init through the gate")).isLessThan(at(plan, "remove the gate"));
    }

    @Test
    void deleteRemovesTheRecordLast() {
        Plan plan = Gathered.ofContainer("delete", "c1").plan();
        assertThat(at(plan, "lock the state directory"))
                .isLessThan(at(plan, "look for the state directory of c1"))
                .isLessThan(at(plan, "open a descriptor of init"));
        assertThat(at(plan, "cannot delete container c1 that is not stopped: running"))
                .isLessThan(at(plan, "kill init"));
        assertThat(at(plan, "kill init"))
                .isLessThan(at(plan, "write THAWED to /sys/fs/cgroup/freezer/t/c1/freezer.state"));
        assertThat(at(plan, "wait until init has ended"))
                .isLessThan(at(plan, "unable to kill the processes in /sys/fs/cgroup/freezer/t/c1"));
        assertThat(at(plan, "remove cgroup /sys/fs/cgroup/pids/t/c1")).isLessThan(at(plan, "remove config.json"));
        assertThat(at(plan, "remove config.json")).isLessThan(at(plan, "remove state.json"));
        assertThat(at(plan, "remove state.json")).isLessThan(at(plan, "remove the state directory of c1"));
        assertThat(Gathered.sentences(Gathered.ofContainer("delete", "-f", "c1").plan()))
                .doesNotContain("cannot delete container c1 that is not stopped: running");
    }

    @Test
    void aRecordThatWasCutShortIsDeletedOnlyByForce() {
        Gathered cut = Gathered.of("delete", "c1").add(Tag.STATE, "{\"version\":1,");
        assertThat(Gathered.failure(cut.plan()))
                .isEqualTo("state.json of container c1 cannot be followed: it is no whole JSON document");
        Plan forced = Gathered.of("delete", "--force", "c1")
                .add(Tag.STATE, "{\"version\":1,")
                .plan();
        assertThat(Gathered.sentences(forced)).contains("remove state.json").doesNotContain("kill init");
    }

    @ParameterizedTest
    @CsvSource({"KILL,true", "SIGKILL,true", "9,true", "TERM,false", "0,false"})
    void onlyAKillThaws(String signal, boolean thaws) {
        Plan plan = Gathered.ofContainer("kill", "c1", signal).plan();
        assertThat(Gathered.sentences(plan).contains("write THAWED to /sys/fs/cgroup/freezer/t/c1/freezer.state"))
                .isEqualTo(thaws);
    }

    @Test
    void memoryAndSwapAreTriedInBothOrdersAndPutBack() {
        Plan plan = Gathered.ofContainer("update", "--memory", "1M", "--memory-swap", "2M", "c1")
                .plan();
        String swap = "failed to write \"2097152\": write /sys/fs/cgroup/memory/t/c1/memory.memsw.limit_in_bytes";
        String memory = "failed to write \"1048576\": write /sys/fs/cgroup/memory/t/c1/memory.limit_in_bytes";
        assertThat(Gathered.sentences(plan).stream().filter(s -> s.startsWith("failed to write")))
                .containsExactly(swap, memory, swap);
        assertThat(plan.part(Actor.UNDO).steps()).hasSize(4);
        assertThat(Gathered.failure(
                        Gathered.ofContainer("update", "--cpu-share", "5", "c1").plan()))
                .isEqualTo("the container has no cgroup of the controller cpu, which cpu.shares belongs to");
    }

    /** What {@code struct listed} in gather.c makes of two containers, one without an init, and of an empty directory. */
    @Test
    void aListIsAskedForThenPrinted() throws Exception {
        ByteArrayOutputStream states = new ByteArrayOutputStream();
        listed(states, "c1", RecordWriter.write(Gathered.record()), Gathered.INIT.getBytes(StandardCharsets.UTF_8));
        listed(states, "empty");
        Answer asked = Gathered.of("list")
                .with(Tag.STATES, states.toByteArray())
                .add(Tag.PASSWD, "root:x:0:0::/:/bin/sh\n")
                .answer();
        assertThat(Gathered.sentences(asked.plan())).contains("tell the planner");
        byte[] found = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(2)
                .putInt(4242)
                .array();
        Plan printed = asked.next()
                .orElseThrow()
                .with(new Request(List.of(new Buffer(Tag.PROBE, found))))
                .plan();
        assertThat(Gathered.data(printed)).isEqualTo("""
                load container empty: container does not exist
                ID          PID         STATUS      BUNDLE      CREATED                OWNER
                c1          4242        running     /bundle     2026-01-02T03:04:05Z   root
                """);
    }

    private static void listed(ByteArrayOutputStream out, String name, byte[]... parts) {
        ByteBuffer head = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        head.putInt(name.length());
        head.putInt(parts.length > 0 ? parts[0].length : -1).putInt(parts.length > 1 ? parts[1].length : -1);
        out.writeBytes(head.array());
        padded(out, name.getBytes(StandardCharsets.UTF_8));
        for (byte[] part : parts) {
            padded(out, part);
        }
    }

    private static void padded(ByteArrayOutputStream out, byte[] part) {
        out.writeBytes(Arrays.copyOf(part, (part.length + 1 + 15) & ~15));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 40})
    void aListThatIsCutShortPrintsWhatIsWhole(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0x7f);
        Answer answer = Gathered.of("list", "-q").with(Tag.STATES, bytes).answer();
        assertThat(answer.next()).isEmpty();
    }
}
