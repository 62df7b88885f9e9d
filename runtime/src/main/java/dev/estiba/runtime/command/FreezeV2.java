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

/**
 * The freezer of version 2 (kernel: cgroup-v2.rst, "cgroup.freeze"). Unlike that of version 1 it needs to be asked once, and
 * says by {@code cgroup.events} when everybody has stopped: nothing is waited for by the clock.
 */
final class FreezeV2 {
    private static final SystemCall PREAD = SystemCall.named("pread64").orElseThrow();

    /** Other events wake this too; more of them than a container's own group has. */
    private static final int ROUNDS = 20;

    private static final long PATIENCE_SECONDS = 10;
    private static final long POLLPRI = 2L << 32;
    private static final int SIGNAL_SET = 8;

    /** "populated 1\nfrozen 1\n": in this order since there is a freezer. */
    private static final int FROZEN_AT = "populated 1\nfrozen ".length();

    private FreezeV2() {}

    static Answer pause(Container container, String group) {
        Existing in = new Existing(container);
        in.askStatus();
        in.refuse(Status.STOPPED, "container not running");
        in.refuse(Status.PAUSED, "container not running");
        Register events = open(in, group, "cgroup.events", Flags.O_RDONLY);
        Register freeze = open(in, group, "cgroup.freeze", Flags.O_RDWR);
        in.plan.actor(Actor.UNDO).run(Calls.WRITE, "thaw it", freeze, in.plan.string("0"), Arg.of(1));
        write(in, group, freeze, "1");
        untilFrozen(in, group, events);
        return in.done();
    }

    static Answer resume(Container container, String group) {
        Existing in = new Existing(container);
        in.askStatus();
        for (Status other : Status.values()) {
            if (other != Status.PAUSED) {
                in.refuse(other, "container not paused");
            }
        }
        write(in, group, open(in, group, "cgroup.freeze", Flags.O_RDWR), "0");
        return in.done();
    }

    private static Register open(Existing in, String group, String file, long how) {
        return in.outer
                .group("freezer")
                .get(
                        Calls.OPENAT,
                        "open " + group + "/" + file,
                        Arg.of(Flags.AT_FDCWD),
                        in.plan.string(group + "/" + file),
                        Arg.of(how | Flags.O_CLOEXEC),
                        Arg.ZERO);
    }

    private static void write(Existing in, String group, Register freeze, String value) {
        in.outer.run(
                Calls.WRITE,
                OnFailure.tolerate("its container has ended, and its group has gone", Errno.ENODEV),
                "write " + value + " to " + group + "/cgroup.freeze",
                freeze,
                in.plan.string(value),
                Arg.of(1));
    }

    /** A change between the reading and the waiting is not missed: poll(2) tells of every one since the last reading. */
    private static void untilFrozen(Existing in, String group, Register events) {
        Script outer = in.outer;
        Data text = in.plan.space(64, 8);
        Data poll = in.plan.words(POLLPRI);
        Data left = in.plan.words(PATIENCE_SECONDS, 0);
        Register letter = in.plan.register();
        Label frozen = outer.label();
        outer.store(poll, 4, events, "name cgroup.events for poll");
        for (int i = 0; i < ROUNDS; i++) {
            Register read = outer.get(
                    PREAD,
                    OnFailure.tolerate("its container has ended, and its group has gone", Errno.ENODEV),
                    "read " + group + "/cgroup.events",
                    events,
                    text,
                    Arg.of(64),
                    Arg.ZERO);
            outer.check(read, -1, Compare.AT_LEAST, Arg.ZERO, Errno.EINVAL, "container not running", true);
            outer.load(letter, new Data(text.offset() + FROZEN_AT), 1, "whether all are frozen");
            outer.jump(frozen, letter, Compare.EQUAL, Arg.of('1'), "they are");
            outer.run(
                    Calls.PPOLL,
                    OnFailure.STOP,
                    "wait until all are frozen",
                    poll,
                    Arg.of(1),
                    left,
                    Arg.ZERO,
                    Arg.of(SIGNAL_SET));
        }
        outer.fail(Errno.EBUSY, "unable to freeze: " + group + " does not become frozen");
        outer.place(frozen);
    }
}
