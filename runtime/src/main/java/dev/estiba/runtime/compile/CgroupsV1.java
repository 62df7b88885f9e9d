package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Mount;
import dev.estiba.oci.runtime.Resources;
import dev.estiba.runtime.compile.CgroupLayout.Hierarchy;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Version 1 hierarchies (also those of a hybrid host).
 *
 * <p>The outer actor makes the groups and sets their limits while init makes its mounts; init, which has one thread,
 * writes "0" into their {@code tasks} files itself: that takes no global lock, where writing a pid into {@code cgroup.procs} takes one for
 * several milliseconds (cgroup_threadgroup_rwsem).
 */
final class CgroupsV1 implements Cgroups {
    static final String TOP = "/sys/fs/cgroup/";
    private static final OnFailure REMOVED_LATER =
            new OnFailure.Retry(java.util.Set.of(Errno.EBUSY), 50, 4, true, "its last process is still ending");

    private final Assembly in;
    private final String name;
    private final boolean relative;
    private boolean joined;
    private final Register top;
    private final Data statfs;

    CgroupsV1(Assembly in) {
        this.in = in;
        String path = in.linux.cgroupsPath().orElse("");
        relative = !path.startsWith("/");
        name = path.isEmpty() ? "/" + in.request.id() : Paths.clean("/" + path);
        top = in.plan.register();
        statfs = in.plan.space(120, 8);
        if (name.equals("/")) {
            throw new UnsupportedConfig("linux.cgroupsPath: " + path + " is the root of the hierarchy");
        }
    }

    /** Beneath /sys/fs/cgroup, without a leading slash. */
    String group(Hierarchy hierarchy) {
        String base = relative ? in.request.cgroups().ownIn(hierarchy) : "/";
        return hierarchy.directory() + Paths.clean(base + name);
    }

    @Override
    public List<String> directories() {
        List<String> all = new ArrayList<>();
        for (Hierarchy hierarchy : in.request.cgroups().hierarchies()) {
            all.add(TOP + group(hierarchy));
        }
        return all;
    }

    @Override
    public void create() {
        Script outer = in.outer.group("cgroups");
        Script undo = in.undo.group("cgroups");
        open(outer, OnFailure.STOP);
        Resources resources = in.linux.resources().orElse(Resources.NONE);
        LimitFilesV1.refuseMissing(resources, in.request.cgroups().hierarchies());
        List<GroupSetting> settings = LimitFilesV1.of(resources);
        List<ControllerV1> controllers = ControllerV1.all();
        for (Hierarchy hierarchy : in.request.cgroups().hierarchies()) {
            String group = group(hierarchy);
            Register made = make(hierarchy, group);
            takeBack(undo, made, group);
            // Several hierarchies have nothing that is limited: their groups are made, and that is all.
            GroupWriter writer = new GroupWriter(in, outer, () -> opened(group), TOP + group, made);
            for (ControllerV1 controller : controllers) {
                if (hierarchy.has(controller.name())) {
                    controller.prepare(in, new ControllerV1.New(top, hierarchy.directory(), group, made));
                    controller.apply(writer, resources);
                }
            }
            for (GroupSetting setting : settings) {
                if (hierarchy.has(setting.controller())) {
                    writer.write(setting);
                }
            }
        }
        in.outer.group("init").post(ContainerCompiler.GROUPED, "tell init that its cgroups are there");
    }

    private Register opened(String group) {
        Register directory = in.outer.get(
                Calls.OPENAT, "open cgroup " + TOP + group, top, in.string(group), imm(in.openDirectory()), Arg.ZERO);
        checkIsCgroup(directory, group);
        return directory;
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

    /** Nothing is written where no cgroup file system is mounted. */
    private void checkIsCgroup(Register directory, String group) {
        Script outer = in.outer;
        outer.run(Calls.FSTATFS, "ask what " + TOP + group + " is", directory, statfs);
        Register type = outer.load(statfs, 8, "its type");
        outer.check(
                type,
                -1,
                Compare.EQUAL,
                imm(Flags.CGROUP_SUPER_MAGIC),
                Errno.EINVAL,
                TOP + group + " is not in a cgroup file system",
                true);
    }

    /** The answer of the mkdir: negative when the group was there. */
    private Register make(Hierarchy hierarchy, String group) {
        Script outer = in.outer;
        String what = "make cgroup " + TOP + group;
        Register made = outer.get(
                Calls.MKDIRAT,
                OnFailure.tolerate(
                        "its parent may be missing, or a caller may have made it", Errno.ENOENT, Errno.EEXIST),
                what,
                top,
                in.string(group),
                imm(0755));
        Label exists = outer.label();
        outer.jump(exists, made, Compare.NOT_EQUAL, imm(-Errno.ENOENT.number()), "its parent is there");
        String[] parts = group.split("/");
        StringBuilder path = new StringBuilder(parts[0]);
        for (int i = 1; i < parts.length - 1; i++) {
            path.append('/').append(parts[i]);
            outer.run(
                    Calls.MKDIRAT,
                    OnFailure.tolerate("it is shared with others", Errno.EEXIST),
                    "make cgroup " + TOP + path,
                    top,
                    in.string(path.toString()),
                    imm(0755));
        }
        outer.get(
                made,
                Calls.MKDIRAT,
                OnFailure.tolerate("another caller was faster", Errno.EEXIST),
                what,
                top,
                in.string(group),
                imm(0755));
        outer.place(exists);
        if (hierarchy.directory().equals("freezer")) {
            refuseUsed(made, group);
        }
        return made;
    }

    /** A group that was there must be empty and thawed: else limits and signals would hit somebody else. */
    private void refuseUsed(Register made, String group) {
        Script outer = in.outer;
        Label fresh = outer.label();
        outer.jump(fresh, made, Compare.AT_LEAST, Arg.ZERO, "the group is new");
        Register directory = outer.get(
                Calls.OPENAT, "open cgroup " + TOP + group, top, in.string(group), imm(in.openDirectory()), Arg.ZERO);
        Register found =
                outer.signalGroup(directory, 0, false, OnFailure.STOP, "count the processes of " + TOP + group);
        outer.check(
                found,
                -1,
                Compare.EQUAL,
                Arg.ZERO,
                Errno.EBUSY,
                "container's cgroup is not empty: " + TOP + group + " has processes of another container",
                true);
        Register state = outer.get(
                Calls.OPENAT,
                "open " + TOP + group + "/freezer.state",
                directory,
                in.string("freezer.state"),
                imm(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        Data text = in.plan.space(16, 8);
        outer.run(Calls.READ, "read " + TOP + group + "/freezer.state", state, text, imm(16));
        Register first = outer.load(text, 1, "its first letter");
        outer.check(
                first,
                -1,
                Compare.EQUAL,
                imm('T'),
                Errno.EBUSY,
                "container's cgroup unexpectedly frozen: " + TOP + group,
                true);
        outer.place(fresh);
    }

    private void takeBack(Script undo, Register made, String group) {
        Label other = undo.label();
        undo.jump(other, made, Compare.LESS, Arg.ZERO, "it was not made here");
        undo.removeGroup(top, group, REMOVED_LATER, "remove cgroup " + TOP + group);
        undo.place(other);
    }

    @Override
    public void remove(Script script) {
        script.group("cgroups");
        for (Hierarchy hierarchy : in.request.cgroups().hierarchies()) {
            script.removeGroup(top, group(hierarchy), REMOVED_LATER, "remove cgroup " + TOP + group(hierarchy));
        }
    }

    @Override
    public Optional<String> outOfMemoryFile() {
        return in.request.cgroups().hierarchies().stream()
                .filter(hierarchy -> hierarchy.has("memory"))
                .findFirst()
                .map(hierarchy -> TOP + group(hierarchy) + "/memory.oom_control");
    }

    @Override
    public List<String> counterFiles() {
        return Stream.of(
                        file("memory", "memory.max_usage_in_bytes"),
                        file("cpu", "cpu.stat"),
                        file("pids", "pids.events"))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<String> file(String controller, String name) {
        return in.request.cgroups().hierarchies().stream()
                .filter(hierarchy -> hierarchy.has(controller))
                .findFirst()
                .map(hierarchy -> TOP + group(hierarchy) + "/" + name);
    }

    @Override
    public Optional<String> everybody() {
        return in.request.cgroups().hierarchies().stream()
                .filter(hierarchy -> hierarchy.directory().equals("freezer"))
                .findFirst()
                .map(hierarchy -> TOP + group(hierarchy));
    }

    @Override
    public void join() {
        if (joined) {
            return;
        }
        joined = true;
        Script init = in.init.group("cgroups");
        init.await(ContainerCompiler.GROUPED, "wait until the cgroups are made");
        for (Hierarchy hierarchy : in.request.cgroups().hierarchies()) {
            String path = TOP + group(hierarchy) + "/tasks";
            Register file = init.get(
                    Calls.OPENAT,
                    "open " + path,
                    imm(Flags.AT_FDCWD),
                    in.string(path),
                    imm(Flags.O_WRONLY | Flags.O_CLOEXEC),
                    Arg.ZERO);
            init.run(Calls.WRITE, "join cgroup " + TOP + group(hierarchy), file, in.string("0"), imm(1));
            init.run(Calls.CLOSE, "close " + path, file);
        }
        init.group("mounts");
    }

    @Override
    public void mountInside(Mount mount, MountOptions options) {
        join();
        new CgroupMountV1(in, this::group).mount(mount, options);
    }
}
