package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.oci.runtime.Mount;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Script;
import java.util.ArrayList;
import java.util.List;

/**
 * Mounts on which ids are others than on the disk (mount_setattr(2), "ID-mapped mounts"): by a mapping of the mount's own, or by
 * the container's user namespace.
 */
final class IdMappedMounts {
    private static final int USERNS_AT = 24;

    private final Assembly in;
    private final Namespaces namespaces;
    private final HeldUserNamespaces held;
    private final List<Later> later = new ArrayList<>();

    private record Later(Register tree, boolean deep, String what) {}

    IdMappedMounts(Assembly in, Namespaces namespaces) {
        this.in = in;
        this.namespaces = namespaces;
        this.held = new HeldUserNamespaces(in);
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
            map(tree, held.with(mount.uidMappings(), mount.gidMappings()), options.idmapDeep(), what);
        } else if (namespaces.isNew(Namespace.Type.USER)) {
            later.add(new Later(tree, options.idmapDeep(), what));
        } else {
            map(tree, namespaces.joined(Namespace.Type.USER), options.idmapDeep(), what);
        }
    }

    void mapByTheContainers(Register pid) {
        if (!later.isEmpty()) {
            Register namespace = held.open(pid);
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
}
