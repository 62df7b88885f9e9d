package dev.estiba.runtime.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.planner.Request.Tag;
import dev.estiba.runtime.record.ContainerRecord;
import dev.estiba.runtime.record.RecordReader;
import dev.estiba.runtime.record.RecordWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands about a container whose record names a version 2 group. */
class UnifiedCommandsTest {
    private static ContainerRecord record(String group) {
        return new ContainerRecord(
                "c1",
                "/bundle",
                "/bundle/rootfs",
                "2026-01-02T03:04:05Z",
                0,
                Gathered.BOOT,
                true,
                Map.of(),
                List.of(group),
                true,
                List.of(),
                List.of());
    }

    private static Gathered ofContainer(String... argv) {
        return Gathered.of(argv)
                .with(Tag.STATE, RecordWriter.write(record("/sys/fs/cgroup/t/c1")))
                .add(Tag.INIT, Gathered.INIT);
    }

    private static List<String> writes(Plan plan) {
        return Gathered.sentences(plan).stream()
                .filter(each -> each.startsWith("failed to write"))
                .map(each -> each.replaceAll("failed to write (.*): write /sys/fs/cgroup/t/c1/(.*)", "$2 = $1"))
                .toList();
    }

    /** A group may have the name of a version 1 controller, and be directly beneath the root. */
    @Test
    void aRecordSaysWhoseVersionItsGroupIs() throws Exception {
        ContainerRecord record = RecordReader.read(RecordWriter.write(record("/sys/fs/cgroup/freezer")));
        assertThat(record).isEqualTo(record("/sys/fs/cgroup/freezer"));
        Plan plan = Gathered.of("state", "c1")
                .with(Tag.STATE, RecordWriter.write(record))
                .add(Tag.INIT, Gathered.INIT)
                .plan();
        assertThat(Gathered.sentences(plan)).contains("open /sys/fs/cgroup/freezer/cgroup.freeze");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --memory=1M --memory-swap=3M     | memory.swap.max = "2097152"; memory.max = "1048576"
            --memory=-1                      | memory.swap.max = "max"; memory.max = "max"
            --cpu-quota=5000 --cpu-period=9000 | cpu.max = "5000 9000"
            --cpu-quota=5000                 | cpu.max = "5000"
            --cpu-quota=-1                   | cpu.max = "max"
            --cpu-period=9000                | cpu.max = the period 9000
            --cpu-share=2000 --cpu-idle=1    | cpu.idle = "1"; cpu.weight = "170"
            --cpuset-cpus=0-1                | cpuset.cpus = "0-1"
            --pids-limit=-1                  | pids.max = "max"
            --blkio-weight=500               | io.bfq.weight = "500"; io.weight = "4950"
            --memory-reservation=4k          | memory.low = "4096"
            """)
    void updateWritesVersion2sFiles(String options, String expected) {
        List<String> argv = new ArrayList<>(List.of("update"));
        argv.addAll(List.of(options.split(" ")));
        argv.add("c1");
        assertThat(String.join(
                        "; ", writes(ofContainer(argv.toArray(String[]::new)).plan())))
                .isEqualTo(expected);
    }

    @Test
    void updatePutsBackWhatFilesSaidBefore() {
        Plan plan = ofContainer("update", "--memory=1M", "--pids-limit=9", "c1").plan();
        assertThat(plan.part(Actor.UNDO).steps().stream().map(each -> each.sentence()))
                .contains(
                        "put back what /sys/fs/cgroup/t/c1/memory.max said",
                        "put back what /sys/fs/cgroup/t/c1/pids.max said");
    }

    @Test
    void aLimitBelowTheUsageIsLookedForWhenThatIsAskedFor() {
        String document = "{\"memory\": {\"limit\": 4096, \"checkBeforeUpdate\": true}}";
        assertThat(Gathered.sentences(ofContainer("update", "-r", "x", "c1")
                        .add(Tag.RESOURCES, document)
                        .plan()))
                .contains(
                        "rejecting memory limit 4096 <= usage, which /sys/fs/cgroup/t/c1/memory.current tells",
                        "failed to write \"4096\": write /sys/fs/cgroup/t/c1/memory.max");
    }

    @Test
    void whatContradictsItselfIsRefused() {
        assertThat(Gathered.failure(
                        ofContainer("update", "--memory-swap=1M", "c1").plan()))
                .isEqualTo("unable to set swap limit without memory limit");
    }

    @Test
    void everybodyIsKilledByTheKernelAtOnce() {
        assertThat(Gathered.sentences(ofContainer("kill", "--all", "c1", "KILL").plan()))
                .containsSubsequence("write 1 to cgroup.kill", "signal the processes in /sys/fs/cgroup/t/c1");
        assertThat(Gathered.sentences(ofContainer("kill", "--all", "c1", "TERM").plan()))
                .doesNotContain("write 1 to cgroup.kill");
        assertThat(Gathered.sentences(ofContainer("delete", "--force", "c1").plan()))
                .containsSubsequence(
                        "write 1 to cgroup.kill",
                        "unable to kill the processes in /sys/fs/cgroup/t/c1",
                        "remove cgroup /sys/fs/cgroup/t/c1");
    }

    private static Plan exec(int user, String... words) {
        return ofContainer(words)
                .by(user)
                .add(
                        Tag.CONFIG,
                        "{\"ociVersion\": \"1.2.0\", \"root\": {\"path\": \"rootfs\"}, \"process\": {\"cwd\": \"/\","
                                + " \"args\": [\"x\"], \"env\": [\"HOME=/\"], \"user\": {\"uid\": 0, \"gid\": 0}},"
                                + " \"linux\": {\"namespaces\": [{\"type\": \"mount\"}, {\"type\": \"pid\"}]}}")
                .plan();
    }

    /** After EBUSY in init's; an ordinary user's where its caller is, and who names a group in no other. */
    @Test
    void anExecHasAnotherGroupWhenItsOwnHasNoPlaceForIt() {
        String inits = "open the cgroup of the container's init";
        String callers = "start the joiner in its caller's group";
        assertThat(Gathered.sentences(exec(0, "exec", "c1", "x")))
                .containsSubsequence("start the joiner", "read /proc/4242/cgroup", inits, "start the joiner")
                .doesNotContain(callers);
        assertThat(Gathered.sentences(exec(7, "exec", "c1", "x")))
                .containsSubsequence("start the joiner", inits, "start the joiner", callers);
        assertThat(Gathered.sentences(exec(7, "exec", "--cgroup", "b", "c1", "x")))
                .containsSubsequence("open cgroup /sys/fs/cgroup/t/c1/b", "start the joiner in cgroup b")
                .doesNotContain(inits, callers);
    }

    /** An ordinary user's container may have none. */
    @Test
    void whereThereIsNoGroupItsInitIsSignalled() {
        assertThat(Gathered.sentences(ofContainer("kill", "--all", "c1", "TERM").plan()))
                .containsSubsequence("signal the processes in /sys/fs/cgroup/t/c1", "unable to signal init");
    }

    @Test
    void pauseIsUndoneWhenItDoesNotSucceed() {
        Plan plan = ofContainer("pause", "c1").plan();
        assertThat(Gathered.sentences(plan))
                .containsSubsequence(
                        "open /sys/fs/cgroup/t/c1/cgroup.events",
                        "write 1 to /sys/fs/cgroup/t/c1/cgroup.freeze",
                        "read /sys/fs/cgroup/t/c1/cgroup.events",
                        "wait until all are frozen");
        assertThat(plan.part(Actor.UNDO).steps().getFirst().sentence()).isEqualTo("thaw it");
    }

    @Test
    void statisticsUnderRuncsNames() {
        Map<String, String> texts = new HashMap<>(Map.of(
                "cpu.stat",
                        "usage_usec 7\nuser_usec 4\nsystem_usec 3\nnr_periods 1\nnr_throttled 2\nthrottled_usec 3\n",
                "cpu.pressure",
                        "some avg10=1.50 avg60=0.00 avg300=0.25 total=9\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1\n",
                "memory.stat", "anon 5\nfile 6\n",
                "memory.current", "100\n",
                "memory.max", "max\n",
                "memory.peak", "200\n",
                "memory.swap.current", "10\n",
                "memory.swap.max", "50\n",
                "pids.current", "2\n",
                "pids.max", "max\n"));
        texts.putAll(Map.of(
                "io.stat", "8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=6\n",
                "hugetlb.2MB.rsvd.current", "7\n",
                "hugetlb.2MB.current", "8\n",
                "hugetlb.2MB.events", "max 3\n",
                "memory.events", "low 0\noom 3\noom_kill 2\n"));
        String cpusets = "\"cpuset\":{\"cpu_exclusive\":0,\"mem_hardwall\":0,\"mem_exclusive\":0,\"memory_migrate\":0,"
                + "\"memory_spread_page\":0,\"memory_spread_slab\":0,\"memory_pressure\":0,\"sched_load_balance\":0,"
                + "\"sched_relax_domain_level\":0}";
        assertThat(StatsV2.event("c1", texts))
                .isEqualTo(
                        "{\"type\":\"stats\",\"id\":\"c1\",\"data\":{\"cpu\":{\"usage\":{\"total\":7000,\"kernel\":3000,"
                                + "\"user\":4000},\"throttling\":{\"periods\":1,\"throttledPeriods\":2,\"throttledTime\":3000},"
                                + "\"psi\":{\"some\":{\"avg10\":1.5,\"avg60\":0,\"avg300\":0.25,\"total\":9},"
                                + "\"full\":{\"avg10\":0,\"avg60\":0,\"avg300\":0,\"total\":1}}}," + cpusets
                                + ",\"memory\":{\"cache\":6,\"usage\":{\"limit\":18446744073709551615,\"usage\":100,\"max\":200,"
                                + "\"failcnt\":0},\"swap\":{\"limit\":18446744073709551615,\"usage\":110,\"failcnt\":0},"
                                + "\"kernel\":{\"limit\":0,\"failcnt\":0},\"kernelTCP\":{\"limit\":0,\"failcnt\":0},"
                                + "\"raw\":{\"anon\":5,\"file\":6}},\"pids\":{\"current\":2},"
                                + "\"blkio\":{\"ioServiceBytesRecursive\":[{\"major\":8,\"minor\":16,\"op\":\"Read\",\"value\":1},"
                                + "{\"major\":8,\"minor\":16,\"op\":\"Write\",\"value\":2},"
                                + "{\"major\":8,\"minor\":16,\"op\":\"Discard\"}],"
                                + "\"ioServicedRecursive\":[{\"major\":8,\"minor\":16,\"op\":\"Read\",\"value\":3},"
                                + "{\"major\":8,\"minor\":16,\"op\":\"Write\",\"value\":4},"
                                + "{\"major\":8,\"minor\":16,\"op\":\"Discard\",\"value\":6}]},"
                                + "\"hugetlb\":{\"2MB\":{\"usage\":7,\"failcnt\":3}},\"intel_rdt\":{},\"network_interfaces\":null}}\n");
        assertThat(StatsV2.killed(texts)).isEqualTo(2);
    }
}
