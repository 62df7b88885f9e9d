package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Mount;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The configuration's mounts, in its order. Each target is looked up once, beneath the root and without magic links,
 * and from then on is a descriptor (CVE-2021-30465): new-style mounts are moved onto it, old-style ones are given
 * /proc/self/fd/N.
 */
final class Mounts {
    /** struct statfs (statfs(2)). */
    private static final int STATFS_SIZE = 120;

    private static final int PATH_MAX = 4096;

    private final Assembly in;
    private final Cgroups cgroups;
    private final Sources sources;

    Mounts(Assembly in, Cgroups cgroups, Sources sources) {
        this.in = in;
        this.cgroups = cgroups;
        this.sources = sources;
    }

    void compile() {
        in.init.group("mounts");
        List<Mount> mounts = in.config.mounts();
        for (int i = 0; i < mounts.size(); i++) {
            Mount mount = mounts.get(i);
            MountOptions options = MountOptions.parse(mount.options());
            String type = mount.type().orElse(options.bind() ? "bind" : "");
            refuseLong("destination", mount.destination());
            refuseLong("source", mount.source().orElse(""));
            if (!isHostsProc(mount, options)) {
                refuseProc(target(mount), options.bind() ? "bind" : type);
            }
            if (isBind(mount, options)) {
                bind(mount, options, sources.tree(i));
            } else if (type.equals("cgroup")) {
                cgroups.mountInside(mount, options);
            } else {
                fileSystem(mount, type, options);
            }
        }
    }

    /**
     * The host's own /proc on /proc: of a container that shares the host's processes, where a user namespace may mount no
     * proc of them. That it is one is shown at the mount.
     */
    private static boolean isHostsProc(Mount mount, MountOptions options) {
        return isBind(mount, options)
                && Paths.clean(target(mount)).equals("/proc")
                && mount.source().filter(source -> source.startsWith("/")).stream()
                        .anyMatch(source -> Paths.clean(source).equals("/proc"));
    }

    /** The root of a procfs, whose inode is number 1 (PROC_ROOT_INO). */
    private void checkIsProc(Register tree) {
        Script init = in.init;
        String wrong = "\"/proc\" cannot be mounted because it is not of type proc";
        Data statfs = in.plan.space(STATFS_SIZE, 8);
        init.run(Calls.FSTATFS, "ask what the source is", tree, statfs);
        Register type = init.load(statfs, 8, "its type");
        init.check(type, -1, Compare.EQUAL, imm(Flags.PROC_SUPER_MAGIC), Errno.EPERM, wrong, true);
        Data statx = in.plan.space(Flags.STATX_SIZE, 8);
        init.run(
                Calls.STATX,
                "ask which of its directories the source is",
                tree,
                in.string(""),
                imm(Flags.AT_EMPTY_PATH),
                imm(Flags.STATX_BASIC),
                statx);
        Register inode = init.load(new Data(statx.offset() + Flags.STATX_INO_AT), 8, "its inode");
        init.check(inode, -1, Compare.EQUAL, imm(1), Errno.EPERM, wrong, true);
    }

    static boolean isBind(Mount mount, MountOptions options) {
        return options.bind() || mount.type().orElse("").equals("bind");
    }

    /** A bind's source: a relative one is beneath the bundle (config.md, "Mounts"). */
    static String source(Assembly in, Mount mount) {
        String source = mount.source()
                .orElseThrow(() -> new UnsupportedConfig("mount " + target(mount) + ": a bind mount needs a source"));
        return source.startsWith("/") ? source : Paths.resolve(in.request.bundle(), source);
    }

    /** PATH_MAX (linux/limits.h) counts the NUL; the kernel would say so too, of a sentence that no message can hold. */
    private static void refuseLong(String field, String path) {
        int length = path.getBytes(StandardCharsets.UTF_8).length;
        if (length >= PATH_MAX) {
            throw new UnsupportedConfig("mounts: a " + field + " of " + length + " bytes: file name too long");
        }
    }

    static String target(Mount mount) {
        return mount.destination().startsWith("/") ? mount.destination() : "/" + mount.destination();
    }

    /** Only proc itself may stand at /proc, and nothing but proc's own may be covered in it (CVE-2019-16884, 2019-19921). */
    private static void refuseProc(String target, String type) {
        String clean = Paths.clean(target);
        if (clean.equals("/proc") && !type.equals("proc")) {
            throw new UnsupportedConfig("mount " + target + ": only proc can be mounted on /proc");
        }
        if (clean.startsWith("/proc/") && !ALLOWED_IN_PROC.contains(clean)) {
            throw new UnsupportedConfig("\"" + clean + "\" cannot be mounted because it is inside /proc");
        }
    }

    /**
     * The same of where the target really is, when a link of the image or of a volume leads into /proc (CVE-2025-52881: a
     * write to a covered file then goes elsewhere than the writer thinks). Asked of the descriptor that is mounted on.
     */
    static void refuseInProc(Assembly in, Register place, String target) {
        if (ALLOWED_IN_PROC.contains(Paths.clean(target))) {
            return;
        }
        Data statfs = in.plan.space(STATFS_SIZE, 8);
        in.init.run(Calls.FSTATFS, "ask which file system " + target + " is on", place, statfs);
        in.init.check(
                in.init.load(statfs, 8, "its type"),
                -1,
                Compare.NOT_EQUAL,
                imm(Flags.PROC_SUPER_MAGIC),
                Errno.EPERM,
                "\"" + target + "\" cannot be mounted because it leads into /proc",
                true);
    }

    /** What lxcfs and others put there, as runc allows it. */
    private static final List<String> ALLOWED_IN_PROC = List.of(
            "/proc/cpuinfo",
            "/proc/diskstats",
            "/proc/meminfo",
            "/proc/stat",
            "/proc/swaps",
            "/proc/uptime",
            "/proc/loadavg",
            "/proc/slabinfo",
            "/proc/net/dev",
            "/proc/sys/kernel/ns_last_pid",
            "/proc/sys/crypto/fips_enabled");

    private void fileSystem(Mount mount, String type, MountOptions options) {
        Script init = in.init;
        String target = target(mount);
        String what = "mount " + (type.isEmpty() ? mount.source().orElse("none") : type) + " on " + target;
        Register place = strictPlace(type)
                ? realDirectory(target, what)
                : init.place(in.root, target, 0755, Script.Place.DIRECTORY, OnFailure.STOP, what);
        if (!strictPlace(type)) {
            refuseInProc(in, place, target);
        }
        String source = mount.source().orElse(type);
        String data = SecurityLabels.mountData(in.linux.mountLabel(), type, options.data());
        init.run(
                Calls.MOUNT,
                what,
                in.string(source),
                init.descriptorPath(place),
                in.string(type),
                imm(options.flags()),
                data.isEmpty() ? Arg.ZERO : in.string(data));
        if (type.equals("mqueue")) {
            labelQueues(target);
        }
        if (options.copyUp()) {
            copyUp(place, target);
        }
        afterMount(target, options);
    }

    private void labelQueues(String target) {
        if (in.linux.mountLabel().isPresent()) {
            String what = "label " + target;
            Register mounted = in.init.place(in.root, target, 0, Script.Place.EXISTING, OnFailure.STOP, what);
            SecurityLabels.labelQueues(in, mounted, target);
        }
    }

    /** {@code place} still is the directory under the mount: its contents go into what covers it now. */
    private void copyUp(Register place, String target) {
        String what = "copy the image's " + target + " into the tmpfs on it";
        Register mounted = in.init.place(in.root, target, 0, Script.Place.EXISTING, OnFailure.STOP, what);
        in.init.copyTree(place, mounted, what);
    }

    private static boolean strictPlace(String type) {
        return type.equals("proc") || type.equals("sysfs");
    }

    /** proc and sysfs go onto a real directory, not through an image's symlink (CVE-2019-19921, 2023-27561, 2023-28642). */
    private Register realDirectory(String target, String what) {
        Script init = in.init;
        String relative = Paths.clean(target).substring(1);
        init.run(
                Calls.MKDIRAT,
                OnFailure.tolerate("it is there already in most images", Errno.EEXIST, Errno.ENOENT),
                what,
                in.root,
                in.string(relative),
                imm(0755));
        return init.get(
                Calls.OPENAT2,
                OnFailure.STOP,
                what + " (its path must be a directory without symbolic links)",
                in.root,
                in.string(relative),
                in.how(
                        in.openDirectory() | in.machine.noFollow(),
                        0,
                        Flags.RESOLVE_BENEATH | Flags.RESOLVE_NO_SYMLINKS),
                imm(Flags.OPEN_HOW_SIZE));
    }

    private void bind(Mount mount, MountOptions options, Optional<Register> opened) {
        Script init = in.init;
        String target = target(mount);
        String source = source(in, mount);
        String what = "bind " + mount.source().orElse(source) + " to " + target + inside();
        boolean recursive = options.has(Flags.MS_REC);
        MountTree tree = opened.isPresent()
                ? MountTree.made(in, opened.get())
                : MountTree.copy(in, imm(Flags.AT_FDCWD), source, recursive, what);
        if (isHostsProc(mount, options)) {
            checkIsProc(tree.descriptor());
        }
        Register place = init.placeLike(in.root, target, 0755, tree.descriptor(), OnFailure.STOP, what);
        refuseInProc(in, place, target);
        String named = what + " (" + String.join(",", mount.options()) + ")";
        long set = options.attributes();
        long clear = options.clearedAttributes();
        if (set != 0 || clear != 0) {
            tree.set(set, clear, named);
        }
        if (options.recursive() != 0 || options.recursiveCleared() != 0) {
            tree.setDeep(options.recursive(), options.recursiveCleared(), named);
        }
        tree.moveTo(place, target, what);
        propagate(tree, options, what);
    }

    /** Why what only its caller can open is out of init's reach, where that has left the caller's user namespace. */
    private String inside() {
        Caller.Withheld withheld = in.request.caller().withheld();
        if (!in.userNamespace || in.opensOutside() || !in.request.caller().isRoot()) {
            return "";
        }
        return " as the user namespace's root, because to open it before needs "
                + (withheld.openTree() ? "open_tree" : "mount_setattr") + MountTree.WITHHELD;
    }

    private static void propagate(MountTree tree, MountOptions options, String what) {
        options.propagation().forEach(mode -> tree.propagate(mode, what + " (propagation)"));
    }

    /** Propagation and recursive options of a mount that mount(2) made: it is looked up again, at the same place. */
    private void afterMount(String target, MountOptions options) {
        if (options.propagation().isEmpty() && options.recursive() == 0 && options.recursiveCleared() == 0) {
            return;
        }
        String what = "set what " + target + " propagates";
        Register place = in.init.place(in.root, target, 0, Script.Place.EXISTING, OnFailure.STOP, what);
        MountTree mounted = MountTree.mounted(in, place);
        propagate(mounted, options, what);
        if (options.recursive() != 0 || options.recursiveCleared() != 0) {
            mounted.setDeep(options.recursive(), options.recursiveCleared(), "set the options of " + target);
        }
    }

    /** Whether the configuration itself mounts something at {@code path} that is no fresh file system. */
    static boolean bindsOver(List<Mount> mounts, String path) {
        for (Mount mount : mounts) {
            if (Paths.clean(target(mount)).equals(path)) {
                if (isBind(mount, MountOptions.parse(mount.options()))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Steps of its own for the masks and read-only paths. */
    static void skipWhenMissing(Script script, Register looked, Label next, String path) {
        script.jump(next, looked, Compare.LESS, Arg.ZERO, path + " is not there");
    }
}
