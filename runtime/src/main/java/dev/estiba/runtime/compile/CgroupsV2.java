package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Mount;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.oci.runtime.Resources;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The one hierarchy of version 2 (kernel: Documentation/admin-guide/cgroup-v2.rst).
 *
 * <p>The group is made and limited before init is: the kernel then starts init in it (clone3(2), CLONE_INTO_CGROUP), which
 * takes none of the global locks that a migration takes, and no moment passes in which it is not limited.
 */
final class CgroupsV2 implements Cgroups {
    static final String TOP = "/sys/fs/cgroup/";

    private static final List<Errno> NOT_OURS = List.of(Errno.EACCES, Errno.EPERM, Errno.EROFS);

    /** runc's words. */
    private static final String UNNAMED = "unable to start container process: unable to apply cgroup configuration:"
            + " rootless needs no limits + no cgrouppath when no permission is granted for cgroups: mkdir ";

    private static final OnFailure REMOVED_LATER =
            new OnFailure.Retry(Set.of(Errno.EBUSY), 50, 4, true, "its last process is still ending");

    private final Assembly in;
    private final String group;
    private final Register top;
    private final Register directory;

    CgroupsV2(Assembly in) {
        this.in = in;
        top = in.plan.register();
        directory = in.plan.register();
        group = group(in.linux.cgroupsPath().orElse(""));
    }

    /**
     * Beneath /sys/fs/cgroup, without a leading slash. A path that is not absolute begins beside the caller's group: that
     * has processes in it, and so cannot have groups with controllers in it.
     */
    private String group(String path) {
        String own = in.request.cgroups().own().getOrDefault("", "/");
        String wanted = path.isEmpty() ? in.request.id() : path;
        String cleaned = Paths.clean("/" + wanted);
        String whole = path.startsWith("/")
                ? cleaned
                : Paths.clean(own.substring(0, Math.max(own.lastIndexOf('/'), 0)) + cleaned);
        if (cleaned.equals("/") || whole.equals("/")) {
            throw new UnsupportedConfig("linux.cgroupsPath: " + path + " is the root of the hierarchy");
        }
        return whole.substring(1);
    }

    private String path() {
        return TOP + group;
    }

    @Override
    public List<String> directories() {
        return List.of(path());
    }

    @Override
    public boolean beforeInit() {
        return true;
    }

    @Override
    public Arg cloneInto() {
        return directory;
    }

    /** The kernel starts it there when this user may move a process from here to there ("Delegation Containment"). */
    @Override
    public String startInit() {
        return in.request.caller().isRootless()
                ? Cgroups.super.startInit() + " (in cgroup " + path()
                        + ": what its caller's cgroup and this one are both beneath must be the caller's)"
                : Cgroups.super.startInit();
    }

    @Override
    public void open(Script script, OnFailure onFailure) {
        script.group("cgroups");
        script.get(
                top,
                Calls.OPENAT,
                onFailure,
                "open " + TOP,
                imm(Flags.AT_FDCWD),
                in.string(TOP),
                imm(in.openDirectory()),
                Arg.ZERO);
    }

    @Override
    public void create() {
        Resources resources = in.linux.resources().orElse(Resources.NONE);
        List<GroupSetting> settings = LimitFilesV2.of(resources);
        List<String> controllers = in.request.cgroups().controllers();
        LimitFilesV2.refuseMissing(resources, settings, controllers);
        Script outer = in.outer.group("cgroups");
        open(outer, OnFailure.STOP);
        boolean optional = isOptional(settings);
        Register made = make(outer, optional, isUnnamed() ? UNNAMED : "make cgroup ");
        takeBack(made);
        Label none = outer.label();
        if (optional) {
            for (Errno refusal : NOT_OURS) {
                outer.jump(none, made, Compare.EQUAL, imm(-refusal.number()), "it stays in its caller's group");
            }
        }
        outer.get(
                directory,
                Calls.OPENAT,
                OnFailure.STOP,
                "open cgroup " + path(),
                top,
                in.string(group),
                imm(in.openDirectory()),
                Arg.ZERO);
        checkIsCgroup(outer);
        refuseUsed(outer, made);
        if (!controllers.isEmpty()) {
            enable(outer, controllers, LimitFilesV2.needsDomain(settings));
        }
        GroupWriter writer = new GroupWriter(in, outer, () -> directory, path(), made);
        settings.forEach(writer::write);
        new DeviceSteps(in.plan, outer, directory, path())
                .attach(resources.devices(), in.request.caller().isRootless());
        if (isNew(Namespace.Type.CGROUP)) {
            new CgroupOwner(in, directory, path()).give(outer);
        }
        outer.place(none);
    }

    /** Of somebody without rights, who names no group. */
    private boolean isUnnamed() {
        return in.request.caller().isRootless()
                && in.linux.cgroupsPath().orElse("").isEmpty();
    }

    /** Who may make no groups, names none and asks for no limit stays in the caller's, as in runc. */
    private boolean isOptional(List<GroupSetting> settings) {
        return isUnnamed() && settings.isEmpty();
    }

    private static OnFailure passed(String because, boolean optional, Errno... errors) {
        Set<Errno> all = EnumSet.copyOf(List.of(errors));
        if (optional) {
            all.addAll(NOT_OURS);
        }
        return new OnFailure.Tolerate(all, because);
    }

    private Register make(Script outer, boolean optional, String action) {
        String what = action + path();
        Register made = outer.get(
                Calls.MKDIRAT,
                passed("its parent may be missing, or a caller may have made it", optional, Errno.ENOENT, Errno.EEXIST),
                what,
                top,
                in.string(group),
                imm(0755));
        List<String> parents = parents();
        if (parents.isEmpty()) {
            return made;
        }
        Label there = outer.label();
        outer.jump(there, made, Compare.NOT_EQUAL, imm(-Errno.ENOENT.number()), "its parent is there");
        for (String parent : parents) {
            outer.run(
                    Calls.MKDIRAT,
                    passed("it is shared with others", optional, Errno.EEXIST),
                    "make cgroup " + TOP + parent,
                    top,
                    in.string(parent),
                    imm(0755));
        }
        outer.get(
                made,
                Calls.MKDIRAT,
                passed("another caller was faster", optional, Errno.EEXIST),
                what,
                top,
                in.string(group),
                imm(0755));
        outer.place(there);
        return made;
    }

    /** Those between the top and the group, the upper ones first. */
    private List<String> parents() {
        List<String> parents = new ArrayList<>();
        for (int slash = group.indexOf('/'); slash > 0; slash = group.indexOf('/', slash + 1)) {
            parents.add(group.substring(0, slash));
        }
        return parents;
    }

    private void takeBack(Register made) {
        Script undo = in.undo.group("cgroups");
        Label other = undo.label();
        undo.jump(other, made, Compare.LESS, Arg.ZERO, "it was not made here");
        undo.removeGroup(top, group, REMOVED_LATER, "remove cgroup " + path());
        undo.place(other);
    }

    /** Nothing is written where no cgroup file system is mounted. */
    private void checkIsCgroup(Script outer) {
        Data statfs = in.plan.space(120, 8);
        outer.run(Calls.FSTATFS, "ask what " + path() + " is", directory, statfs);
        Register type = outer.load(statfs, 8, "its type");
        outer.check(
                type,
                -1,
                Compare.EQUAL,
                imm(Flags.CGROUP2_SUPER_MAGIC),
                Errno.EINVAL,
                path() + " is not in a cgroup2 file system",
                true);
    }

    /** A group that was there must be empty and thawed: else limits and signals would hit somebody else. */
    private void refuseUsed(Script outer, Register made) {
        Label fresh = outer.label();
        outer.jump(fresh, made, Compare.AT_LEAST, Arg.ZERO, "the group is new");
        Register found = outer.signalGroup(directory, 0, false, OnFailure.STOP, "count the processes of " + path());
        outer.check(
                found,
                -1,
                Compare.EQUAL,
                Arg.ZERO,
                Errno.EBUSY,
                "container's cgroup is not empty: " + path() + " has processes of another container",
                true);
        OnFailure none = OnFailure.tolerate("an older kernel has no freezer", Errno.ENOENT, Errno.EBADF);
        Register file = read(outer, "cgroup.freeze", none);
        Data text = in.plan.space(8, 8);
        outer.run(Calls.READ, none, "read " + path() + "/cgroup.freeze", file, text, imm(8));
        Register first = outer.load(text, 1, "its first letter");
        outer.check(
                first,
                -1,
                Compare.NOT_EQUAL,
                imm('1'),
                Errno.EBUSY,
                "container's cgroup unexpectedly frozen: " + path(),
                true);
        outer.place(fresh);
    }

    private Register read(Script outer, String file, OnFailure onFailure) {
        return outer.get(
                Calls.OPENAT,
                onFailure,
                "open " + path() + "/" + file,
                directory,
                in.string(file),
                imm(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
    }

    /**
     * Hands all controllers down to the group, unless it has them: to ask costs nothing, where to hand down what is handed
     * down already waits for the ends of other groups. As in runc, what cannot be handed down is no failure here: a limit
     * that needs it says so.
     */
    private void enable(Script outer, List<String> controllers, boolean domain) {
        Label enabled = outer.label();
        byte[] wanted = (String.join(" ", controllers) + "\n").getBytes(StandardCharsets.US_ASCII);
        int words = (wanted.length + 1 + Long.BYTES - 1) / Long.BYTES;
        Data has = in.plan.space(words * Long.BYTES, 8);
        Register file = read(outer, "cgroup.controllers", OnFailure.STOP);
        outer.run(Calls.READ, "ask what controllers it has", file, has, imm((long) words * Long.BYTES));
        Label lacks = outer.label();
        byte[] padded = Arrays.copyOf(wanted, words * Long.BYTES);
        Register word = in.plan.register();
        for (int i = 0; i < words; i++) {
            outer.load(word, new Data(has.offset() + i * Long.BYTES), Long.BYTES, "some of their names");
            outer.jump(lacks, word, Compare.NOT_EQUAL, imm(word(padded, i * Long.BYTES)), "it lacks some");
        }
        outer.jump(enabled, "it has them all");
        outer.place(lacks);
        handDown(outer, TOP, "cgroup.subtree_control", controllers);
        for (String parent : parents()) {
            type(outer, parent, domain);
            handDown(outer, TOP + parent + "/", parent + "/cgroup.subtree_control", controllers);
        }
        type(outer, group, domain);
        outer.place(enabled);
    }

    private static long word(byte[] bytes, int at) {
        long word = 0;
        for (int i = Long.BYTES - 1; i >= 0; i--) {
            word = word << 8 | (bytes[at + i] & 0xff);
        }
        return word;
    }

    private void handDown(Script outer, String of, String file, List<String> controllers) {
        OnFailure passed = OnFailure.tolerate("what needs it says so");
        String what = "hand controllers down from " + of;
        Register control = outer.get(
                Calls.OPENAT, passed, what, top, in.string(file), imm(Flags.O_WRONLY | Flags.O_CLOEXEC), Arg.ZERO);
        Label done = outer.label();
        String all = "+" + String.join(" +", controllers);
        Register written = outer.get(Calls.WRITE, passed, what, control, in.string(all), imm(all.length()));
        outer.jump(done, written, Compare.AT_LEAST, Arg.ZERO, "all at once");
        for (String each : controllers) {
            outer.run(Calls.WRITE, passed, what + ": " + each, control, in.string("+" + each), imm(each.length() + 1L));
        }
        outer.place(done);
        outer.run(Calls.CLOSE, passed, "close " + of + "cgroup.subtree_control", control);
    }

    /**
     * Beneath a group with processes in it, or threads, only some controllers work ("Threads" of cgroup-v2.rst): a group
     * that says "domain invalid" is made a threaded one, unless a limit asks for more.
     */
    private void type(Script outer, String path, boolean domain) {
        // Of a group above, which is somebody else's, and so not to be changed, the start of init tells enough.
        OnFailure none = in.request.caller().isRootless()
                ? OnFailure.tolerate(
                        "it has none, or is another's", Errno.ENOENT, Errno.EBADF, Errno.EACCES, Errno.EROFS)
                : OnFailure.tolerate("the root of a hierarchy has no type", Errno.ENOENT, Errno.EBADF);
        String what = "ask of what type " + TOP + path + " is";
        Register file = outer.get(
                Calls.OPENAT,
                none,
                what,
                top,
                in.string(path + "/cgroup.type"),
                imm(Flags.O_RDWR | Flags.O_CLOEXEC),
                Arg.ZERO);
        Data text = in.plan.space(24, 8);
        outer.run(Calls.READ, none, what, file, text, imm(24));
        // "domain", "domain threaded", "domain invalid", "threaded".
        Register first = outer.load(text, 1, "its first letter");
        Register eighth = outer.load(new Data(text.offset() + "domain ".length()), 1, "the eighth");
        if (domain) {
            for (Register letter : List.of(first, eighth)) {
                outer.check(
                        letter,
                        -1,
                        Compare.NOT_EQUAL,
                        imm('t'),
                        Errno.EOPNOTSUPP,
                        "cannot enter cgroupv2 \"" + TOP + path
                                + "\" with domain controllers -- it is in threaded mode",
                        true);
            }
            outer.check(
                    eighth,
                    -1,
                    Compare.NOT_EQUAL,
                    imm('i'),
                    Errno.EOPNOTSUPP,
                    "cannot enter cgroupv2 \"" + TOP + path + "\" with domain controllers -- it is in an invalid state",
                    true);
        } else {
            Label valid = outer.label();
            outer.jump(valid, eighth, Compare.NOT_EQUAL, imm('i'), "it is valid");
            outer.run(
                    Calls.WRITE,
                    OnFailure.tolerate("init then says that it cannot be in it"),
                    "make " + TOP + path + " a threaded group",
                    file,
                    in.string("threaded"),
                    imm("threaded".length()));
            outer.place(valid);
        }
        outer.run(Calls.CLOSE, none, "close " + TOP + path + "/cgroup.type", file);
    }

    private boolean isNew(Namespace.Type type) {
        return in.linux.namespaces().stream()
                .anyMatch(each -> each.type() == type && each.path().isEmpty());
    }

    @Override
    public void remove(Script script) {
        script.group("cgroups");
        script.removeGroup(top, group, REMOVED_LATER, "remove cgroup " + path());
    }

    /** The kernel has started init in it. */
    @Override
    public void join() {
        // it is there
    }

    @Override
    public Optional<String> outOfMemoryFile() {
        return Optional.of(path() + "/memory.events");
    }

    @Override
    public List<String> counterFiles() {
        return List.of(path() + "/memory.peak", path() + "/cpu.stat", path() + "/pids.events");
    }

    @Override
    public Optional<String> everybody() {
        return Optional.of(path());
    }

    @Override
    public void mountInside(Mount mount, MountOptions options) {
        boolean own = isNew(Namespace.Type.CGROUP);
        boolean mayLack = own && isOptional(LimitFilesV2.of(in.linux.resources().orElse(Resources.NONE)));
        new CgroupMountV2(in, own ? path() : TOP, mayLack).mount(mount, options);
    }
}
