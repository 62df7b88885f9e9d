package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Namespaces: new ones by clone, others by path (namespaces(7)). */
final class Namespaces {
    private final Assembly in;
    private final EnumMap<Namespace.Type, Namespace> all = new EnumMap<>(Namespace.Type.class);
    private final EnumMap<Namespace.Type, Joined> joined = new EnumMap<>(Namespace.Type.class);

    private record Joined(Register descriptor, String what) {}

    Namespaces(Assembly in) {
        this.in = in;
        for (Namespace namespace : in.linux.namespaces()) {
            if (all.put(namespace.type(), namespace) != null) {
                throw new UnsupportedConfig("malformed spec file: duplicated ns {\"type\":\""
                        + namespace.type().specName() + "\"}");
            }
        }
        TimeNamespace.check(in.linux);
    }

    /** What mounts needs mounts that the host does not see. */
    void refuseTheHostsMounts() {
        if (!all.containsKey(Namespace.Type.MOUNT)) {
            throw new UnsupportedConfig("linux.namespaces: without a mount namespace a container would mount into the"
                    + " host's: add {\"type\": \"mount\"}");
        }
        if (isJoined(Namespace.Type.MOUNT) && isNew(Namespace.Type.USER)) {
            throw new UnsupportedConfig("linux.namespaces: a new user namespace has no rights over the mount namespace"
                    + " that is joined: join the one that it belongs to, or make a new mount namespace");
        }
    }

    boolean isNew(Namespace.Type type) {
        return all.containsKey(type) && all.get(type).path().isEmpty();
    }

    private boolean isJoined(Namespace.Type type) {
        return all.containsKey(type) && all.get(type).path().isPresent();
    }

    /** Outer's descriptor of one that is joined by path. */
    Register joined(Namespace.Type type) {
        return java.util.Objects.requireNonNull(joined.get(type), type.specName())
                .descriptor();
    }

    static long flag(Namespace.Type type) {
        return switch (type) {
            case PID -> Flags.CLONE_NEWPID;
            case NETWORK -> Flags.CLONE_NEWNET;
            case MOUNT -> Flags.CLONE_NEWNS;
            case IPC -> Flags.CLONE_NEWIPC;
            case UTS -> Flags.CLONE_NEWUTS;
            case USER -> Flags.CLONE_NEWUSER;
            case CGROUP -> Flags.CLONE_NEWCGROUP;
            case TIME -> Flags.CLONE_NEWTIME;
        };
    }

    /**
     * What clone makes anew: the pid namespace alone, which no process can make for itself. The others, of which a
     * network namespace takes 0.5 ms, init makes while the outer actor goes on.
     */
    long cloneFlags() {
        return (isNew(Namespace.Type.PID) ? Flags.CLONE_NEWPID : 0)
                | (isNew(Namespace.Type.USER) ? Flags.CLONE_NEWUSER : 0);
    }

    /**
     * Whether a process must join namespaces before init is cloned: with a user namespace, init can join no namespace of the
     * host's any more; and what it makes in one that is joined belongs to that one only when it is born there.
     */
    boolean needJoiner() {
        return in.userNamespace && all.keySet().stream().anyMatch(type -> type != Namespace.Type.PID && isJoined(type));
    }

    /** The joiner's part: whoever has rights over namespaces of the host joins them before it gives those rights up. */
    void joinFirst(Script joiner) {
        joiner.group("namespaces");
        Map<Namespace.Type, Joined> order = new LinkedHashMap<>(joined);
        Joined user = order.remove(Namespace.Type.USER);
        if (user != null && !in.request.caller().isRoot()) {
            join(joiner, Namespace.Type.USER, user);
        }
        order.forEach((type, each) -> join(joiner, type, each));
        if (user != null && in.request.caller().isRoot()) {
            join(joiner, Namespace.Type.USER, user);
        }
    }

    private static void join(Script script, Namespace.Type type, Joined each) {
        script.run(Calls.SETNS, each.what(), each.descriptor(), imm(flag(type)));
    }

    /** What init makes anew. A cgroup namespace comes later: its root is where its first process is. */
    private long unshareFlags() {
        long flags = 0;
        for (Namespace.Type type : all.keySet()) {
            if (isNew(type)) {
                flags |= flag(type);
            }
        }
        return flags & ~(Flags.CLONE_NEWCGROUP | cloneFlags());
    }

    /** Outer, before clone: opens the namespaces to join; a pid namespace takes children only, so it is joined here. */
    void open() {
        Script outer = in.outer.group("namespaces");
        for (Map.Entry<Namespace.Type, Namespace> each : all.entrySet()) {
            if (!isJoined(each.getKey())) {
                continue;
            }
            String path = each.getValue().path().orElseThrow();
            String what = "join the " + each.getKey().specName() + " namespace " + path;
            Register fd = outer.get(
                    Calls.OPENAT,
                    what,
                    imm(Flags.AT_FDCWD),
                    in.string(path),
                    imm(Flags.O_RDONLY | Flags.O_CLOEXEC),
                    Arg.ZERO);
            if (each.getKey() == Namespace.Type.NETWORK) {
                refuseTheHosts(outer, fd);
            }
            if (each.getKey() == Namespace.Type.MOUNT) {
                refuseTheHostsMounts(outer, fd, path);
            }
            if (each.getKey() == Namespace.Type.PID) {
                outer.run(Calls.SETNS, what, fd, imm(flag(each.getKey())));
            } else {
                joined.put(each.getKey(), new Joined(fd, what));
            }
        }
    }

    /** A path can lead to the namespace that the runtime itself is in: a sysctl would be the host's (CVE-2022-0532). */
    private void refuseTheHosts(Script outer, Register joined) {
        Optional<String> sysctl = in.linux.sysctl().keySet().stream()
                .filter(key -> key.replace('/', '.').startsWith("net."))
                .findFirst();
        if (sysctl.isEmpty()) {
            return;
        }
        String what = "tell network namespaces apart";
        Register own = number(outer, imm(Flags.AT_FDCWD), "/proc/self/ns/net", 0, OnFailure.STOP, what);
        Register other = number(outer, joined, "", Flags.AT_EMPTY_PATH, OnFailure.STOP, what);
        outer.check(
                other,
                -1,
                Compare.NOT_EQUAL,
                own,
                Errno.EINVAL,
                "sysctl \"" + sysctl.get() + "\" not allowed in host network namespace",
                true);
    }

    /** The container's root would take the place of the host's, for every process that there is (pivot_root(2)). */
    private void refuseTheHostsMounts(Script outer, Register joined, String path) {
        String what = "tell mount namespaces apart";
        Register other = number(outer, joined, "", Flags.AT_EMPTY_PATH, OnFailure.STOP, what);
        OnFailure unseen = OnFailure.tolerate("who may not look at it cannot join it", Errno.EACCES, Errno.EPERM);
        for (String hosts : List.of("/proc/self/ns/mnt", "/proc/1/ns/mnt")) {
            OnFailure onFailure = hosts.equals("/proc/1/ns/mnt") ? unseen : OnFailure.STOP;
            Register own = number(outer, imm(Flags.AT_FDCWD), hosts, 0, onFailure, what);
            outer.check(
                    other,
                    -1,
                    Compare.NOT_EQUAL,
                    own,
                    Errno.EINVAL,
                    "the mount namespace " + path + " is the host's: a container in it would take its root away",
                    true);
        }
    }

    /** Its inode number, which all namespaces share one space of (ioctl_ns(2)). */
    private Register number(Script outer, Arg directory, String path, long flags, OnFailure onFailure, String what) {
        Data statx = in.plan.space(Flags.STATX_SIZE, 8);
        Register number = in.plan.register();
        outer.run(Calls.STATX, onFailure, what, directory, in.string(path), imm(flags), imm(Flags.STATX_BASIC), statx);
        outer.load(number, new Data(statx.offset() + Flags.STATX_INO_AT), 8, "its number");
        return number;
    }

    /** Init's part. */
    void join() {
        Script init = in.init.group("namespaces");
        init.run(Calls.UNSHARE, "make the namespaces", imm(unshareFlags()));
        if (isNew(Namespace.Type.TIME)) {
            TimeNamespace.enter(in, init);
        }
        if (!needJoiner()) {
            joined.forEach((type, each) -> join(init, type, each));
        }
        if (isNew(Namespace.Type.CGROUP)) {
            init.run(Calls.UNSHARE, "make a cgroup namespace", imm(Flags.CLONE_NEWCGROUP));
        }
    }
}
