package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.SystemCall;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;

/** {@code pause} and {@code resume}: the freezer of version 1 (kernel: admin-guide/cgroup-v1/freezer-subsystem.rst). */
final class FreezeCommand {
    private static final SystemCall PREAD = SystemCall.named("pread64").orElseThrow();

    /** How often, and how many milliseconds after each time; together some 10 seconds. */
    private static final int[][] ROUNDS = {{10, 1}, {20, 10}, {30, 300}};

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Of a file whose group was removed meanwhile. */
    private static final OnFailure GONE = OnFailure.tolerate("its container has ended", Errno.ENODEV);

    private FreezeCommand() {}

    static Answer pause(Container container) throws UsageException {
        if (container.unified().isPresent()) {
            return FreezeV2.pause(container, container.unified().get());
        }
        String group = freezer(container);
        Existing in = new Existing(container);
        in.askStatus();
        in.refuse(Status.STOPPED, "container not running");
        in.refuse(Status.PAUSED, "container not running");
        Register state = open(in, group);
        in.plan.actor(Actor.UNDO).writeAll(state, in.plan.string("THAWED"), Arg.of(6), OnFailure.STOP, "thaw it");
        Label ended = in.outer.label();
        until(in, state, "FROZEN", ended, "unable to freeze: " + group + " does not become FROZEN");
        in.outer.exit(Arg.ZERO, "end");
        in.outer.place(ended);
        in.outer.fail(Errno.EINVAL, "container not running");
        return Answer.of(in.plan.build());
    }

    static Answer resume(Container container) throws UsageException {
        if (container.unified().isPresent()) {
            return FreezeV2.resume(container, container.unified().get());
        }
        String group = freezer(container);
        Existing in = new Existing(container);
        in.askStatus();
        for (Status other : Status.values()) {
            if (other != Status.PAUSED) {
                in.refuse(other, "container not paused");
            }
        }
        Register state = open(in, group);
        Label ended = in.outer.label();
        until(in, state, "THAWED", ended, "unable to thaw: " + group + " does not become THAWED");
        in.outer.place(ended); // it may have waited for that, with a signal
        return in.done();
    }

    private static String freezer(Container container) throws UsageException {
        return container
                .cgroup("freezer")
                .orElseThrow(
                        () -> new UsageException("the container has no freezer: its cgroups were made without one"));
    }

    private static Register open(Existing in, String group) {
        return in.outer
                .group("freezer")
                .get(
                        Calls.OPENAT,
                        "open " + group + "/freezer.state",
                        Arg.of(Flags.AT_FDCWD),
                        in.plan.string(group + "/freezer.state"),
                        Arg.of(Flags.O_RDWR | Flags.O_CLOEXEC),
                        Arg.ZERO);
    }

    /**
     * Writes {@code wanted} and reads, until it reads the same. A group with a process that cannot be stopped right now
     * says FREEZING; to write once more makes the kernel try once more.
     *
     * @param ended where it goes on when the container has ended meanwhile, and its group has gone
     */
    private static void until(Existing in, Register file, String wanted, Label ended, String sentence) {
        Script outer = in.outer;
        Data text = in.plan.space(16, 8);
        Register first = in.plan.register();
        Register third = in.plan.register();
        Register answer = in.plan.register();
        Label done = outer.label();
        for (int[] round : ROUNDS) {
            Data pause = in.plan.words(0, round[1] * NANOS_PER_MILLI);
            for (int i = 0; i < round[0]; i++) {
                outer.get(
                        answer,
                        Calls.WRITE,
                        GONE,
                        "write " + wanted + " to freezer.state",
                        file,
                        in.plan.string(wanted),
                        Arg.of(wanted.length()));
                outer.jump(ended, answer, Compare.LESS, Arg.ZERO, "the container has ended");
                outer.get(answer, PREAD, GONE, "read freezer.state", file, text, Arg.of(16), Arg.ZERO);
                outer.jump(ended, answer, Compare.LESS, Arg.ZERO, "the container has ended");
                Label again = outer.label();
                // FROZEN and FREEZING differ in their third letter, THAWED in its first.
                outer.load(first, text, 1, "its first letter");
                outer.load(third, new Data(text.offset() + 2), 1, "its third letter");
                outer.jump(again, first, Compare.NOT_EQUAL, Arg.of(wanted.charAt(0)), "it is not " + wanted);
                outer.jump(done, third, Compare.EQUAL, Arg.of(wanted.charAt(2)), "it is " + wanted);
                outer.place(again);
                outer.run(Calls.NANOSLEEP, "wait a moment", pause, Arg.ZERO);
            }
        }
        outer.fail(Errno.EBUSY, sentence);
        outer.place(done);
    }
}
