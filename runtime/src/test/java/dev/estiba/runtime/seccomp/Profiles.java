package dev.estiba.runtime.seccomp;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.Capability;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Profiles and parts of them as tests write them. */
final class Profiles {
    /** What Docker gives a container that asks for nothing. */
    static final Set<Capability> DEFAULT_CAPABILITIES = EnumSet.of(
            Capability.CHOWN,
            Capability.DAC_OVERRIDE,
            Capability.FSETID,
            Capability.FOWNER,
            Capability.MKNOD,
            Capability.NET_RAW,
            Capability.SETGID,
            Capability.SETUID,
            Capability.SETFCAP,
            Capability.SETPCAP,
            Capability.NET_BIND_SERVICE,
            Capability.SYS_CHROOT,
            Capability.KILL,
            Capability.AUDIT_WRITE);

    static final KernelRelease KERNEL = new KernelRelease(6, 18);

    static final List<Architecture> ALL_X86 = List.of(Architecture.X86_64, Architecture.X86, Architecture.X32);

    private Profiles() {}

    static Profile docker(Abi abi) {
        return DockerProfile.standard().expand(new Circumstances(abi, DEFAULT_CAPABILITIES, KERNEL));
    }

    /** All else answers EPERM. */
    static Profile denying(Rule... rules) {
        return new Profile(Action.ERRNO, OptionalInt.of(1), ALL_X86, Set.of(), List.of(rules));
    }

    /** All else is allowed. */
    static Profile allowing(Rule... rules) {
        return new Profile(Action.ALLOW, OptionalInt.empty(), ALL_X86, Set.of(), List.of(rules));
    }

    static Rule allow(String name, ArgCheck... args) {
        return new Rule(List.of(name), Action.ALLOW, OptionalInt.empty(), List.of(args));
    }

    static Rule errno(int errno, String name, ArgCheck... args) {
        return new Rule(List.of(name), Action.ERRNO, OptionalInt.of(errno), List.of(args));
    }

    static Rule rule(Action action, String name, ArgCheck... args) {
        return new Rule(List.of(name), action, OptionalInt.empty(), List.of(args));
    }

    static ArgCheck arg(int index, Operator op, long value) {
        return new ArgCheck(index, value, 0, op);
    }

    static ArgCheck masked(int index, long mask, long value) {
        return new ArgCheck(index, mask, value, Operator.MASKED_EQ);
    }
}
