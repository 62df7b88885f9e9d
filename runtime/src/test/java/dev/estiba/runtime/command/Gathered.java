package dev.estiba.runtime.command;

import dev.estiba.runtime.compile.Machine;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Op;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.PlanEncoder;
import dev.estiba.runtime.plan.Step;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Buffer;
import dev.estiba.runtime.planner.Request.Tag;
import dev.estiba.runtime.record.ContainerRecord;
import dev.estiba.runtime.record.RecordWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an executor might have gathered, and what comes of it. */
final class Gathered {
    static final String BOOT = "051a4797-ede4-418a-81e7-f78dba316c9a";
    static final String INIT = "{\"pid\":                4242,\"start\":                 777}\n";

    private final List<Buffer> buffers = new ArrayList<>();

    private Gathered(String... argv) {
        add(Tag.ARGV, String.join("\0", argv) + "\0");
        buffers.add(new Buffer(Tag.CALLER, new byte[32]));
    }

    static Gathered of(String... argv) {
        return new Gathered(argv);
    }

    /** A container named c1, with an init. */
    static Gathered ofContainer(String... argv) {
        return of(argv).with(Tag.STATE, RecordWriter.write(record())).add(Tag.INIT, INIT);
    }

    static ContainerRecord record() {
        return new ContainerRecord(
                "c1",
                "/bundle",
                "/bundle/rootfs",
                "2026-01-02T03:04:05Z",
                0,
                BOOT,
                true,
                Map.of(),
                List.of("/sys/fs/cgroup/freezer/t/c1", "/sys/fs/cgroup/memory/t/c1", "/sys/fs/cgroup/pids/t/c1"),
                false,
                List.of(),
                List.of());
    }

    /** Asked by this user instead of root. */
    Gathered by(int uid) {
        byte[] caller = new byte[32];
        caller[0] = (byte) uid;
        buffers.removeIf(buffer -> buffer.tag() == Tag.CALLER);
        return with(Tag.CALLER, caller);
    }

    Gathered with(Tag tag, byte[] bytes) {
        buffers.add(new Buffer(tag, bytes));
        return this;
    }

    Gathered add(Tag tag, String text) {
        return with(tag, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The answer, whose plan is one that an executor of either machine would take. */
    Answer answer() {
        Answer answer = new OciCommand(Machine.X86_64, BOOT).answer(new Request(buffers));
        PlanEncoder.encode(answer.plan(), Machine.X86_64.abi());
        PlanEncoder.encode(answer.plan(), Machine.ARM64.abi());
        return answer;
    }

    Plan plan() {
        return answer().plan();
    }

    static List<Step> steps(Plan plan) {
        return plan.part(Actor.OUTER).steps();
    }

    static List<String> sentences(Plan plan) {
        return steps(plan).stream().map(Step::sentence).toList();
    }

    /** The sentence of a plan that does nothing but fail. */
    static String failure(Plan plan) {
        Step last = steps(plan).getLast();
        if (last.op() != Op.FAIL || !last.whole()) {
            throw new AssertionError("the plan ends with: " + last);
        }
        return last.sentence();
    }

    /** All that a plan writes from its own data: texts in the order of the data. */
    static String data(Plan plan) {
        return new String(plan.data(), StandardCharsets.UTF_8);
    }
}
