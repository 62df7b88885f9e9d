package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.IdMapping;
import dev.estiba.oci.runtime.Mount;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Mounts on which ids are others than on the disk (mount_setattr(2), "ID-mapped mounts"): by a mapping of the mount's own, or by
 * the container's user namespace.
 *
 * <p>The kernel takes a mapping only as a user namespace, and one lives by a process: for each mapping one is started that
 * does nothing, and ends when its namespace is held by a descriptor.
 */
final class IdMappedMounts {
    /** To a holder: its namespace is held. */
    private static final int HELD = 7;

    private static final int USERNS_AT = 24;

    private final Assembly in;
    private final Namespaces namespaces;
    private final Map<Mapping, Register> held = new HashMap<>();
    private final List<Later> later = new ArrayList<>();

    private record Mapping(List<IdMapping> uids, List<IdMapping> gids) {}

    private record Later(Register tree, boolean deep, String what) {}

    IdMappedMounts(Assembly in, Namespaces namespaces) {
        this.in = in;
        this.namespaces = namespaces;
    }

    /** Whether a mount is one; refuses one that cannot be. */
    boolean wanted(Mount mount, MountOptions options) {
        boolean own = !mount.uidMappings().isEmpty() || !mount.gidMappings().isEmpty();
        if (!own && !options.idmap()) {
            return false;
        }
        String target = "mount " + mount.destination() + ": ";
        refuse(!Mounts.isBind(mount, options), target + "id-mapped mounts are only supported for bind mounts");
        refuse(!in.request.caller().isRoot(), target + "id-mapped mounts are not supported for rootless containers");
        Caller.Withheld withheld = in.request.caller().withheld();
        refuse(
                withheld.openTree() || withheld.mountSetattr(),
                target + "id-mapped mounts need open_tree(2) and mount_setattr(2), which this kernel has not got, or a"
                        + " filter around this process forbids");
        refuse(
                own && (mount.uidMappings().isEmpty() || mount.gidMappings().isEmpty()),
                target + "id-mapped mounts must have both UID and GID mappings specified");
        refuse(
                !own && !in.userNamespace,
                target + "id-mapped mounts without mappings of their own need a user namespace for the container");
        return true;
    }

    private static void refuse(boolean wrong, String sentence) {
        if (wrong) {
            throw new UnsupportedConfig(sentence);
        }
    }

    /** Outer, before init: maps by a mapping of the mount's own, or by a user namespace that is joined. */
    void map(Register tree, Mount mount, MountOptions options) {
        String what = "map the ids of " + Mounts.target(mount);
        if (!mount.uidMappings().isEmpty()) {
            Mapping mapping = new Mapping(mount.uidMappings(), mount.gidMappings());
            map(tree, held.computeIfAbsent(mapping, this::hold), options.idmapDeep(), what);
        } else if (namespaces.isNew(Namespace.Type.USER)) {
            later.add(new Later(tree, options.idmapDeep(), what));
        } else {
            map(tree, namespaces.joined(Namespace.Type.USER), options.idmapDeep(), what);
        }
    }

    void mapByTheContainers(Register pid) {
        if (!later.isEmpty()) {
            Register namespace = open(pid);
            later.forEach(each -> map(each.tree(), namespace, each.deep(), each.what()));
        }
    }

    private void map(Register tree, Arg namespace, boolean deep, String what) {
        Data attributes = in.mountAttributes(Flags.MOUNT_ATTR_IDMAP, 0, 0);
        Script outer = in.outer.group("mounts");
        outer.store(new Data(attributes.offset() + USERNS_AT), 8, namespace, "the user namespace that maps");
        outer.run(
                Calls.MOUNT_SETATTR,
                what,
                tree,
                in.string(""),
                imm(Flags.AT_EMPTY_PATH | (deep ? Flags.AT_RECURSIVE : 0)),
                attributes,
                imm(Flags.MOUNT_ATTR_SIZE));
    }

    /** A descriptor of a user namespace with that mapping. */
    private Register hold(Mapping mapping) {
        if (held.isEmpty()) {
            Script holder = in.plan.actor(Actor.HOLDER).group("mounts");
            holder.onFailure("cannot map ids", 1);
            Settings.dieWithTheRuntime(holder, "die with the runtime");
            holder.await(HELD, "wait until this user namespace is held");
            holder.exit(Arg.ZERO, "it is");
        }
        Script outer = in.outer.group("mounts");
        Register pid = outer.start(Actor.HOLDER, Flags.CLONE_NEWUSER, imm(-1), "start a process with ids of its own");
        IdMaps.of(in).write(pid, mapping.uids(), mapping.gids());
        Register namespace = open(pid);
        outer.post(HELD, "its user namespace is held");
        outer.run(
                Calls.WAIT4,
                OnFailure.tolerate("its end is all that counts", Errno.ECHILD),
                "see it off",
                pid,
                Arg.ZERO,
                Arg.ZERO,
                Arg.ZERO);
        outer.run(Calls.CLOSE, "let go of it", pid.next());
        return namespace;
    }

    private Register open(Register pid) {
        Script outer = in.outer.group("mounts");
        Register process = IdMaps.of(in).process(pid);
        return outer.get(
                Calls.OPENAT,
                "hold its user namespace",
                process,
                in.string("ns/user"),
                imm(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
    }
}
