package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whose a version 2 group becomes that a container has a cgroup namespace of (config-linux.md, "Cgroup ownership"). */
final class CgroupOwner {
    /** /sys/kernel/cgroup/delegate of Linux 6.18; an older kernel has fewer. */
    private static final List<String> DELEGATED =
            List.of("cgroup.procs", "cgroup.threads", "cgroup.subtree_control", "memory.oom.group", "memory.reclaim");

    private final Assembly in;
    private final Register directory;
    private final String path;

    CgroupOwner(Assembly in, Register directory, String path) {
        this.in = in;
        this.directory = directory;
        this.path = path;
    }

    void give(Script outer) {
        owner().ifPresent(uid -> give(outer, uid));
    }

    /** The host's number of the process's user, when it mounts its group to be written to; empty when it is the maker's own. */
    private Optional<Long> owner() {
        boolean writable = in.config.mounts().stream()
                .anyMatch(mount -> mount.type().orElse("").equals("cgroup")
                        && Paths.clean(Mounts.target(mount)).equals("/sys/fs/cgroup")
                        && !mount.options().contains("ro"));
        if (!writable) {
            return Optional.empty();
        }
        long uid = in.config.process().map(process -> process.user().uid()).orElse(0L);
        Optional<Long> host = in.userNamespace
                ? in.linux.uidMappings().stream()
                        .filter(each -> uid >= each.containerId() && uid - each.containerId() < each.size())
                        .map(each -> each.hostId() + uid - each.containerId())
                        .findFirst()
                : Optional.of(uid);
        return host.filter(each -> each != in.request.caller().uid());
    }

    private void give(Script outer, long uid) {
        Arg owner = imm(uid);
        Arg same = imm(-1);
        Set<Errno> passed = EnumSet.noneOf(Errno.class);
        if (in.request.caller().isRootless()) {
            passed.add(Errno.EPERM); // who has no rights can give nothing away, and then it stays its maker's
        }
        outer.run(
                Calls.FCHOWNAT,
                passed.isEmpty()
                        ? OnFailure.STOP
                        : new OnFailure.Tolerate(passed, "an ordinary user gives nothing away"),
                "give " + path + " to the container's user",
                directory,
                in.string(""),
                owner,
                same,
                imm(Flags.AT_EMPTY_PATH));
        passed.add(Errno.ENOENT);
        for (String file : DELEGATED) {
            outer.run(
                    Calls.FCHOWNAT,
                    new OnFailure.Tolerate(passed, "not every kernel has every file"),
                    "give " + path + "/" + file + " to the container's user",
                    directory,
                    in.string(file),
                    owner,
                    same,
                    imm(Flags.AT_SYMLINK_NOFOLLOW));
        }
    }
}
