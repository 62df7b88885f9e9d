package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Root;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;
import java.util.List;
import java.util.Map;

/** The root file system: propagation, a mount of its own, the move into it (pivot_root(2)). */
final class Rootfs {
    private static final Map<String, Long> PROPAGATION = Map.of(
            "shared",
            Flags.MS_SHARED,
            "rshared",
            Flags.MS_SHARED | Flags.MS_REC,
            "slave",
            Flags.MS_SLAVE,
            "rslave",
            Flags.MS_SLAVE | Flags.MS_REC,
            "private",
            Flags.MS_PRIVATE,
            "rprivate",
            Flags.MS_PRIVATE | Flags.MS_REC,
            "unbindable",
            Flags.MS_UNBINDABLE,
            "runbindable",
            Flags.MS_UNBINDABLE | Flags.MS_REC);

    private final Assembly in;
    private final Root rootfs;

    Rootfs(Assembly in) {
        this.in = in;
        this.rootfs = in.config.root().orElseThrow(() -> new UnsupportedConfig("root is required"));
    }

    private long propagation() {
        String asked = in.linux.rootfsPropagation().orElse("rslave");
        Long flags = PROPAGATION.get(asked);
        if (flags == null) {
            throw new UnsupportedConfig("linux.rootfsPropagation: " + asked + " is not a propagation mode");
        }
        return flags;
    }

    /** Makes the root a mount in a tree whose events no longer reach the host. */
    void enter() {
        Script init = in.init.group("root file system");
        // A mount event of the container must not travel to the host: slave keeps the host's coming in, private none.
        // What the configuration asks for is applied to the root when everything in it is mounted.
        long first =
                (propagation() & (Flags.MS_PRIVATE | Flags.MS_UNBINDABLE)) != 0 ? Flags.MS_PRIVATE : Flags.MS_SLAVE;
        init.run(
                Calls.MOUNT,
                "keep the container's mounts from the host",
                Arg.ZERO,
                in.string("/"),
                Arg.ZERO,
                imm(first | Flags.MS_REC),
                Arg.ZERO);
        if (in.request.given().overlay().isPresent()) {
            in.request.given().overlay().get().mount(in);
            mountAt(init, in.request.bundle());
        } else if (in.request.given().rootfs()) {
            mountGiven(init);
        } else if (in.opensOutside()) {
            mountOpened(init);
        } else {
            mountOnItself(init);
        }
    }

    /**
     * A detached mount has no path; it becomes visible in this mount namespace alone, over the bundle's directory, which
     * is there for nothing else.
     */
    private void mountGiven(Script init) {
        init.set(in.root, Reserved.ROOTFS, "the root file system");
        mountAt(init, in.request.bundle());
    }

    private void mountAt(Script init, String path) {
        init.run(
                Calls.MOVE_MOUNT,
                "mount the root file system",
                in.root,
                in.string(""),
                imm(Flags.AT_FDCWD),
                in.string(path),
                imm(Flags.MOVE_MOUNT_F_EMPTY_PATH));
    }

    /** Outer: a copy of the mounts at the root file system, which init may have no way to (its parents may be 0700). */
    void openOutside() {
        if (!in.opensOutside()
                || in.request.given().rootfs()
                || in.request.given().overlay().isPresent()) {
            return;
        }
        Script outer = in.outer.group("root file system");
        String path = Paths.resolve(in.request.bundle(), rootfs.path());
        Sources.copy(in, outer, in.root, path, true, "copy the mounts of the root file system");
    }

    private void mountOpened(Script init) {
        String path = Paths.resolve(in.request.bundle(), rootfs.path());
        init.run(
                Calls.MOVE_MOUNT,
                "mount the root file system on itself",
                in.root,
                in.string(""),
                imm(Flags.AT_FDCWD),
                in.string(path),
                imm(Flags.MOVE_MOUNT_F_EMPTY_PATH | Flags.MOVE_MOUNT_T_SYMLINKS));
    }

    private void mountOnItself(Script init) {
        // By its path from the root, not from the bundle's descriptor: that one is of the mount namespace that init has
        // left, and a tree of another namespace cannot be copied (open_tree(2), EINVAL).
        Data path = in.string(Paths.resolve(in.request.bundle(), rootfs.path()));
        Register place = init.get(
                Calls.OPENAT,
                "open the root file system " + rootfs.path(),
                imm(Flags.AT_FDCWD),
                path,
                imm(in.openDirectory()),
                Arg.ZERO);
        if (in.request.caller().withheld().openTree()) {
            bindOnItself(init, place, path);
            return;
        }
        init.get(
                in.root,
                Calls.OPEN_TREE,
                OnFailure.STOP,
                "copy the mounts of the root file system",
                place,
                in.string(""),
                imm(Flags.OPEN_TREE_CLONE | Flags.OPEN_TREE_CLOEXEC | Flags.AT_EMPTY_PATH | Flags.AT_RECURSIVE));
        init.run(
                Calls.MOVE_MOUNT,
                "mount the root file system on itself",
                in.root,
                in.string(""),
                place,
                in.string(""),
                imm(Flags.MOVE_MOUNT_F_EMPTY_PATH | Flags.MOVE_MOUNT_T_EMPTY_PATH));
    }

    private void bindOnItself(Script init, Register place, Data path) {
        Arg there = init.descriptorPath(place);
        init.run(
                Calls.MOUNT,
                "mount the root file system on itself",
                there,
                there,
                Arg.ZERO,
                imm(Flags.MS_BIND | Flags.MS_REC),
                Arg.ZERO);
        init.get(
                in.root,
                Calls.OPENAT,
                OnFailure.STOP,
                "open the root file system",
                imm(Flags.AT_FDCWD),
                path,
                imm(in.openDirectory()),
                Arg.ZERO);
    }

    /** Makes the new root the process's root; the host's tree is gone from its sight after it. */
    void pivot() {
        Script init = in.init.group("enter the root");
        init.run(Calls.FCHDIR, "enter the root file system", in.root);
        if (in.request.noPivot()) {
            moveOver(init);
            return;
        }
        // Twice ".": the old root is then stacked under the new one, and needs no directory of its own (pivot_root(2)).
        init.run(Calls.PIVOT_ROOT, "pivot into the root file system", in.string("."), in.string("."));
        // It has been a slave of the host's, or private, since init was born: nothing of this is told to the host. A
        // mount that is to
        // stay the host's peer must not be made a slave here.
        init.run(Calls.UMOUNT2, "leave the host's tree", in.string("."), imm(Flags.MNT_DETACH));
        init.run(Calls.CHDIR, "go to the root", in.string("/"));
    }

    /**
     * {@code --no-pivot}: for a host whose root is its initial ram file system, which pivot_root(2) cannot leave. The host's
     * tree stays in the mount namespace, under the container's root. What would let a user namespace in it mount a proc or
     * sysfs without masks (mount_namespaces(7)) is taken away first, as by runc.
     */
    private void moveOver(Script init) {
        List<String> full =
                in.linux.maskedPaths().isEmpty() ? List.of("/proc", "/sys") : List.of("/proc", "/proc", "/sys");
        for (String path : full) {
            Label gone = init.label();
            Register answer = init.get(
                    Calls.UMOUNT2,
                    OnFailure.tolerate("it is covered, then", Errno.EINVAL, Errno.EPERM, Errno.ENOENT),
                    "leave the host's " + path,
                    in.string(path),
                    imm(Flags.MNT_DETACH));
            init.jump(gone, answer, Compare.AT_LEAST, Arg.ZERO, path + " is gone");
            init.run(
                    Calls.MOUNT,
                    OnFailure.tolerate("what is not there shows nothing", Errno.ENOENT),
                    "cover the host's " + path,
                    in.string("none"),
                    in.string(path),
                    in.string("tmpfs"),
                    imm(Flags.MS_RDONLY),
                    Arg.ZERO);
            init.place(gone);
        }
        init.run(
                Calls.MOUNT,
                "move the root file system over the host's root",
                in.string("."),
                in.string("/"),
                Arg.ZERO,
                imm(Flags.MS_MOVE),
                Arg.ZERO);
        init.run(Calls.CHROOT, "make it this process's root", in.string("."));
        init.run(Calls.CHDIR, "go to the root", in.string("/"));
    }

    /** What is said of the root itself comes last, because everything before it writes there. */
    void finish() {
        Script init = in.init.group("enter the root");
        if (in.linux.rootfsPropagation().isPresent()) {
            init.run(
                    Calls.MOUNT,
                    "set the propagation of the root",
                    Arg.ZERO,
                    in.string("/"),
                    Arg.ZERO,
                    imm(propagation()),
                    Arg.ZERO);
        }
        if (rootfs.readonly()) {
            MountTree.mounted(in, in.root).set(Flags.MOUNT_ATTR_RDONLY, 0, "make the root read-only");
        }
    }
}
