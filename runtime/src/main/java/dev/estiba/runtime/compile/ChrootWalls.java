package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Capability;
import dev.estiba.oci.runtime.Capabilities;
import dev.estiba.oci.runtime.Process;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.seccomp.FilterProgram;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What keeps a jail's process in, the same for its first one and for an exec's.
 *
 * <p>Landlock has no way into a domain that is there already: a process is in its parent's, and may make one of its own
 * (landlock_restrict_self(2)). So each exec is a domain of its own, and LANDLOCK_SCOPE_SIGNAL keeps a jail's first process
 * and those of its execs apart as it keeps all of them from the host: they cannot signal each other.
 */
final class ChrootWalls {
    /** With any of them, a process of a jail can leave it or reach the host. */
    private static final Set<Capability> WAYS_OUT = EnumSet.of(
            Capability.SYS_CHROOT,
            Capability.SYS_ADMIN,
            Capability.SYS_PTRACE,
            Capability.SYS_MODULE,
            Capability.SYS_RAWIO,
            Capability.SYS_BOOT,
            Capability.MKNOD,
            Capability.DAC_READ_SEARCH,
            Capability.KILL,
            Capability.SETUID,
            Capability.SETGID,
            Capability.SETFCAP,
            Capability.SETPCAP,
            Capability.NET_ADMIN,
            Capability.BPF,
            Capability.PERFMON,
            Capability.SYS_TIME,
            Capability.MAC_ADMIN,
            Capability.MAC_OVERRIDE);

    /** struct landlock_ruleset_attr: handled_access_fs, handled_access_net, scoped. */
    private static final int RULESET_SIZE = 24;

    private static final long SCOPE_ABSTRACT_UNIX_SOCKET = 1;
    private static final long SCOPE_SIGNAL = 2;

    private final Assembly in;

    ChrootWalls(Assembly in) {
        this.in = in;
    }

    /** What no process of a jail may be. */
    static void refuse(Process process) {
        refuse(process.user().uid() == 0, "its root would be the host's: run it as another user");
        refuse(process.capabilities().isEmpty(), "its capabilities must be said");
        process.capabilities().stream()
                .flatMap(ChrootWalls::names)
                .forEach(name -> Capability.named(name)
                        .filter(WAYS_OUT::contains)
                        .ifPresent(each -> refuse(true, each.fullName() + " is a way out of it")));
        refuse(!process.noNewPrivileges(), "without no_new_privs a set-user-ID program is the host's root");
        refuse(process.terminal(), "it has no terminals of its own");
        refuse(process.env().stream().noneMatch(each -> each.startsWith("HOME=")), "HOME must be said");
    }

    /** The agent's socket is the runtime's: nothing of that is done for a jail yet. */
    static void refuse(Optional<FilterProgram> filter) {
        refuse(filter.isPresent() && filter.get().notifies(), "a seccomp listener for it is not built yet");
    }

    private static Stream<String> names(Capabilities sets) {
        return Stream.of(sets.bounding(), sets.effective(), sets.inheritable(), sets.permitted(), sets.ambient())
                .flatMap(List::stream);
    }

    static void refuse(boolean asked, String why) {
        if (asked) {
            throw new UnsupportedConfig("no jail by chroot: " + why);
        }
    }

    void enter(Register root) {
        Script init = in.init.group("enter the jail");
        init.run(Calls.FCHDIR, "enter the root file system", root);
        init.run(Calls.CHROOT, "make it this process's root", in.string("."));
        init.run(Calls.CHDIR, "go to the root", in.string("/"));
    }

    /** Needs Linux 6.12: an older kernel cannot keep a jail's signals from the host, and refuses here. */
    void keepIn() {
        Script init = in.init.group("keep in");
        Register rules = init.get(
                Calls.LANDLOCK_CREATE_RULESET,
                "keep the jail's signals and sockets from the host (Landlock's scopes, since Linux 6.12)",
                in.plan.words(0, 0, SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL),
                imm(RULESET_SIZE),
                Arg.ZERO);
        init.run(Calls.LANDLOCK_RESTRICT_SELF, "enter the Landlock domain", rules, Arg.ZERO);
    }
}
