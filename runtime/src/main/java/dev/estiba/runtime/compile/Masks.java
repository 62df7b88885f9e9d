package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.Optional;
import java.util.Set;

/**
 * Masked and read-only paths.
 *
 * <p>Before the pivot, while the host's files have their names. What covers a mask is never the container's own: a
 * directory is covered by clones of one empty read-only tmpfs, a file by clones of the host's /dev/null (CVE-2025-31133: the
 * container's /dev/null could be a link).
 *
 * Whether a path is a file or a directory is tried, not looked up: the kernel refuses to cover one by the other.
 */
final class Masks {
    /** What is known to be a file, so that the first try is right; a wrong guess costs three calls, no correctness. */
    private static final Set<String> FILES = Set.of(
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/timer_list",
            "/proc/timer_stats");

    private final Assembly in;

    Masks(Assembly in) {
        this.in = in;
    }

    void compile() {
        readOnly();
        masked();
    }

    private Register lookUp(String path, String what) {
        return in.init.place(
                in.root,
                path,
                0,
                Script.Place.EXISTING,
                OnFailure.tolerate("what is not there needs no mask", Errno.ENOENT, Errno.ENOTDIR),
                what);
    }

    private void readOnly() {
        Script init = in.init.group("read-only paths");
        for (String path : in.linux.readonlyPaths()) {
            String what = "make " + path + " read-only";
            Label next = init.label();
            Register place = lookUp(path, what);
            init.jump(next, place, Compare.LESS, Arg.ZERO, path + " is not there");
            MountTree tree = MountTree.copy(in, place, "", true, what);
            tree.setDeepIfPossible(Flags.MOUNT_ATTR_RDONLY, what);
            tree.moveTo(place, path, what);
            init.place(next);
        }
    }

    private void masked() {
        if (in.linux.maskedPaths().isEmpty()) {
            return;
        }
        Script init = in.init.group("masked paths");
        Optional<Register> empty =
                in.request.caller().withheld().openTree() ? Optional.empty() : Optional.of(emptyDirectory(init));
        for (String path : in.linux.maskedPaths()) {
            String what = "mask " + path;
            Label next = init.label();
            Register place = lookUp(path, what);
            init.jump(next, place, Compare.LESS, Arg.ZERO, path + " is not there");
            boolean file = FILES.contains(Paths.clean(path));
            OnFailure otherKind =
                    OnFailure.tolerate("it is of the other kind", Errno.ENOTDIR, Errno.EINVAL, Errno.EISDIR);
            Register covered = cover(otherKind, file, empty, place, what);
            init.jump(next, covered, Compare.AT_LEAST, Arg.ZERO, path + " is masked");
            Register answer = cover(OnFailure.STOP, !file, empty, place, what);
            assert answer.index() >= 0;
            init.place(next);
        }
    }

    private Register cover(OnFailure onFailure, boolean file, Optional<Register> empty, Register place, String what) {
        if (file) {
            return MountTree.copy(in, imm(Flags.AT_FDCWD), "/dev/null", false, what)
                    .tryMoveTo(onFailure, place, what);
        }
        if (empty.isPresent()) {
            return MountTree.copy(in, empty.get(), "", false, what).tryMoveTo(onFailure, place, what);
        }
        String label =
                in.linux.mountLabel().map(text -> ",context=\"" + text + '"').orElse("");
        return in.init.get(
                Calls.MOUNT,
                onFailure,
                what,
                in.string("tmpfs"),
                in.init.descriptorPath(place),
                in.string("tmpfs"),
                imm(Flags.MS_RDONLY | Flags.MS_NOSUID | Flags.MS_NODEV | Flags.MS_NOEXEC),
                in.string("nr_inodes=2" + label));
    }

    /**
     * It is put over the host's /proc, where nothing is looked for any more, and goes with the host's tree: a detached one
     * would be taken apart at its end, which waits until all processors have seen it.
     */
    private Register emptyDirectory(Script init) {
        String what = "make the empty directory that masks";
        Register fs = init.get(Calls.FSOPEN, what, in.string("tmpfs"), imm(Flags.FSOPEN_CLOEXEC));
        init.run(
                Calls.FSCONFIG,
                what,
                fs,
                imm(Flags.FSCONFIG_SET_STRING),
                in.string("nr_inodes"),
                in.string("2"),
                Arg.ZERO);
        in.linux
                .mountLabel()
                .ifPresent(label -> init.run(
                        Calls.FSCONFIG,
                        what,
                        fs,
                        imm(Flags.FSCONFIG_SET_STRING),
                        in.string("context"),
                        in.string(label),
                        Arg.ZERO));
        init.run(Calls.FSCONFIG, what, fs, imm(Flags.FSCONFIG_CMD_CREATE), Arg.ZERO, Arg.ZERO, Arg.ZERO);
        Register empty = init.get(
                Calls.FSMOUNT,
                what,
                fs,
                imm(Flags.FSMOUNT_CLOEXEC),
                imm(Flags.MOUNT_ATTR_RDONLY
                        | Flags.MOUNT_ATTR_NOSUID
                        | Flags.MOUNT_ATTR_NODEV
                        | Flags.MOUNT_ATTR_NOEXEC));
        init.run(
                Calls.MOVE_MOUNT,
                what,
                empty,
                in.string(""),
                imm(Flags.AT_FDCWD),
                in.string("/proc"),
                imm(Flags.MOVE_MOUNT_F_EMPTY_PATH));
        return empty;
    }
}
