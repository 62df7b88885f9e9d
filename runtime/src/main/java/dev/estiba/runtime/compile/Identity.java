package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Capability;
import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.ResourceLimit;
import dev.estiba.oci.runtime.Capabilities;
import dev.estiba.oci.runtime.Process;
import dev.estiba.oci.runtime.Rlimit;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Who the container's process is: limits, ids, capabilities (capabilities(7)).
 *
 * <p>A filter can be installed without no_new_privs only by somebody with CAP_SYS_ADMIN, and installed early it would
 * have to allow all that follows. So the process takes its ids and its effective capabilities first and keeps
 * CAP_SYS_ADMIN in its permitted set alone; it is raised for the one call that installs the filter and is gone after
 * the last capset.
 */
final class Identity {
    private static final int CAPABILITY_VERSION_3 = 0x20080522;
    private static final long UNCHANGED = 0xffffffffL;

    private final Assembly in;
    private final Script script;
    private final Process process;
    private final Sets sets;

    private record Sets(long bounding, long effective, long inheritable, long permitted, long ambient) {}

    Identity(Assembly in, Script script, Process process) {
        this.in = in;
        this.script = script;
        this.process = process;
        this.sets = process.capabilities().map(Identity::sets).orElse(new Sets(-1, -1, -1, -1, 0));
        refuseUnchanged("uid", process.user().uid());
        refuseUnchanged("gid", process.user().gid());
    }

    /** setresuid(2), setresgid(2): -1 leaves an id as it is, and that would be the caller's, root's. */
    private static void refuseUnchanged(String field, long id) {
        if (id == UNCHANGED) {
            throw new UnsupportedConfig("process.user." + field + ": " + id + " is no id, it means \"unchanged\"");
        }
    }

    private static Sets sets(Capabilities capabilities) {
        long ambient = mask("ambient", capabilities.ambient());
        long permitted = mask("permitted", capabilities.permitted());
        long inheritable = mask("inheritable", capabilities.inheritable());
        return new Sets(
                mask("bounding", capabilities.bounding()),
                mask("effective", capabilities.effective()),
                inheritable,
                permitted,
                ambient & permitted & inheritable);
    }

    /** Names that this kernel does not know are left out, as runc does (it warns). */
    private static long mask(String set, List<String> names) {
        long mask = 0;
        for (String name : names) {
            Optional<Capability> known = Capability.named(name);
            if (known.isPresent()) {
                mask |= known.get().bit();
            } else if (!name.startsWith("CAP_")) {
                throw new UnsupportedConfig("process.capabilities." + set + ": " + name + " is no capability");
            }
        }
        return mask;
    }

    /** Whether this process states capabilities at all; without, it keeps the caller's. */
    private boolean stated() {
        return process.capabilities().isPresent();
    }

    void limits() {
        script.group("limits");
        for (Rlimit limit : process.rlimits()) {
            ResourceLimit resource = ResourceLimit.named(limit.type())
                    .orElseThrow(
                            () -> new UnsupportedConfig("process.rlimits: " + limit.type() + " is no resource limit"));
            script.run(
                    Calls.PRLIMIT64,
                    "set " + limit.type() + " to " + Long.toUnsignedString(limit.soft()) + ":"
                            + Long.toUnsignedString(limit.hard()),
                    Arg.ZERO,
                    imm(resource.number()),
                    in.plan.words(limit.soft(), limit.hard()),
                    Arg.ZERO);
        }
    }

    /** The bounding set, while CAP_SETPCAP is still there. */
    void bound() {
        script.group("capabilities");
        if (!stated()) {
            return;
        }
        for (Capability capability : Capability.values()) {
            if ((sets.bounding() & capability.bit()) == 0) {
                script.run(
                        Calls.PRCTL,
                        OnFailure.tolerate("an older kernel does not know it", Errno.EINVAL),
                        "drop " + capability.fullName() + " from the bounding set",
                        imm(Flags.PR_CAPBSET_DROP),
                        imm(capability.number()),
                        Arg.ZERO,
                        Arg.ZERO,
                        Arg.ZERO);
            }
        }
    }

    /** Ids, then the capabilities of the container's process; CAP_SYS_ADMIN stays permitted when {@code filterFollows}. */
    void become(boolean filterFollows) {
        script.group("user");
        script.run(
                Calls.PRCTL,
                "keep capabilities over the change of user",
                imm(Flags.PR_SET_KEEPCAPS),
                imm(1),
                Arg.ZERO,
                Arg.ZERO,
                Arg.ZERO);
        List<Long> groups = process.user().additionalGids();
        script.run(Calls.SETGROUPS, groupsFailure(), "set the supplementary groups", imm(groups.size()), gids(groups));
        long gid = process.user().gid();
        script.run(Calls.SETRESGID, "become group " + gid, imm((int) gid), imm((int) gid), imm((int) gid));
        long uid = process.user().uid();
        script.run(Calls.SETRESUID, "become user " + uid, imm((int) uid), imm((int) uid), imm((int) uid));
        if (stated()) {
            script.group("capabilities");
            long kept = filterFollows ? Capability.SYS_ADMIN.bit() : 0;
            set("take the capabilities", sets.effective(), sets.permitted() | kept, sets.inheritable());
            ambient();
        }
    }

    /**
     * A user namespace may forbid it (/proc/PID/setgroups, user_namespaces(7)): then nobody in there can take any, and those
     * that the caller has stay. runc asks for that file; elsewhere the kernel's refusal is one.
     */
    private OnFailure groupsFailure() {
        return in.userNamespace || in.request.caller().isRootless()
                ? OnFailure.tolerate("a user namespace may forbid it", Errno.EPERM)
                : OnFailure.STOP;
    }

    private Arg gids(List<Long> groups) {
        if (groups.isEmpty()) {
            return Arg.ZERO;
        }
        ByteBuffer list = ByteBuffer.allocate(groups.size() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        groups.forEach(gid -> list.putInt((int) (long) gid));
        return in.plan.bytes(list.array(), Integer.BYTES);
    }

    private void ambient() {
        if (sets.ambient() == 0 && process.user().uid() == 0) {
            return; // nothing is ambient in a process that changed no user, unless the caller raised it: cleared by
            // capset
        }
        script.run(
                Calls.PRCTL,
                OnFailure.tolerate("before Linux 4.3 there are none", Errno.EINVAL),
                "clear the ambient capabilities",
                imm(Flags.PR_CAP_AMBIENT),
                imm(Flags.PR_CAP_AMBIENT_CLEAR_ALL),
                Arg.ZERO,
                Arg.ZERO,
                Arg.ZERO);
        for (Capability capability : Capability.values()) {
            if ((sets.ambient() & capability.bit()) != 0) {
                script.run(
                        Calls.PRCTL,
                        "make " + capability.fullName() + " ambient",
                        imm(Flags.PR_CAP_AMBIENT),
                        imm(Flags.PR_CAP_AMBIENT_RAISE),
                        imm(capability.number()),
                        Arg.ZERO,
                        Arg.ZERO);
            }
        }
    }

    /** What the filter's installation needs. */
    void raiseForFilter() {
        if (stated()) {
            long admin = Capability.SYS_ADMIN.bit();
            set(
                    "raise CAP_SYS_ADMIN for the filter",
                    sets.effective() | admin,
                    sets.permitted() | admin,
                    sets.inheritable());
        }
    }

    /** The last word: after it the sets are what the configuration says. */
    void settle() {
        if (stated()) {
            set("take the final capabilities", sets.effective(), sets.permitted(), sets.inheritable());
        }
    }

    private void set(String what, long effective, long permitted, long inheritable) {
        ByteBuffer header =
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(CAPABILITY_VERSION_3);
        ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        for (int half = 0; half < 64; half += 32) {
            data.putInt((int) (effective >>> half))
                    .putInt((int) (permitted >>> half))
                    .putInt((int) (inheritable >>> half));
        }
        script.run(Calls.CAPSET, what, in.plan.bytes(header.array(), 8), in.plan.bytes(data.array(), 8));
    }
}
