package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A copy of mounts, made apart, given its attributes, and then put at its place: nobody ever sees it without them
 * (open_tree(2), mount_setattr(2), move_mount(2)).
 *
 * <p>Where open_tree is withheld it is bound at its place by mount(2), looked up once more to be given its attributes, and
 * shown to be what was bound. Where mount_setattr is, the attributes follow by a remount. What has no older way is refused by
 * the name of the call. Init's.
 */
final class MountTree {
    /** How a refusal goes on behind a call's name. */
    static final String WITHHELD = "(2), which this kernel has not got, or a filter around this process forbids";

    /** struct statfs on 64-bit machines (statfs(2)); its flags are MS_*, as far as they are kept here. */
    private static final int STATFS_SIZE = 120;

    private static final int STATFS_FLAGS_AT = 80;
    private static final long KEPT = Flags.MS_RDONLY
            | Flags.MS_NOSUID
            | Flags.MS_NODEV
            | Flags.MS_NOEXEC
            | Flags.MS_NOATIME
            | Flags.MS_NODIRATIME;

    private final Assembly in;
    private final Register source;
    private final boolean recursive;
    private final List<Later> later = new ArrayList<>();
    private boolean moved;
    private Optional<String> lookAgain = Optional.empty();
    private Register mounted;

    private record Later(long flags, long cleared, String what) {}

    private MountTree(Assembly in, Register source, boolean recursive) {
        this.in = in;
        this.source = source;
        this.mounted = source;
        this.recursive = recursive;
    }

    /** @param path beneath {@code directory}; "" is that itself */
    static MountTree copy(Assembly in, Arg directory, String path, boolean recursive, String what) {
        Script init = in.init;
        long empty = path.isEmpty() ? Flags.AT_EMPTY_PATH : 0;
        if (!in.request.caller().withheld().openTree()) {
            long deep = recursive ? Flags.AT_RECURSIVE : 0;
            Register tree = init.get(
                    Calls.OPEN_TREE,
                    what,
                    directory,
                    in.string(path),
                    imm(Flags.OPEN_TREE_CLONE | Flags.OPEN_TREE_CLOEXEC | empty | deep));
            return new MountTree(in, tree, recursive);
        }
        if (path.isEmpty() && directory instanceof Register opened) {
            return new MountTree(in, opened, recursive);
        }
        Register opened =
                init.get(Calls.OPENAT, what, directory, in.string(path), imm(Flags.O_PATH | Flags.O_CLOEXEC), Arg.ZERO);
        return new MountTree(in, opened, recursive);
    }

    /** A copy that the outer actor has made. */
    static MountTree made(Assembly in, Register tree) {
        return new MountTree(in, tree, true);
    }

    /** What is mounted already, by a descriptor of its root. */
    static MountTree mounted(Assembly in, Register root) {
        MountTree tree = new MountTree(in, root, true);
        tree.moved = true;
        return tree;
    }

    /** What is copied, or the copy. */
    Register descriptor() {
        return source;
    }

    /**
     * @param set MOUNT_ATTR_*
     * @param clear MOUNT_ATTR_*
     */
    void set(long set, long clear, String what) {
        if (!in.request.caller().withheld().mountSetattr() && !boundLate()) {
            attributes(set, clear, 0, false, what);
        } else if (moved) {
            remount(new Later(flags(set), flags(clear), what));
        } else {
            later.add(new Later(flags(set), flags(clear), what));
        }
    }

    /** The same for everything beneath it. */
    void setDeep(long set, long clear, String what) {
        refuse(in.request.caller().withheld().mountSetattr(), what, "mount_setattr");
        refuse(boundLate(), what, "open_tree");
        attributes(set, clear, 0, true, what);
    }

    /** {@link #setDeep} where there is a way for it, else for the uppermost alone: what runc does for read-only paths. */
    void setDeepIfPossible(long set, String what) {
        if (in.request.caller().withheld().mountSetattr() || boundLate()) {
            set(set, 0, what);
        } else {
            attributes(set, 0, 0, true, what);
        }
    }

    /** Of a tree that is at its place. */
    void propagate(long mode, String what) {
        boolean deep = (mode & Flags.MS_REC) != 0;
        if (in.request.caller().withheld().mountSetattr()) {
            mount(in.init.descriptorPath(root(what)), mode, what);
        } else {
            attributes(0, 0, mode & ~Flags.MS_REC, deep, what);
        }
    }

    private boolean boundLate() {
        return in.request.caller().withheld().openTree() && !moved;
    }

    private static void refuse(boolean wrong, String what, String call) {
        if (wrong) {
            throw new UnsupportedConfig(what + " needs " + call + WITHHELD);
        }
    }

    private void attributes(long set, long clear, long propagation, boolean deep, String what) {
        in.init.run(
                Calls.MOUNT_SETATTR,
                what,
                root(what),
                in.string(""),
                imm(Flags.AT_EMPTY_PATH | (deep ? Flags.AT_RECURSIVE : 0)),
                in.mountAttributes(set, clear, propagation),
                imm(Flags.MOUNT_ATTR_SIZE));
    }

    /** @param target the place's path in the container, by which it is looked up again where it was bound */
    void moveTo(Register place, String target, String what) {
        if (in.request.caller().withheld().openTree()) {
            in.init.run(Calls.MOUNT, what, bind(place));
        } else {
            in.init.run(Calls.MOVE_MOUNT, what, move(place));
        }
        moved = true;
        lookAgain = in.request.caller().withheld().openTree() ? Optional.of(target) : Optional.empty();
        later.forEach(this::remount);
    }

    /** What was bound is looked up when something is to be said of it, once. */
    private Register root(String what) {
        if (lookAgain.isPresent()) {
            mounted = in.init.place(in.root, lookAgain.get(), 0, Script.Place.EXISTING, OnFailure.STOP, what);
            lookAgain = Optional.empty();
            checkSame(what);
        }
        return mounted;
    }

    /** For who can go on with what the kernel answers; attributes are lost with it. */
    Register tryMoveTo(OnFailure onFailure, Register place, String what) {
        return in.request.caller().withheld().openTree()
                ? in.init.get(Calls.MOUNT, onFailure, what, bind(place))
                : in.init.get(Calls.MOVE_MOUNT, onFailure, what, move(place));
    }

    private Arg[] move(Register place) {
        Data none = in.string("");
        Arg empty = imm(Flags.MOVE_MOUNT_F_EMPTY_PATH | Flags.MOVE_MOUNT_T_EMPTY_PATH);
        return new Arg[] {source, none, place, none, empty};
    }

    private Arg[] bind(Register place) {
        Arg flags = imm(Flags.MS_BIND | (recursive ? Flags.MS_REC : 0));
        return new Arg[] {in.init.descriptorPath(source), in.init.descriptorPath(place), Arg.ZERO, flags, Arg.ZERO};
    }

    /** Whoever changes the path between the mount and the look at it gets no attributes elsewhere (CVE-2021-30465). */
    private void checkSame(String what) {
        for (int at : new int[] {Flags.STATX_INO_AT, Flags.STATX_DEV_AT}) {
            Register one = statx(source, at, what);
            Register other = statx(mounted, at, what);
            in.init.check(other, -1, Compare.EQUAL, one, Errno.EXDEV, what + ": its place was changed meanwhile", true);
        }
    }

    /** Eight bytes: an inode's number, or the two halves of a device's. */
    private Register statx(Register descriptor, int at, String what) {
        Data buffer = in.plan.space(Flags.STATX_SIZE, 8);
        in.init.run(
                Calls.STATX, what, descriptor, in.string(""), imm(Flags.AT_EMPTY_PATH), imm(Flags.STATX_BASIC), buffer);
        return in.init.load(new Data(buffer.offset() + at), 8, "which file it is");
    }

    /** A remount replaces every flag: what it had already is kept, but for what is to be cleared. */
    private void remount(Later each) {
        Script init = in.init;
        Data statfs = in.plan.space(STATFS_SIZE, 8);
        Register root = root(each.what());
        init.run(Calls.FSTATFS, each.what(), root, statfs);
        Register flags = init.load(new Data(statfs.offset() + STATFS_FLAGS_AT), 8, "the flags that it has");
        init.mask(flags, flags, KEPT & ~each.cleared(), "those that stay");
        init.or(flags, flags, imm(Flags.MS_REMOUNT | Flags.MS_BIND | each.flags()), "with the new ones");
        init.run(Calls.MOUNT, each.what(), Arg.ZERO, init.descriptorPath(root), Arg.ZERO, flags, Arg.ZERO);
    }

    private void mount(Arg path, long flags, String what) {
        in.init.run(Calls.MOUNT, what, Arg.ZERO, path, Arg.ZERO, imm(flags), Arg.ZERO);
    }

    /** MOUNT_ATTR_* as MS_*. */
    private static long flags(long attributes) {
        long flags = 0;
        flags |= (attributes & Flags.MOUNT_ATTR_RDONLY) != 0 ? Flags.MS_RDONLY : 0;
        flags |= (attributes & Flags.MOUNT_ATTR_NOSUID) != 0 ? Flags.MS_NOSUID : 0;
        flags |= (attributes & Flags.MOUNT_ATTR_NODEV) != 0 ? Flags.MS_NODEV : 0;
        flags |= (attributes & Flags.MOUNT_ATTR_NOEXEC) != 0 ? Flags.MS_NOEXEC : 0;
        flags |= (attributes & Flags.MOUNT_ATTR_NODIRATIME) != 0 ? Flags.MS_NODIRATIME : 0;
        flags |= (attributes & Flags.MOUNT_ATTR_NOSYMFOLLOW) != 0 ? Flags.MS_NOSYMFOLLOW : 0;
        if ((attributes & Flags.MOUNT_ATTR__ATIME) == Flags.MOUNT_ATTR_NOATIME) {
            flags |= Flags.MS_NOATIME;
        } else if ((attributes & Flags.MOUNT_ATTR__ATIME) == Flags.MOUNT_ATTR_STRICTATIME) {
            flags |= Flags.MS_STRICTATIME;
        }
        return flags;
    }
}
