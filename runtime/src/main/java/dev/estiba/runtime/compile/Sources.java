package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.oci.runtime.Mount;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the outer actor opens of the host for init to mount, before init exists: as a detached copy, which init inherits as a
 * descriptor (open_tree(2)).
 */
final class Sources {
    private static final Pattern DESCRIPTOR = Pattern.compile("/proc/[0-9]+/fd/[0-9]+");

    private final Assembly in;
    private final IdMappedMounts idMapped;
    private final Map<Integer, Register> trees = new HashMap<>();

    Sources(Assembly in, Namespaces namespaces) {
        this.in = in;
        this.idMapped = new IdMappedMounts(in, namespaces);
    }

    /** Outer, before init is started. */
    void open() {
        List<Mount> mounts = in.config.mounts();
        for (int i = 0; i < mounts.size(); i++) {
            Mount mount = mounts.get(i);
            MountOptions options = MountOptions.parse(mount.options());
            boolean mapped = idMapped.wanted(mount, options);
            boolean shares = shares(options);
            if (Mounts.isBind(mount, options) && (mapped || shares || in.opensOutside() || isDescriptor(mount))) {
                String what = "bind " + mount.source().orElse("") + " to " + Mounts.target(mount);
                Register tree = in.plan.register();
                Script outer = in.outer.group("mounts");
                String source = Mounts.source(in, mount);
                if (shares) {
                    clone(in, outer, tree, source, options.has(Flags.MS_REC), what);
                } else {
                    copy(in, outer, tree, source, options.has(Flags.MS_REC), what);
                }
                trees.put(i, tree);
                if (mapped) {
                    idMapped.map(tree, mount, options);
                }
            }
        }
    }

    /**
     * Whether the source is what another process has open, as {@code /proc/PID/fd/N}. Such a directory is in the mount namespace of the
     * host, and a mount of another namespace than its own nobody can copy (open_tree(2), EINVAL): init is in a new one.
     */
    private boolean isDescriptor(Mount mount) {
        return canOpen() && mount.source().filter(DESCRIPTOR.asMatchPredicate()).isPresent();
    }

    private boolean canOpen() {
        Caller.Withheld withheld = in.request.caller().withheld();
        return in.request.caller().isRoot() && !withheld.openTree() && !withheld.mountSetattr();
    }

    /**
     * Whether what the container mounts in it is to be seen by the host: a copy that is made before init has taken its mounts from the
     * host's is a peer of what it is a copy of (mount_namespaces(7)).
     */
    private boolean shares(MountOptions options) {
        return canOpen()
                && !in.userNamespace
                && options.propagation().stream().anyMatch(each -> (each & Flags.MS_SHARED) != 0);
    }

    /** Outer, when init's user namespace is there. */
    void mapByTheContainers(Register pid) {
        idMapped.mapByTheContainers(pid);
    }

    /** The copy of the mount at {@code index} of the configuration, when it was opened here. */
    Optional<Register> tree(int index) {
        return Optional.ofNullable(trees.get(index));
    }

    /**
     * Mount events of the container must not travel to the host: a copy in a mount namespace of its own is made a slave by the
     * kernel, this one is not, for it is made in the host's.
     */
    static void copy(Assembly in, Script outer, Register tree, String path, boolean recursive, String what) {
        clone(in, outer, tree, path, recursive, what);
        outer.run(
                Calls.MOUNT_SETATTR,
                what + " (slave)",
                tree,
                in.string(""),
                imm(Flags.AT_EMPTY_PATH | Flags.AT_RECURSIVE),
                in.mountAttributes(0, 0, Flags.MS_SLAVE),
                imm(Flags.MOUNT_ATTR_SIZE));
    }

    private static void clone(Assembly in, Script outer, Register tree, String path, boolean recursive, String what) {
        outer.get(
                tree,
                Calls.OPEN_TREE,
                OnFailure.STOP,
                what,
                imm(Flags.AT_FDCWD),
                in.string(path),
                imm(Flags.OPEN_TREE_CLONE | Flags.OPEN_TREE_CLOEXEC | (recursive ? Flags.AT_RECURSIVE : 0)));
    }
}
