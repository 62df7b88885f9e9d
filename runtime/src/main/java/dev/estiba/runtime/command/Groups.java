package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import java.util.Optional;
import java.util.Set;

/** Steps on a container's cgroups as its record names them. A group that is gone is no failure. */
final class Groups {
    private static final OnFailure GONE = OnFailure.tolerate("the group is gone", Errno.ENOENT);

    /** Together with {@link #SLOW}: some 10 seconds, of which most containers need 10 ms. */
    private static final OnFailure QUICK =
            new OnFailure.Retry(Set.of(Errno.EBUSY), 25, 2, true, "killed processes take a moment to end");

    private static final OnFailure SLOW =
            new OnFailure.Retry(Set.of(Errno.EBUSY), 250, 40, true, "a process may be waiting for a disk");

    private Groups() {}

    /** O_PATH is not enough: the directory is also listed. */
    static Register open(Existing in, String group) {
        return in.outer.get(
                Calls.OPENAT,
                GONE,
                "open cgroup " + group,
                Arg.of(Flags.AT_FDCWD),
                in.plan.string(group),
                Arg.of(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
    }

    /** @param none where it goes on when the group is not there */
    static void signalAll(Existing in, int signal, Label none) {
        Optional<String> group = in.container.anyCgroup();
        if (group.isEmpty()) {
            return;
        }
        in.outer.group("signal");
        Register directory = open(in, group.get());
        Label done = in.outer.label();
        in.outer.jump(none, directory, Compare.LESS, Arg.ZERO, "the group is gone");
        if (signal == Flags.SIGKILL && in.container.unified().isPresent()) {
            Register killed = killAtOnce(in, directory);
            in.outer.jump(done, killed, Compare.AT_LEAST, Arg.ZERO, "the kernel kills them all");
        }
        in.outer.signalGroup(directory, signal, false, GONE, "signal the processes in " + group.get());
        in.outer.place(done);
    }

    /**
     * Version 2, since Linux 5.14: all processes of the group and those beneath it, forks in between included. Negative
     * where there is no such file.
     */
    private static Register killAtOnce(Existing in, Register directory) {
        OnFailure older = OnFailure.tolerate("an older kernel is asked one by one", Errno.ENOENT, Errno.EBADF);
        Register file = in.outer.get(
                Calls.OPENAT,
                older,
                "open cgroup.kill",
                directory,
                in.plan.string("cgroup.kill"),
                Arg.of(Flags.O_WRONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        return in.outer.get(Calls.WRITE, older, "write 1 to cgroup.kill", file, in.plan.string("1"), Arg.of(1));
    }

    /** Kills until nobody is left, for a bounded time; fails with who that is. */
    static void killAll(Existing in) {
        Optional<String> group = in.container.anyCgroup();
        if (group.isEmpty()) {
            return;
        }
        in.outer.group("kill");
        Register directory = open(in, group.get());
        Label gone = in.outer.label();
        in.outer.jump(gone, directory, Compare.LESS, Arg.ZERO, "the group is gone");
        String sentence = "unable to kill the processes in " + group.get();
        if (in.container.unified().isPresent()) {
            killAtOnce(in, directory);
        }
        Register left = in.outer.signalGroup(directory, (int) Flags.SIGKILL, true, QUICK, sentence);
        in.outer.jump(gone, left, Compare.AT_LEAST, Arg.ZERO, "nobody is left");
        left = in.outer.signalGroup(directory, (int) Flags.SIGKILL, true, SLOW, sentence);
        in.outer.jump(gone, left, Compare.AT_LEAST, Arg.ZERO, "nobody is left");
        Survivors.fail(in);
        in.outer.place(gone);
    }

    /** What is frozen cannot be killed (freezer-subsystem.rst). */
    static void thaw(Existing in) {
        in.container.cgroup("freezer").ifPresent(group -> {
            Label gone = in.outer.label();
            in.outer.group("thaw");
            Register file = in.outer.get(
                    Calls.OPENAT,
                    GONE,
                    "open " + group + "/freezer.state",
                    Arg.of(Flags.AT_FDCWD),
                    in.plan.string(group + "/freezer.state"),
                    Arg.of(Flags.O_WRONLY | Flags.O_CLOEXEC),
                    Arg.ZERO);
            in.outer.jump(gone, file, Compare.LESS, Arg.ZERO, "the group is gone");
            in.outer.run(
                    Calls.WRITE,
                    OnFailure.tolerate("the group is gone", Errno.ENODEV),
                    "write THAWED to " + group + "/freezer.state",
                    file,
                    in.plan.string("THAWED"),
                    Arg.of(6));
            in.outer.place(gone);
        });
    }

    static void remove(Existing in) {
        in.outer.group("cgroups");
        for (String group : in.container.record().cgroups()) {
            Label gone = in.outer.label();
            Register directory = open(in, group);
            in.outer.jump(gone, directory, Compare.LESS, Arg.ZERO, "it is gone");
            isCgroup(in, directory, group);
            in.outer.removeGroup(
                    Arg.of(Flags.AT_FDCWD),
                    group,
                    new OnFailure.Retry(Set.of(Errno.EBUSY), 250, 40, false, "its last process is still ending"),
                    "remove cgroup " + group);
            in.outer.place(gone);
        }
    }

    /** Nothing is removed, or written, where no cgroup file system is mounted. */
    static void isCgroup(Existing in, Register directory, String group) {
        var statfs = in.plan.space(120, 8);
        in.outer.run(Calls.FSTATFS, "ask what " + group + " is", directory, statfs);
        Register type = in.outer.load(statfs, 8, "its type");
        in.outer.check(
                type,
                -1,
                Compare.EQUAL,
                Arg.of(in.container.unified().isPresent() ? Flags.CGROUP2_SUPER_MAGIC : Flags.CGROUP_SUPER_MAGIC),
                Errno.EINVAL,
                group + " is not in a cgroup file system",
                true);
    }
}
