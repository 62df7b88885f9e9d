package dev.estiba.runtime.compile;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.IntelRdt;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Shares of caches and memory bandwidth: {@code linux.intelRdt}, the kernel's resctrl file system
 * (Documentation/filesystems/resctrl.rst).
 *
 * <p>A container that names a class of service ({@code closID}) shares it with others, and it stays, as with runc; one that
 * names none has its own, which goes with it.
 */
public final class CacheControl {
    private static final String ROOT = "/sys/fs/resctrl";
    private static final long RDTGROUP_SUPER_MAGIC = 0x7655821;
    private static final int STATFS_SIZE = 120;
    private static final int DIGITS = 20;

    private final Assembly in;
    private final IntelRdt wanted;
    private final String group;

    private CacheControl(Assembly in, IntelRdt wanted) {
        this.in = in;
        this.wanted = wanted;
        this.group = wanted.closId().orElse(in.request.id());
    }

    static Optional<CacheControl> of(Assembly in) {
        return in.linux.intelRdt().map(wanted -> new CacheControl(in, wanted));
    }

    /** Before anything has changed, in runc's words. */
    void check() {
        if (group.equals(".") || group.equals("..") || group.contains("/") || group.contains("\n")) {
            throw new UnsupportedConfig("invalid intelRdt.ClosID \"" + group + "\"");
        }
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        wanted.l3CacheSchema().ifPresent(lines::add);
        wanted.memBwSchema().ifPresent(lines::add);
        lines.addAll(wanted.schemata());
        return lines;
    }

    /** Outer, before anything is made. runc looks only for what a schema of its own field needs; crun for all of it. */
    void askTheKernel() {
        Script outer = in.outer.group("cache control");
        Data statfs = in.plan.space(STATFS_SIZE, 8);
        OnFailure no = OnFailure.tolerate("its answer is no, then");
        Register root = open(outer, no, Arg.of(Flags.AT_FDCWD), ROOT, "ask whether the kernel controls caches");
        outer.run(Calls.FSTATFS, no, "ask whether the kernel controls caches", root, statfs);
        outer.check(
                outer.load(statfs, 8, "the answer"),
                -1,
                Compare.EQUAL,
                Arg.of(RDTGROUP_SUPER_MAGIC),
                Errno.ENOENT,
                missing(),
                true);
        wanted.l3CacheSchema().ifPresent(schema -> has(outer, root, "info/L3", "l3CacheSchema", "CAT"));
        wanted.memBwSchema().ifPresent(schema -> has(outer, root, "info/MB", "memBwSchema", "MBA"));
    }

    private String missing() {
        if (wanted.l3CacheSchema().isPresent()) {
            return missing("l3CacheSchema", "CAT");
        }
        return wanted.memBwSchema().isPresent()
                ? missing("memBwSchema", "MBA")
                : "linux.intelRdt is specified in config, but Intel RDT is not enabled: no resctrl at " + ROOT;
    }

    private static String missing(String field, String feature) {
        return "intelRdt." + field + " is specified in config, but Intel RDT/" + feature + " is not enabled";
    }

    private void has(Script outer, Register root, String path, String field, String feature) {
        Register found =
                open(outer, OnFailure.tolerate("its answer is no, then"), root, path, "ask for Intel RDT/" + feature);
        outer.check(found, -1, Compare.AT_LEAST, Arg.ZERO, Errno.ENOENT, missing(field, feature), true);
    }

    private Register open(Script script, OnFailure onFailure, Arg directory, String path, String what) {
        return script.get(
                Calls.OPENAT, onFailure, what, directory, in.string(path), Arg.of(in.openDirectory()), Arg.ZERO);
    }

    /** Outer, when the container is recorded: its class of service, and itself in it before it runs anything. */
    void join(Register pid) {
        Script outer = in.outer.group("cache control");
        Register root = open(outer, OnFailure.STOP, Arg.of(Flags.AT_FDCWD), ROOT, "open " + ROOT);
        boolean given = wanted.closId().isPresent() && lines().isEmpty();
        if (!given) {
            make(outer, root);
        }
        Register directory = open(
                outer,
                OnFailure.STOP,
                root,
                group,
                "clos dir not accessible (must be pre-created when l3CacheSchema and memBwSchema are empty)");
        for (String line : lines()) {
            write(outer, directory, "schemata", line + "\n", "set the schema " + line + " of " + group);
        }
        add(outer, directory, "tasks", pid);
        if (wanted.enableMonitoring() && wanted.closId().isPresent()) {
            String own = "mon_groups/" + in.request.id();
            outer.run(
                    Calls.MKDIRAT,
                    OnFailure.tolerate("a killed create has left it", Errno.EEXIST),
                    "make the monitoring group " + own,
                    directory,
                    in.string(own),
                    Arg.of(0755));
            add(outer, directory, own + "/tasks", pid);
        }
    }

    private void make(Script outer, Register root) {
        Register made = outer.get(
                Calls.MKDIRAT,
                OnFailure.tolerate("others are in it", Errno.EEXIST),
                "make the class of service " + group,
                root,
                in.string(group),
                Arg.of(0755));
        Script undo = in.undo.group("cache control");
        Label others = undo.label();
        undo.jump(others, made, Compare.NOT_EQUAL, Arg.ZERO, "it was not made here");
        undo.run(
                Calls.UNLINKAT,
                "remove the class of service " + group,
                root,
                in.string(group),
                Arg.of(Flags.AT_REMOVEDIR));
        undo.place(others);
    }

    private void add(Script outer, Register directory, String file, Register pid) {
        Data digits = in.plan.space(DIGITS, 8);
        Register length = outer.formatted(digits, DIGITS, pid, "its text");
        String what = "put init into " + group + " (" + file + ")";
        Register tasks = file(outer, directory, file, what);
        outer.writeAll(tasks, digits, length, OnFailure.STOP, what);
        outer.run(Calls.CLOSE, what, tasks);
    }

    private void write(Script outer, Register directory, String name, String text, String what) {
        Register file = file(outer, directory, name, what);
        outer.run(Calls.WRITE, what, file, in.string(text), Arg.of(text.getBytes(StandardCharsets.UTF_8).length));
        outer.run(Calls.CLOSE, what, file);
    }

    private Register file(Script outer, Register directory, String name, String what) {
        return outer.get(
                Calls.OPENAT, what, directory, in.string(name), Arg.of(Flags.O_WRONLY | Flags.O_CLOEXEC), Arg.ZERO);
    }

    void remove(Script script) {
        remove(in.plan, script, wanted, in.request.id());
    }

    /** What a container has had of its own. */
    public static void remove(PlanBuilder plan, Script script, IntelRdt had, String id) {
        String path = ROOT + "/" + id;
        if (had.closId().isPresent()) {
            if (!had.enableMonitoring()) {
                return;
            }
            path = ROOT + "/" + had.closId().get() + "/mon_groups/" + id;
        }
        script.group("cache control");
        script.run(
                Calls.UNLINKAT,
                OnFailure.tolerate("it was never made", Errno.ENOENT, Errno.ENOTDIR),
                "remove " + path,
                Arg.of(Flags.AT_FDCWD),
                plan.string(path),
                Arg.of(Flags.AT_REMOVEDIR));
    }
}
