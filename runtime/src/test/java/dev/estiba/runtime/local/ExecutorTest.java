package dev.estiba.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Host;
import dev.estiba.linux.Memfd;
import dev.estiba.linux.Open;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.Pipe;
import dev.estiba.linux.Spawn;
import dev.estiba.linux.UnixSocket;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.PlanEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** estiba-exec by itself, without a container: what it takes, what it reports. */
class ExecutorTest {
    private static final List<String> WALK = List.of("estiba-exec", "walk", "plan=3", "report=4");

    @TempDir
    Path directory;

    private record Outcome(ExitStatus status, byte[] report, String output) {}

    private static Outcome run(Spawn spawn, byte[] plan) throws Exception {
        try (Fd file = Memfd.data("plan", plan);
                Pipe out = Pipe.open("output");
                UnixSocket.Pair reports = UnixSocket.pair(UnixSocket.Kind.MESSAGES, "reports");
                Pidfd child = spawn.with(1, out.writer())
                        .with(2, out.writer())
                        .with(3, file)
                        .with(4, reports.theirs().fd())
                        .start()) {
            out.writer().close();
            reports.theirs().close();
            String text = new String(FileBytes.readAll(out.reader(), 1 << 16), StandardCharsets.UTF_8);
            return new Outcome(child.reap(), reports.ours().receive(Report.MOST).bytes(), text);
        }
    }

    private static byte[] hello() {
        PlanBuilder plan = new PlanBuilder();
        byte[] text = "hello\n".getBytes(StandardCharsets.US_ASCII);
        plan.actor(Actor.OUTER)
                .writeAll(Arg.of(1), plan.bytes(text, 1), Arg.of(text.length), OnFailure.STOP, "say hello");
        plan.actor(Actor.OUTER).exit(Arg.of(6), "end");
        return PlanEncoder.encode(plan.build(), Host.abi());
    }

    private static byte[] failing() {
        PlanBuilder plan = new PlanBuilder();
        plan.actor(Actor.OUTER).onFailure("hello failed", 42).fail(Errno.ENOTTY, "for a reason");
        return PlanEncoder.encode(plan.build(), Host.abi());
    }

    @Test
    void aPlanIsWalked() throws Exception {
        Outcome outcome = run(Spawn.of(NativeExecutable.sealed(), WALK), hello());
        assertThat(outcome.status()).isEqualTo(new ExitStatus.Exited(6));
        assertThat(outcome.report()).isEmpty();
        assertThat(outcome.output()).isEqualTo("hello\n");
    }

    private Outcome traced(Path file) throws Exception {
        List<String> words = new ArrayList<>(WALK);
        words.add("trace=5");
        try (Fd trace = Open.absolute(file.toString(), new Open.How(Open.READ_WRITE, 0, 0))) {
            return run(Spawn.of(NativeExecutable.sealed(), words).with(5, trace), hello());
        }
    }

    @Test
    void aTraceHasARecordForEachStep() throws Exception {
        Path file = Files.write(directory.resolve("trace"), new byte[1 << 20]);
        assertThat(traced(file).status()).isEqualTo(new ExitStatus.Exited(6));
        ByteBuffer records = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        // "say hello"; the exit does not come back.
        assertThat(records.getInt(0)).isEqualTo(1);
        assertThat(records.getLong(8 + 8)).isZero();
    }

    @Test
    void aTraceWithoutRoomIsRefused() throws Exception {
        Outcome outcome = traced(Files.write(directory.resolve("trace"), new byte[4096]));
        assertThat(outcome.output()).isEmpty();
        assertThat(Report.parse(outcome.report()))
                .isEqualTo(new Report.Failed(
                        0, Errno.EBADMSG.number(), 1, "the trace's file has no size that a trace can have"));
    }

    /** An executor that waits for its plan. */
    private static Pidfd waiting(UnixSocket.Pair reports) throws Exception {
        List<String> words = List.of("estiba-exec", "walk", "report=4");
        try {
            return Spawn.of(NativeExecutable.sealed(), words)
                    .with(4, reports.theirs().fd())
                    .start();
        } finally {
            reports.theirs().close();
        }
    }

    @Test
    void aPlanMayComeLater() throws Exception {
        try (UnixSocket.Pair reports = UnixSocket.pair(UnixSocket.Kind.MESSAGES, "reports");
                Pidfd child = waiting(reports);
                Fd plan = Memfd.data("plan", failing())) {
            assertThat(child.awaitEnd(Duration.ofMillis(20))).isFalse();
            reports.ours().send(new byte[1], List.of(plan));
            assertThat(child.reap()).isEqualTo(new ExitStatus.Exited(42));
            assertThat(Report.parse(reports.ours().receive(Report.MOST).bytes()))
                    .isInstanceOf(Report.Failed.class);
        }
    }

    @Test
    void whoGetsNoPlanEndsQuietly() throws Exception {
        try (UnixSocket.Pair reports = UnixSocket.pair(UnixSocket.Kind.MESSAGES, "reports");
                Pidfd child = waiting(reports)) {
            reports.ours().close();
            assertThat(child.reap()).isEqualTo(new ExitStatus.Exited(0));
        }
    }

    @Test
    void aMessageWithoutAPlanIsRefused() throws Exception {
        try (UnixSocket.Pair reports = UnixSocket.pair(UnixSocket.Kind.MESSAGES, "reports");
                Pidfd child = waiting(reports)) {
            reports.ours().send(new byte[1]);
            assertThat(child.reap()).isEqualTo(new ExitStatus.Exited(1));
            assertThat(Report.parse(reports.ours().receive(Report.MOST).bytes()))
                    .isEqualTo(new Report.Failed(
                            0, Errno.EBADMSG.number(), 1, "the plan's file has no size that a plan can have"));
        }
    }

    @Test
    void aFailureIsReported() throws Exception {
        Outcome outcome = run(Spawn.of(NativeExecutable.sealed(), WALK), failing());
        assertThat(outcome.status()).isEqualTo(new ExitStatus.Exited(42));
        assertThat(outcome.output()).isEmpty();
        assertThat(Report.parse(outcome.report()))
                .isEqualTo(new Report.Failed(
                        Actor.OUTER.ordinal(), Errno.ENOTTY.number(), 42, "hello failed: for a reason"));
    }

    @Test
    void aDamagedPlanIsRefused() throws Exception {
        byte[] plan = hello();
        plan[plan.length / 2] ^= 1;
        Outcome outcome = run(Spawn.of(NativeExecutable.sealed(), WALK), plan);
        assertThat(outcome.status()).isEqualTo(new ExitStatus.Exited(1));
        assertThat(outcome.output()).isEmpty();
        assertThat(Report.parse(outcome.report())).isInstanceOfSatisfying(Report.Failed.class, failed -> {
            assertThat(failed.errno()).isEqualTo(Errno.EBADMSG.number());
            assertThat(failed.sentence()).isEqualTo("the plan is damaged");
        });
    }

    @Test
    void anEmptyPlanIsRefused() throws Exception {
        Outcome outcome = run(Spawn.of(NativeExecutable.sealed(), WALK), new byte[0]);
        assertThat(Report.parse(outcome.report()))
                .isEqualTo(new Report.Failed(
                        0, Errno.EBADMSG.number(), 1, "the plan's file has no size that a plan can have"));
    }

    @Test
    void aPlanThatLeavesNobodyBehindIsNoneToHold() throws Exception {
        PlanBuilder plan = new PlanBuilder();
        plan.actor(Actor.OUTER).exit(Arg.ZERO, "end");
        List<String> hold = List.of("estiba-exec", "hold", "plan=3", "report=4");
        Outcome outcome = run(Spawn.of(NativeExecutable.sealed(), hold), PlanEncoder.encode(plan.build(), Host.abi()));
        assertThat(Report.parse(outcome.report()))
                .isEqualTo(new Report.Failed(0, Errno.ECHILD.number(), 1, "the plan left no process behind"));
    }

    @Test
    void whoIsAFileBecomesASealedCopy() throws Exception {
        Path program = ProgramFile.in(directory);
        byte[] whoAmI = readLink();
        assertThat(run(Spawn.of(program.toString(), WALK), whoAmI).output()).startsWith("/memfd:estiba");
        assertThat(run(Spawn.of(NativeExecutable.sealed(), WALK), whoAmI).output())
                .matches("(?s)(/memfd:|/)estiba-exec.*"); // root's, or an ordinary user's
    }

    /** Prints where /proc/self/exe points to. */
    private static byte[] readLink() {
        PlanBuilder plan = new PlanBuilder();
        Arg.Data buffer = plan.space(256, 8);
        var outer = plan.actor(Actor.OUTER);
        Arg.Register length = outer.get(
                dev.estiba.linux.number.SystemCall.named("readlinkat").orElseThrow(),
                "read the link",
                Arg.of(-100),
                plan.string("/proc/self/exe"),
                buffer,
                Arg.of(256));
        outer.writeAll(Arg.of(1), buffer, length, OnFailure.STOP, "print it");
        outer.exit(Arg.ZERO, "end");
        return PlanEncoder.encode(plan.build(), Host.abi());
    }

    @Test
    void peopleAreToldThatItIsNotForThem() throws Exception {
        for (List<String> words : List.of(
                List.of("estiba-exec"),
                List.of("estiba-exec", "--help"),
                List.of("estiba-exec", "walk"),
                List.of("estiba-exec", "run", "plan=3", "report=4"),
                List.of("estiba-exec", "walk", "plan=3"),
                List.of("estiba-exec", "walk", "plan=3", "report=1"),
                List.of("estiba-exec", "walk", "plan=3", "report=4x"),
                List.of("estiba-exec", "walk", "plan=3", "report="),
                List.of("estiba-exec", "walk", "plan=3", "report"),
                List.of("estiba-exec", "walk", "plan=3", "report=4", "report=4"),
                List.of("estiba-exec", "walk", "plan=3", "report=4", "plant=3"),
                List.of("estiba-exec", "walk", "plan=3", "report=4", "settings=3"),
                List.of("estiba-exec", "walk", "plan=3", "report=4", "client=3"),
                List.of("estiba-exec", "walk", "plan=3", "report=4", "root=99999999999"))) {
            Outcome outcome = run(Spawn.of(NativeExecutable.sealed(), words), hello());
            assertThat(outcome.status()).as(words.toString()).isEqualTo(new ExitStatus.Exited(125));
            assertThat(outcome.output())
                    .isEqualTo("estiba-exec: this is how a JVM executes plans; it is not called by people\n");
        }
    }

    @Test
    void aReportIsWhatItIs() throws Exception {
        ByteBuffer made = ByteBuffer.allocate(Report.HEADER).order(ByteOrder.LITTLE_ENDIAN);
        made.putInt(Report.MAGIC).putShort((short) 1).putShort((short) 2).putInt(77);
        assertThat(Report.parse(made.array())).isEqualTo(new Report.Made(77));
        made.putShort(6, (short) 3).putInt(12, 9);
        assertThat(Report.parse(made.array()))
                .isEqualTo(new Report.Ended(new ExitStatus.Killed(dev.estiba.linux.number.Signal.KILL, false)));
        assertThatIOException()
                .isThrownBy(() -> Report.parse(made.putShort(6, (short) 4).array()))
                .withMessage("a report of the unknown kind 4");
        assertThatIOException()
                .isThrownBy(() -> Report.parse(new byte[Report.HEADER]))
                .withMessage("a report of 32 bytes is not of this version");
        assertThatIOException()
                .isThrownBy(() -> Report.parse(new byte[3]))
                .withMessage("a report of 3 bytes is not of this version");
    }
}
