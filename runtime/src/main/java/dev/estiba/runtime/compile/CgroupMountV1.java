package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.oci.runtime.Mount;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.runtime.compile.CgroupLayout.Hierarchy;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.function.Function;

/** The configuration's mount of type cgroup where hierarchies are of version 1: a tmpfs with one mount for each. */
final class CgroupMountV1 {
    private final Assembly in;
    private final Function<Hierarchy, String> group;

    /** @param group where the container is in a hierarchy, beneath /sys/fs/cgroup */
    CgroupMountV1(Assembly in, Function<Hierarchy, String> group) {
        this.in = in;
        this.group = group;
    }

    void mount(Mount mount, MountOptions options) {
        Script init = in.init;
        String target = Mounts.target(mount);
        String what = "mount cgroup on " + target;
        boolean ownNamespace = in.linux.namespaces().stream().anyMatch(n -> n.type() == Namespace.Type.CGROUP);
        Register place = init.place(in.root, target, 0755, Script.Place.DIRECTORY, OnFailure.STOP, what);
        Mounts.refuseInProc(in, place, target);
        long flags = options.flags() & ~Flags.MS_RDONLY;
        init.run(
                Calls.MOUNT,
                what,
                in.string("tmpfs"),
                init.descriptorPath(place),
                in.string("tmpfs"),
                imm(flags | Flags.MS_NOSUID | Flags.MS_NODEV | Flags.MS_NOEXEC),
                in.string("mode=755"));
        Register top = init.place(in.root, target, 0755, Script.Place.EXISTING, OnFailure.STOP, what);
        for (Hierarchy hierarchy : in.request.cgroups().hierarchies()) {
            one(hierarchy, top, target, options, ownNamespace);
        }
        for (String link : in.request.cgroups().links()) {
            in.request.cgroups().hierarchies().stream()
                    .filter(h -> h.has(link))
                    .findFirst()
                    .ifPresent(h -> init.run(
                            Calls.SYMLINKAT,
                            "link " + target + "/" + link,
                            in.string(h.directory()),
                            top,
                            in.string(link)));
        }
        if (options.has(Flags.MS_RDONLY)) {
            MountTree.mounted(in, top).set(Flags.MOUNT_ATTR_RDONLY, 0, what + " (ro)");
        }
    }

    private void one(Hierarchy hierarchy, Register top, String target, MountOptions options, boolean ownNamespace) {
        Script init = in.init;
        String what = "mount cgroup on " + target + "/" + hierarchy.directory();
        init.run(Calls.MKDIRAT, what, top, in.string(hierarchy.directory()), imm(0755));
        Register place =
                init.get(Calls.OPENAT, what, top, in.string(hierarchy.directory()), imm(in.openDirectory()), Arg.ZERO);
        if (ownNamespace) {
            String data = hierarchy.directory().equals("systemd") ? "none,name=systemd" : hierarchy.directory();
            init.run(
                    Calls.MOUNT,
                    what,
                    in.string("cgroup"),
                    init.descriptorPath(place),
                    in.string("cgroup"),
                    imm(options.flags()),
                    in.string(data));
            return;
        }
        MountTree tree = MountTree.copy(in, imm(Flags.AT_FDCWD), CgroupsV1.TOP + group.apply(hierarchy), false, what);
        tree.set(options.attributes(), 0, what);
        tree.moveTo(place, target + "/" + hierarchy.directory(), what);
    }
}
