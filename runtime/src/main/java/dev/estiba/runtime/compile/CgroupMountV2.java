package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Mount;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;

/**
 * The configuration's mount of type cgroup where there is version 2 alone.
 *
 * <p>The whole hierarchy, as runc does it: what is seen of it is the cgroup namespace's concern. Where the kernel refuses that
 * (a user namespace without a cgroup namespace of its own, or a place at which a bind of all of /sys has brought it already),
 * the host's is bound.
 */
final class CgroupMountV2 {
    private final Assembly in;
    private final String source;
    private final boolean mayLack;

    /**
     * @param source what is bound
     * @param mayLack whether the container may have stayed in its caller's group
     */
    CgroupMountV2(Assembly in, String source, boolean mayLack) {
        this.in = in;
        this.source = source;
        this.mayLack = mayLack;
    }

    void mount(Mount mount, MountOptions options) {
        Script init = in.init;
        String target = Mounts.target(mount);
        String what = "mount cgroup on " + target;
        Register place = init.place(in.root, target, 0755, Script.Place.DIRECTORY, OnFailure.STOP, what);
        Mounts.refuseInProc(in, place, target);
        Register mounted = init.get(
                Calls.MOUNT,
                OnFailure.tolerate("then the host's is bound", Errno.EPERM, Errno.EBUSY),
                what,
                in.string("cgroup2"),
                init.descriptorPath(place),
                in.string("cgroup2"),
                imm(options.flags()),
                Arg.ZERO);
        Label done = init.label();
        init.jump(done, mounted, Compare.AT_LEAST, Arg.ZERO, "it is mounted");
        if (mayLack) {
            coverWithoutGroup(place, done, what);
        }
        MountTree tree = MountTree.copy(in, imm(Flags.AT_FDCWD), source, false, what);
        tree.set(options.attributes(), 0, what);
        tree.moveTo(place, target, what);
        init.place(done);
    }

    /**
     * Where the container has stayed in its caller's group: what else is at that place, such as the host's by a bind of all
     * of /sys, could be written to by the user whose groups these are (CVE-2023-25809).
     */
    private void coverWithoutGroup(Register place, Label done, String what) {
        Script init = in.init;
        Label made = init.label();
        Register there = init.get(
                Calls.OPENAT,
                OnFailure.tolerate("it may have none", Errno.ENOENT),
                "look for its cgroup",
                imm(Flags.AT_FDCWD),
                in.string(source),
                imm(Flags.O_PATH | Flags.O_CLOEXEC),
                Arg.ZERO);
        init.jump(made, there, Compare.AT_LEAST, Arg.ZERO, "it has one");
        init.run(
                Calls.MOUNT,
                what + ": cover what is there, since the container has no group of its own",
                in.string("tmpfs"),
                init.descriptorPath(place),
                in.string("tmpfs"),
                imm(Flags.MS_RDONLY | Flags.MS_NOSUID | Flags.MS_NODEV | Flags.MS_NOEXEC),
                in.string("nr_inodes=2"));
        init.jump(done, "nothing is to be seen there");
        init.place(made);
    }
}
